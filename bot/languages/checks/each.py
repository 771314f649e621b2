"""Checks of one text at a time; each says how to mend what it finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from bot.languages.checks.lists import Avoided, finder, fold, form_finder
from bot.languages.checks.measuring import sentences, words
from bot.languages.checks.text import Text

BUBBLE = re.compile(
    r"answer\..+|module\.\w+\.\w+\.text"
    r"|check_in\.(?:intro|\w+\.question|band\.\w+\.(?:mirror|do_now|call))"
)
"""Ids whose words stand in a bubble of the conversation."""
EMOJI = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]")
FIGURE = r"\d+(?:[.,]\d+)?"
QUOTED = re.compile('["“”„«‹](?:\\s?)([^"“”„«»‹›]+?)(?:\\s?)["”“»›]')


class Check(Protocol):
    """Something that no text may have."""

    name: str

    def look(self, text: Text) -> Iterator[str]:
        """Yield what is wrong with ``text`` and its cure; nothing when it is fine."""


class WordsPerBubble:
    """A bubble that fills the screen of a phone is not read to its end."""

    name = "words-per-bubble"

    def __init__(self, most: int) -> None:
        self._most = most

    def look(self, text: Text) -> Iterator[str]:
        number = len(words(text.words))
        if BUBBLE.fullmatch(text.id) and number > self._most:
            yield f"{number} words in one bubble, {self._most} at most; take some out"


class WordsPerSentence:
    """A long sentence is lost on whoever is afraid."""

    name = "words-per-sentence"

    def __init__(self, most: int) -> None:
        self._most = most

    def look(self, text: Text) -> Iterator[str]:
        for sentence in sentences(text.words):
            number = len(words(sentence))
            if number > self._most:
                begins = " ".join(sentence.split()[:4])
                yield f'"{begins} ..." has {number} words, {self._most} at most; make two sentences'


class Glossary:
    """Words that hurt, blame or belittle, or that the locale agreed not to use."""

    name = "glossary"

    def __init__(self, avoided: Iterable[Avoided]) -> None:
        self._finders = [(form_finder(entry.term), entry) for entry in avoided]

    def look(self, text: Text) -> Iterator[str]:
        folded = fold(text.words)
        for found, entry in self._finders:
            if found.search(folded):
                yield f'the glossary avoids "{entry.term}"; instead: {entry.instead}'


class NoShouting:
    """Quiet words only; a service may carry the mark in its own name."""

    name = "no-shouting"

    def __init__(self, names: Iterable[str]) -> None:
        longest_first = sorted((name for name in names if "!" in name), key=len, reverse=True)
        self._names = [name.split("!")[0].rstrip() for name in longest_first]

    def look(self, text: Text) -> Iterator[str]:
        rest = text.words
        for name in self._names:
            rest = re.sub(rf"{re.escape(name)}\s?!", "", rest, flags=re.IGNORECASE)
        if "!" in rest or "¡" in rest:
            yield "an exclamation mark; use a full stop"
        if EMOJI.search(rest):
            yield "a picture sign; say it in words"


class NoClaimOfEffect:
    """Nothing here was shown to have an effect, so nothing may promise one."""

    name = "no-claim-of-effect"

    def __init__(self, claims: Iterable[str]) -> None:
        self._claims = finder(claims)

    def look(self, text: Text) -> Iterator[str]:
        if found := self._claims.search(fold(text.words)):
            yield f'"{found[0]}" claims an effect; say what a person can do'


class NoUnsourcedNumber:
    """A statistic needs a source with a year, and its text names that year."""

    name = "no-unsourced-number"

    def __init__(
        self, out_of: Iterable[str], percent: Iterable[str], years: Mapping[str, frozenset[int]]
    ) -> None:
        joined, after = finder(out_of).pattern, finder(percent).pattern
        self._statistic = re.compile(
            rf"{FIGURE}\s?(?:%|‰|{after})|(?<![\d:.,]){FIGURE}\s+{joined}\s+{FIGURE}"
        )
        self._years = years

    def look(self, text: Text) -> Iterator[str]:
        found = self._statistic.search(fold(text.words))
        if text.part not in self._years or not found:
            return
        named = {int(year) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", text.words)}
        if not named & self._years[text.part]:
            yield f'"{found[0]}" is a statistic; name the year of its source, or leave it out'


class NoLeadingQuestion:
    """A question that ends in its own answer gets that answer and no other."""

    name = "no-leading-question"

    def __init__(self, tags: Iterable[str]) -> None:
        self._tag = re.compile(rf"[,;–—]\s*¿?\s*{finder(tags).pattern}\s*\?")

    def look(self, text: Text) -> Iterator[str]:
        if found := self._tag.search(fold(text.words)):
            yield f'"{found[0]}" leads to an answer; ask without it'


class QuotedWords:
    """What a text quotes from a page is called there as the text says.

    Where English quotes a title or a button, the locale quotes its own words for the same; after
    a pointer such as "press", nothing can be quoted but what exists.
    """

    name = "quoted-words"

    def __init__(
        self, english: Mapping[str, str], here: Mapping[str, str], pointers: Iterable[str] = ()
    ) -> None:
        self._english, self._here = english, here
        self._called = {_bare(words_) for words_ in here.values()}
        self._pointed = re.compile(rf"{finder(pointers).pattern}\s+{QUOTED.pattern}")
        self._ids: dict[str, list[str]] = {}
        for message_id, words_ in english.items():
            self._ids.setdefault(fold(words_), []).append(message_id)

    def look(self, text: Text) -> Iterator[str]:
        own = {_bare(quoted) for quoted in QUOTED.findall(text.words)}
        for quoted in QUOTED.findall(self._english.get(text.id, "")):
            ids = self._ids.get(_bare(quoted), [])
            known = [self._here[message_id] for message_id in ids if message_id in self._here]
            if known and own.isdisjoint(_bare(words_) for words_ in known):
                yield f'quote {ids[0]} as it is: "{known[0]}"'
        for quoted in self._pointed.findall(fold(text.words)):
            if _bare(quoted) not in self._called:
                yield f'no title or button is called "{quoted}"; quote it as it is called now'


def _bare(quoted: str) -> str:
    return fold(quoted).strip(" .,\u00a0\u202f")
