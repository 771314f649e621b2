"""The releases in a folder, as pages show them: looked for at each request, and read once."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import BotError
from bot.release.checking import check
from bot.release.reading import all_of
from bot.statistics.release import Release
from bot.web.released import Numbers, numbers

SYNTHETIC: Final = "synthetic-"
Print = tuple[tuple[int, int] | None, ...]
FILES: Final[dict[str, str]] = {
    "data/weeks.csv": "text/csv; charset=utf-8",
    "data/months.csv": "text/csv; charset=utf-8",
    "data/years.csv": "text/csv; charset=utf-8",
    "data/totals.csv": "text/csv; charset=utf-8",
    "data/funnel.csv": "text/csv; charset=utf-8",
    "datapackage.json": "application/json",
    "codebook.csv": "text/csv; charset=utf-8",
    "codebook.xml": "application/xml",
    "privacy.json": "application/json",
    "register.jsonl": "application/jsonl",
    "notebook.ipynb": "application/x-ipynb+json",
    "README.md": "text/markdown; charset=utf-8",
    "CITATION.cff": "application/yaml",
    "LICENSE.txt": "text/plain; charset=utf-8",
    "SYNTHETIC.txt": "text/plain; charset=utf-8",
    "SHA256SUMS": "text/plain; charset=utf-8",
}
"""What can be downloaded of a release, and each file's media type; nothing else ever is."""


@dataclass(frozen=True, eq=False)
class Shelved:
    """A release that is whole, and was not changed since it was made; each reading is another.

    Attributes:
        files: Its files that are there, by their names in FILES.
    """

    release: Release
    numbers: Numbers
    files: Mapping[str, Path]


@dataclass(frozen=True)
class Broken:
    """A folder that looks like a release and isn't sound; ``fault`` says why, in a sentence."""

    name: str
    fault: str


class Releases:
    """The releases in ``folder``; a missing folder holds none.

    Each is read and checked once, and again when one of its files changes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[Print, Shelved | Broken]] = {}

    def newest(self) -> Shelved | None:
        """Return the newest that is sound; a synthetic one only if there is no other."""
        return next((one for one in self._found() if isinstance(one, Shelved)), None)

    def all(self) -> tuple[Shelved | Broken, ...]:
        """Return those that are there, the newest first, synthetic ones last."""
        return tuple(self._found())

    def _found(self) -> Iterator[Shelved | Broken]:
        for path in _folders(self._folder):
            seen = _print(path)
            before = self._read.get(path)
            if before is None or before[0] != seen:
                self._read[path] = before = (seen, _read(path))
            yield before[1]


@functools.lru_cache(maxsize=8)
def releases_in(folder: Path) -> Releases:
    """Return the releases of ``folder``; the same value each time, so that each is read once."""
    return Releases(folder)


def _folders(folder: Path) -> list[Path]:
    newest_first = reversed(all_of(folder))
    return sorted(newest_first, key=lambda path: path.name.startswith(SYNTHETIC))


def _print(path: Path) -> Print:
    """Return what changes when a file does; None stands for one that is not there."""
    return tuple(_state(path / name) for name in FILES)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _read(path: Path) -> Shelved | Broken:
    try:
        release = check(path)
        if not release.weeks:  # all of its numbers were lost
            return Broken(path.name, "")
        files = {name: path / name for name in FILES if (path / name).is_file()}
        return Shelved(release, numbers(release), files)
    except BotError as error:
        return Broken(path.name, str(error))
    except Exception:  # whatever else is wrong with a folder, the page must not fail
        return Broken(path.name, "")
