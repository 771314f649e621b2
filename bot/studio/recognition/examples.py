"""The sentences that recognition learns from: read, added to, changed, line by line.

A file is changed by the line, so that differences read well and two people at once lose nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from bot.errors import BrokenContent, UnknownText
from bot.languages.catalogs import SOURCE
from bot.storage.studio import StudioStore
from bot.storage.studio_records import NewVersion
from bot.studio.writing import Changes, alone, written

FOLDER: Final = PurePosixPath("data", "nlu")
ITEM: Final = "examples"
FEWEST: Final = 2  # of an intent in a file: with fewer, nothing could be learnt and held out
HEAD: Final = 'version: "3.1"\nnlu:\n'
_INTENT: Final = re.compile(r"- intent: (\w+)")
_LIST: Final = "  examples: |"
_LINE: Final = "    - "


@dataclass(frozen=True)
class Line:
    """One sentence, its intent, and the file that it stands in, seen from the working copy."""

    text: str
    intent: str
    file: str


class Book:
    """All sentences of a working copy; a file is read again when it changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[Path, tuple[tuple[int, int], tuple[Line, ...]]] = {}

    def locales(self) -> list[str]:
        """Return the locales that have sentences, the source first."""
        found = {path.name for path in (self.root / FOLDER).glob("*") if path.is_dir()}
        return sorted(found, key=lambda tag: (tag != SOURCE, tag))

    def lines(self, locale: str) -> list[Line]:
        """Return the sentences of a locale, by file.

        Raises:
            BrokenContent: A file isn't written as this product writes it.
        """
        return [line for path in self._files(locale) for line in self._of(path)]

    def state(self) -> tuple[tuple[Path, int, int], ...]:
        """Return something that is the same as long as no file changes."""
        paths = sorted((self.root / FOLDER).glob("*/*.yml"))
        return tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths)

    def _files(self, locale: str) -> list[Path]:
        return sorted((self.root / FOLDER / locale).glob("*.yml"))

    def _of(self, path: Path) -> tuple[Line, ...]:
        state = path.stat()
        stamp, known = (state.st_mtime_ns, state.st_size), self._read.get(path)
        if known is None or known[0] != stamp:
            file = path.relative_to(self.root).as_posix()
            lines = tuple(read_lines(path.read_text(encoding="utf-8"), file))
            self._read[path] = known = (stamp, lines)
        return known[1]


def read_lines(text: str, file: str) -> Iterator[Line]:
    """Yield the sentences of a file.

    Raises:
        BrokenContent: A line is none that this product writes.
    """
    intent = ""
    for number, line in enumerate(text.split("\n"), start=1):
        named = _INTENT.fullmatch(line)
        if named:
            intent = named[1]
        elif line.startswith(_LINE) and intent and line.removeprefix(_LINE).strip():
            yield Line(line.removeprefix(_LINE).strip(), intent, file)
        elif line.strip() and line not in (_LIST, *HEAD.splitlines()):
            raise BrokenContent(file, number, "write a sentence as '    - ...' under examples: |")


def add(
    book: Book, store: StudioStore, author: str, locale: str, intent: str, new: Sequence[str],
    now: datetime,
) -> None:  # fmt: skip
    """Add sentences at the end of an intent, where most of its others stand."""
    with alone(book.root):
        file = _home(book, locale, intent)
        path = book.root / file
        before = path.read_text(encoding="utf-8") if path.exists() else HEAD
        _write(book, store, author, file, intent, before, added(before, intent, new), now)


def change(
    book: Book, store: StudioStore, author: str, line: Line, new: str, now: datetime
) -> None:
    """Put ``new`` in the place of a sentence; empty words remove it.

    Raises:
        UnknownText: Somebody changed or removed it meanwhile.
        BrokenContent: Too few sentences of its intent would be left in its file.
    """
    with alone(book.root):
        path = book.root / line.file
        if line not in book.lines(PurePosixPath(line.file).parent.name):
            raise UnknownText("Somebody changed or removed this sentence meanwhile; look again.")
        before = path.read_text(encoding="utf-8")
        after = replaced(before, line, new)
        _write(book, store, author, line.file, line.intent, before, after, now)


