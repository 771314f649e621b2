"""Read the clinicians' lists and limits, and what each glossary avoids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml

STAR = "*"
REMARK = re.compile(r"\s\([^)]*\)\s*$")
EITHER = re.compile(r"(\w)\((\w)\)")
"""A word with its other ending, as in ``sozinho(a)``."""
INFLECTED = 5  # letters; from here on a glossary's word is found with other ends too
READING = ("grade", "lix")


@dataclass(frozen=True)
class Lists:
    """What one locale's texts are checked by; ``checks.yml`` says what each is for.

    Attributes:
        measure: ``grade`` or ``lix``.
        reading: The most of it that a module may have.
    """

    words_per_bubble: int
    words_per_sentence: int
    mean_words: int
    measure: str
    reading: float
    harm: tuple[str, ...]
    child: tuple[str, ...]
    service: tuple[str, ...]
    claims: tuple[str, ...]
    tags: tuple[str, ...]
    out_of: tuple[str, ...]
    percent: tuple[str, ...]
    pointers: tuple[str, ...]
    readers_judge: tuple[str, ...]


@dataclass(frozen=True)
class Avoided:
    """A word that a glossary avoids, and what it says instead."""

    term: str
    instead: str


NUMBERS = ("words_per_bubble", "words_per_sentence", "mean_words")
WORDS = tuple(
    field.name for field in fields(Lists) if field.name not in (*NUMBERS, "measure", "reading")
)


def read_lists(path: Path, locale: str) -> Lists:
    """Return the lists of ``locale``.

    Raises:
        BrokenContent: The locale has no block, or one of its keys is missing, unknown or bad.
    """
    document = read_yaml(path)
    block = document.get(locale) if isinstance(document, dict) else None
    if not isinstance(block, dict):
        raise BrokenContent(path, None, f"give {locale} a block of lists and limits")
    measure = next((name for name in READING if name in block), READING[-1])
    _refuse_wrong_keys(path, locale, block, {*NUMBERS, *WORDS, measure})
    values: dict[str, Any] = {
        "measure": measure,
        "reading": _number(path, locale, measure, block[measure]),
        **{name: int(_number(path, locale, name, block[name])) for name in NUMBERS},
        **{name: _words(path, locale, name, block[name]) for name in WORDS},
    }
    return Lists(**values)


def read_avoided(path: Path, readers_judge: Iterable[str] = ()) -> tuple[Avoided, ...]:
    """Return what a program can find of a glossary's ``avoid:``.

    An entry that ends in a remark depends on its place, and so do the words of
    ``readers_judge``: both are left to readers.

    Raises:
        BrokenContent: There is no ``avoid:`` with pairs of texts.
    """
    document = read_yaml(path)
    avoid = document.get("avoid") if isinstance(document, dict) else None
    if not isinstance(avoid, dict):
        raise BrokenContent(path, None, "list under avoid: each word and what to say instead")
    left = {fold(term) for term in readers_judge}
    pairs = (
        Avoided(term, str(instead))
        for key, instead in avoid.items()
        if not REMARK.search(str(key))
        for term in (part.strip() for part in str(key).split(","))
    )
    return tuple(pair for pair in pairs if pair.term and fold(pair.term) not in left)


def fold(text: str) -> str:
    """Return ``text`` as lists are compared: composed, small letters, straight apostrophes."""
    return unicodedata.normalize("NFC", text).casefold().replace("’", "'")


def finder(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of ``phrases`` as whole words in a folded text; none finds nothing."""
    patterns = [_spaced(phrase, re.escape) for phrase in phrases]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)" if patterns else r"(?!)")


def form_finder(term: str) -> re.Pattern[str]:
    """Return what finds a glossary's ``term`` in a folded text, inflected or not.

    One long word may have up to three letters more; in several words the last letter of each
    may differ too, because several words are seldom met by chance.
    """
    if EITHER.search(term):
        return finder([EITHER.sub(r"\1", term), EITHER.sub(r"\2", term)])
    forms = re.escape if STAR in term else _ending if len(term.split()) == 1 else _inflected
    return re.compile(rf"(?<!\w){_spaced(term, forms)}(?!\w)")


def _spaced(phrase: str, pattern: Callable[[str], str]) -> str:
    words = (pattern(word) for word in fold(phrase).split())
    return r"\s+".join(words).replace(re.escape(STAR), r"\w*")


def _ending(word: str) -> str:
    return re.escape(word) + (r"\w{0,3}" if len(word) >= INFLECTED else "")


def _inflected(word: str) -> str:
    return re.escape(word[:-1]) + r"\w{0,3}" if len(word) > INFLECTED else re.escape(word)


def _refuse_wrong_keys(path: Path, locale: str, block: dict[str, Any], wanted: set[str]) -> None:
    for key in sorted(wanted - set(block)):
        raise BrokenContent(path, None, f"{locale} needs {key}:")
    for key in sorted(set(block) - wanted):
        raise BrokenContent(path, None, f"{locale} has {key}:, which nothing uses; take it out")


def _number(path: Path, locale: str, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise BrokenContent(path, None, f"{locale}: {name} must be a number above 0")
    return value


def _words(path: Path, locale: str, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise BrokenContent(path, None, f"{locale}: {name} must be a list of texts in quotes")
    return tuple(value)
