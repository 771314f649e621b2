"""Which sentences one model learnt from and another didn't: what its signers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from bot.studio.recognition.examples import Book


@dataclass(frozen=True)
class Difference:
    """A sentence that was added, changed or removed; one of another intent is both of the last.

    Attributes:
        before: Empty for one that was added.
        after: Empty for one that was removed.
    """

    locale: str
    intent: str
    before: str
    after: str

    @property
    def how(self) -> str:
        """``added``, ``changed`` or ``removed``."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


def differences(before: Book, after: Book) -> list[Difference]:
    """Return what differs, by locale and intent."""
    tags = dict.fromkeys([*before.locales(), *after.locales()])
    return [each for tag in tags for each in _of_locale(tag, before, after)]


def _of_locale(tag: str, before: Book, after: Book) -> Iterator[Difference]:
    old, new = _by_intent(before, tag), _by_intent(after, tag)
    for intent in sorted({*old, *new}):
        for one, other in _pairs(old.get(intent, []), new.get(intent, [])):
            yield Difference(tag, intent, one, other)


def _by_intent(book: Book, tag: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in book.lines(tag):
        found.setdefault(line.intent, []).append(line.text)
    return found


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what stands in the place of what; the studio changes a sentence where it stands."""
    if old == new:
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, begin, end, other_begin, other_end in matcher.get_opcodes():
        if tag != "equal":
            yield from zip_longest(old[begin:end], new[other_begin:other_end], fillvalue="")
