"""The texts to check, each with the file and line where it is mended."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

from bot.languages.catalogs import CATALOGS, SOURCE
from bot.languages.yaml import read_yaml

SHOWN_SO_FAR = 24  # characters; enough to find a text, too few to meet the end of its line


@dataclass(frozen=True)
class Text:
    """One message in one locale.

    Attributes:
        locale: BCP 47.
        words: With its placeholders; never empty.
        file: Where it is mended: a content file for English, else a catalog.
        line: Counted from 1; 0 where it wasn't found.
    """

    locale: str
    id: str
    words: str
    file: Path
    line: int

    @property
    def part(self) -> str:
        """What it belongs to: the first two steps of its id, e.g. ``module.urges``."""
        return ".".join(self.id.split(".")[:2])


def source_texts(source: Mapping[str, Mapping[str, str]], content: Path) -> Iterator[Text]:
    """Yield every text of the source, found again in the files of ``content/``."""
    for messages in source.values():
        for message_id, words in messages.items():
            file, line = _place(content, message_id, words)
            yield Text(SOURCE, message_id, words, file, line)


def translated_texts(locales: Path, tag: str) -> Iterator[Text]:
    """Yield every text that ``tag`` shows; what is missing or in doubt, others report."""
    for name in CATALOGS:
        path = locales / tag / "LC_MESSAGES" / f"{name}.po"
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if entry.msgstr and not entry.fuzzy and not entry.obsolete:
                yield Text(tag, entry.msgctxt or "", entry.msgstr, path, entry.linenum)


def source_years(content: Path) -> dict[str, frozenset[int]]:
    """Return for each module and exercise the years of the sources that it names."""
    return {
        f"{kind}.{path.stem}": frozenset(
            int(source["year"]) for source in read_yaml(path)["sources"]
        )
        for kind in ("module", "exercise")
        for path in sorted((content / f"{kind}s").glob("*.yml"))
    }


def by_part(texts: Iterable[Text]) -> dict[str, tuple[Text, ...]]:
    """Group texts of one locale by what they belong to."""
    found: dict[str, list[Text]] = {}
    for text in texts:
        found.setdefault(text.part, []).append(text)
    return {part: tuple(group) for part, group in found.items()}


def _place(content: Path, message_id: str, words: str) -> tuple[Path, int]:
    begins = words.splitlines()[0][:SHOWN_SO_FAR].rstrip() if words else ""
    for file in _files(content, message_id):
        lines = _lines(file)
        first = _after_ids(lines, message_id)
        for number in (*range(first, len(lines)), *range(first)):
            if begins in lines[number]:
                return file, number + 1
    return content, 0


def _after_ids(lines: tuple[str, ...], message_id: str) -> int:
    """Return where the entry begins that ``message_id`` names step by step, or 0."""
    begin = 0
    for step in message_id.split("."):
        marks = {f"id: {step}", f"id: {step},"}
        found = (n for n in range(begin, len(lines)) if _head(lines[n]) in marks)
        begin = next(found, begin)
    return begin


def _head(line: str) -> str:
    return " ".join(line.strip(" -{").split()[:2]).replace('"', "")


def _files(content: Path, message_id: str) -> list[Path]:
    group, _, rest = message_id.partition(".")
    own = {
        "check_in": [content / "checkin" / "check_in.yml"],
        "survey": [content / "survey.yml"],
        "service": sorted((content / "services").glob("*.yml")),
    }.get(group, [content / f"{group}s" / f"{rest.split('.')[0]}.yml"])
    pages = [content / "words" / f"{name}.yml" for name in ("interface", "referral")]
    return [path for path in (*own, *pages) if path.is_file() and _names(path, group, rest)]


def _names(path: Path, group: str, rest: str) -> bool:
    """Tell whether a file of services has the one that ``rest`` begins with."""
    if group != "service" or path.parent.name != "services":
        return True
    return f"id: {rest.split('.', maxsplit=1)[0]}" in _heads(path)


@functools.cache
def _heads(file: Path) -> frozenset[str]:
    return frozenset(_head(line) for line in _lines(file))


@functools.cache
def _lines(file: Path) -> tuple[str, ...]:
    text = file.read_text(encoding="utf-8").replace("''", "'")
    return tuple(text.splitlines())
