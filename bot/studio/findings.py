"""The checks of ``quietline content check``, for a text that isn't saved yet."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BrokenContent
from bot.languages.catalogs import SOURCE
from bot.languages.checks.each import (
    Check,
    Glossary,
    NoShouting,
    NoUnsourcedNumber,
    QuotedWords,
)
from bot.languages.checks.lists import Lists, read_avoided, read_lists
from bot.languages.checks.looking import look, part_checks, plain_checks
from bot.languages.checks.parts import PartCheck
from bot.languages.checks.text import Text
from bot.languages.yaml import read_yaml
from bot.studio.index import Index
from bot.studio.scalars import scalars
from bot.studio.writing import refuse_unfit, tidy


@dataclass(frozen=True)
class Remark:
    """What a check found, and how to mend it."""

    check: str
    cure: str


@dataclass(frozen=True)
class Checks:
    """The checks of one locale, as its texts and lists are at one revision of the index."""

    revision: int
    each: list[Check]
    whole: list[PartCheck]


def checks(index: Index, locale: str) -> Checks:
    """Return the checks of a locale.

    Raises:
        BrokenContent: A list, limit or glossary is missing or broken.
    """
    content = index.root / "content"
    lists = _lists(*_known(content / "words" / "checks.yml"), locale)
    glossary = index.root / "locales" / locale / "glossary.yml"
    english = {i: place.words for i, place in index.places.items()}
    here = {i: index.words(locale, i) for i in english if index.is_done(locale, i)}
    names = [name for path in _files(content, "services") for name in _names(*_known(path))]
    each = [
        *plain_checks(lists),
        Glossary(read_avoided(glossary, lists.readers_judge)),
        NoShouting(names),
        NoUnsourcedNumber(lists.out_of, lists.percent, _years_in(content)),
        QuotedWords(english, here, lists.pointers),
    ]
    return Checks(index.revision, each, part_checks(lists))


def remarks(
    index: Index, of_locale: Checks, locale: str, message_id: str, words: str
) -> list[Remark]:
    """Return what the checks find in ``words``, and in their part with them."""
    place, said = index.places[message_id], tidy(words)
    if not said:
        cure = "write a text; visitors need one here" if locale == SOURCE else "not translated yet"
        return [Remark("empty", cure)]
    try:
        refuse_unfit(place, said, place.file, place.line)
    except BrokenContent as error:
        return [Remark("placeholders", error.cure)]
    own = Text(locale, message_id, said, index.root / place.file, place.line)
    texts = [own, *_neighbours(index, own)]
    in_part = sorted(texts, key=lambda text: text.id)
    return [
        *(Remark(found.check, found.cure) for found in look([own], of_locale.each, [])),
        *(Remark(found.check, found.cure) for found in look(in_part, [], of_locale.whole)),
    ]


def part_remarks(
    index: Index, of_locale: Checks, locale: str, message_ids: Iterable[str]
) -> dict[str, list[Remark]]:
    """Return what the checks find in saved texts, by message id; what is fine is left out.

    What is found in a part as a whole stands with the first of its texts.
    """
    texts = [
        Text(locale, i, index.words(locale, i), index.root / place.file, place.line)
        for i, place in ((i, index.places[i]) for i in message_ids)
        if index.is_done(locale, i)
    ]
    found: dict[str, list[Remark]] = {}
    for each in look(texts, of_locale.each, of_locale.whole):
        found.setdefault(each.text.id, []).append(Remark(each.check, each.cure))
    return found


def _neighbours(index: Index, own: Text) -> list[Text]:
    prefix = f"{own.part}."
    return [
        Text(own.locale, i, index.words(own.locale, i), index.root / place.file, place.line)
        for i, place in index.places.items()
        if i.startswith(prefix) and i != own.id and index.is_done(own.locale, i)
    ]


def _years_in(content: Path) -> dict[str, frozenset[int]]:
    """Return as checks.text.source_years, which reads every file each time."""
    return {
        f"{kind}.{path.stem}": _years(*_known(path))
        for kind in ("module", "exercise")
        for path in _files(content, f"{kind}s")
    }


def _files(content: Path, folder: str) -> list[Path]:
    return sorted((content / folder).glob("*.yml"))


def _known(path: Path) -> tuple[Path, int, int]:
    """Return a file with what tells it from an earlier one, to read it once."""
    seen = path.stat() if path.exists() else None
    return path, seen.st_mtime_ns if seen else 0, seen.st_ino if seen else 0


@functools.lru_cache(maxsize=64)
def _lists(path: Path, made: int, inode: int, locale: str) -> Lists:
    return read_lists(path, locale)


@functools.lru_cache(maxsize=1_000)
def _years(path: Path, made: int, inode: int) -> frozenset[int]:
    return frozenset(int(source["year"]) for source in read_yaml(path)["sources"])


@functools.lru_cache(maxsize=1_000)
def _names(path: Path, made: int, inode: int) -> tuple[str, ...]:
    """Return what services call themselves, as far as a mark is in it."""
    return tuple(
        scalar.value
        for trail, scalar in scalars(path.read_text(encoding="utf-8")).items()
        if trail[-1] == "name" and "!" in scalar.value
    )