def brought(root: Path, folder: Path, author: str) -> tuple[Changes, list[NewVersion]]:
    """Return the files of sentences that are others in ``folder``, and their versions.

    A folder without any brings none; one with some takes the place of all.

    Raises:
        BrokenContent: A file isn't as this product writes it, or has an intent that isn't known.
    """
    theirs, ours = _files_in(folder), _files_in(root)
    intents = {line.intent for line in Book(root).lines(SOURCE)}
    changes: Changes = {}
    versions: list[NewVersion] = []
    for file in sorted(theirs | ours) if theirs else ():
        before = (root / file).read_text(encoding="utf-8") if file in ours else ""
        after = (folder / file).read_text(encoding="utf-8") if file in theirs else ""
        if before != after:
            changes[file] = after or None
            _refuse_unknown(file, after, intents)
            versions += _differing(file, before, after, author)
    return changes, versions


def added(text: str, intent: str, new: Iterable[str]) -> str:
    """Return a file with further sentences of an intent; without a block of it, with a new one."""
    lines, fresh = text.removesuffix("\n").split("\n"), [_LINE + each for each in new]
    if f"- intent: {intent}" not in lines:
        return "\n".join([*lines, f"- intent: {intent}", _LIST, *fresh]) + "\n"
    *_, (_, end) = _blocks(lines, intent)
    return "\n".join([*lines[:end], *fresh, *lines[end:]]) + "\n"


def replaced(text: str, old: Line, new: str) -> str:
    """Return a file with another sentence in the place of ``old``; empty words remove it.

    Raises:
        BrokenContent: Too few sentences of its intent would be left.
    """
    lines = text.removesuffix("\n").split("\n")
    begin, end = next(found for found in _blocks(lines, old.intent) if _at(lines, found, old) >= 0)
    at = _at(lines, (begin, end), old)
    if not new and end - begin <= FEWEST:
        cure = f"keep at least {FEWEST} sentences of {old.intent} here; add another one first"
        raise BrokenContent(old.file, at + 1, cure)
    return "\n".join([*lines[:at], *([_LINE + new] if new else []), *lines[at + 1 :]]) + "\n"


def item_of(file: str, intent: str) -> str:
    """Return what versions of an intent's sentences in a file are kept under."""
    return f"{ITEM}/{PurePosixPath(file).stem}/{intent}"


def _files_in(folder: Path) -> set[str]:
    paths = (folder / FOLDER).glob("*/*.yml")
    return {path.relative_to(folder).as_posix() for path in paths}


def _refuse_unknown(file: str, text: str, intents: Collection[str]) -> None:
    for line in read_lines(text, file):
        if intents and line.intent not in intents:
            raise BrokenContent(file, None, f"there is no intent {line.intent}; use a known one")


def _differing(file: str, before: str, after: str, author: str) -> Iterator[NewVersion]:
    found = [line.intent for text in (before, after) for line in read_lines(text, file)]
    for intent in dict.fromkeys(found):
        version = _version(file, intent, before, after, author)
        if version.words != version.before:
            yield version


def _blocks(lines: Sequence[str], intent: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of each block of an intent begin and end."""
    for head, line in enumerate(lines):
        if line == f"- intent: {intent}":
            begin = head + 2
            ends = (n for n in range(begin, len(lines)) if not lines[n].startswith(_LINE))
            yield begin, next(ends, len(lines))


def _at(lines: Sequence[str], block: tuple[int, int], old: Line) -> int:
    """Return the line of a block that holds ``old``, or -1."""
    found = (n for n in range(*block) if lines[n].removeprefix(_LINE).strip() == old.text)
    return next(found, -1)


def _home(book: Book, locale: str, intent: str) -> str:
    """Return the file in which a locale has most sentences of an intent, or as the source has."""
    for tag in (locale, SOURCE):
        files = [line.file for line in book.lines(tag) if line.intent == intent]
        if files:
            name = PurePosixPath(max(sorted(set(files)), key=files.count)).name
            return (FOLDER / locale / name).as_posix()
    raise UnknownText(f"There is no intent {intent} here; choose it from the list.")


def _write(
    book: Book, store: StudioStore, author: str, file: str, intent: str, before: str, after: str,
    now: datetime,
) -> None:  # fmt: skip
    with written(book.root, {file: after}):
        store.save([_version(file, intent, before, after, author)], now)


def _version(file: str, intent: str, before: str, after: str, author: str) -> NewVersion:
    return NewVersion(
        item=item_of(file, intent),
        locale=PurePosixPath(file).parent.name,
        words=_words(after, intent, file),
        author=author,
        before=_words(before, intent, file),
    )


def _words(text: str, intent: str, file: str) -> str:
    return "\n".join(line.text for line in read_lines(text, file) if line.intent == intent)
