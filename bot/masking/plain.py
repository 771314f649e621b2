"""A message with spelling taken away, and the way back to what was typed."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.languages.letters import BARE

Span = tuple[int, int]
"""Where something begins and where it has ended, in characters."""

MARK = "…"
"""Stands for what was left out."""

DOT_OF_TURKISH_I = "\N{COMBINING DOT ABOVE}"

_BARE_SIGNS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "‐": "-", "−": "-"})
_BARE = {**_BARE_SIGNS, **BARE}
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True)
class Word:
    """One word of a message.

    Attributes:
        text: In lower case, without accents and apostrophes.
        spelled: As ``text``, but with the accents that were typed.
        is_capital: Written like a name: a capital letter, and not all of several letters.
    """

    start: int
    end: int
    text: str
    spelled: str
    is_capital: bool


@dataclass(frozen=True)
class Plain:
    """A message in lower case, without accents and marks, with plain digits and dashes.

    Attributes:
        places: For each character of ``text`` the one that it was made of in ``typed``.
    """

    typed: str
    text: str
    places: tuple[int, ...]

    def typed_span(self, span: Span) -> Span:
        """Return where ``span`` of ``text`` is in ``typed``, accents included."""
        start, last = self.places[span[0]], self.places[span[1] - 1]
        after = self.places[span[1]] if span[1] < len(self.places) else len(self.typed)
        return start, max(after, last + 1)

    def written(self, start: int, end: int) -> str:
        """Return what was typed there."""
        start, end = self.typed_span((start, end))
        return self.typed[start:end]

    @functools.cached_property
    def words(self) -> tuple[Word, ...]:
        """The words and numbers of the message, in order."""
        return tuple(self._word(*found.span()) for found in _WORD.finditer(self.text))

    def gap(self, number: int) -> str:
        """Return what stands between word ``number`` and the one before it."""
        before = self.words[number - 1].end if number else 0
        here = self.words[number].start if number < len(self.words) else len(self.text)
        return self.text[before:here]

    def _word(self, start: int, end: int) -> Word:
        typed = self.typed[self.places[start] : self.places[end - 1] + 1]
        is_capital = typed[:1].isupper() and not (len(typed) > 1 and typed.isupper())
        return Word(start, end, _joined(self.text[start:end]), spelled_word(typed), is_capital)


def plain(typed: str) -> Plain:
    """Return ``typed`` with its spelling taken away."""
    pairs = list(_characters(typed))
    return Plain(typed, "".join(c for c, _ in pairs), tuple(place for _, place in pairs))


def plain_word(word: str) -> str:
    """Return a listed word as ``Word.text`` has it."""
    return _joined(plain(word).text).strip()


def spelled_word(word: str) -> str:
    """Return a listed word as ``Word.spelled`` has it."""
    return _joined(word.casefold().replace(DOT_OF_TURKISH_I, "").translate(_BARE_SIGNS))


def _joined(word: str) -> str:
    return word.replace("'", "")


def _characters(typed: str) -> Iterator[tuple[str, int]]:
    # For this text alone: a cache that stays has the last signs that anybody typed, in order.
    bare = {character: _bare(character) for character in set(typed)}
    for place, character in enumerate(typed):
        yield from ((sign, place) for sign in bare[character])


def _bare(character: str) -> str:
    """Return the letters, digits or signs that ``character`` is made of; nothing for an accent."""
    if character == MARK:
        return MARK
    number = unicodedata.decimal(character, None)
    if number is not None:
        return str(number)
    # Twice, because letters in a fancy style become capitals only by the first.
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = "".join(c for c in parts if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return " " if kept.isspace() else kept.translate(_BARE)
