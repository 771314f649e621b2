"""Run the product, send a marked visitor through every flow and fault, then search what is left."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.browser.serving import elsewhere
from tests.proofs.record import commit
from tests.seizure.faults import FAULTS
from tests.seizure.marks import Marks, found_below, marks
from tests.seizure.memory import Unreadable, found_in_memory
from tests.seizure.product import Product, running_product
from tests.seizure.visitor import FLOWS, Visitor

COUNTRIES: Final = {"en": "GB", "de": "AT", "fr": "BE", "it": "IT", "es": "ES", "pt": "PT",
                    "nl": "NL", "pl": "PL", "cs": "CZ", "fi": "FI"}  # fmt: skip
PLACES: Final = {
    "out": "what the processes printed", "err": "what the processes printed",
    "statistics.sqlite": "database of the counters, with its journals",
    "progress.sqlite": "database of kept progress, with its journals",
    "tmp": "temporary files", "home": "home folder: caches",
    "releases": "releases of statistics", "bundles": "published content",
    "checkout": "the checkout that it runs from, core files too",
    "profile": "Chromium's profile after the exit", "browser": "Chromium's other files",
}  # fmt: skip
"""The first part of a path, and what it is called in docs/seizure.md."""
ELSEWHERE: Final = "anywhere else"


@dataclass(frozen=True)
class Extent:
    """How much is gone through.

    Attributes:
        pause_seconds: How long after the last visitor left the memory is searched.
        browses: Whether Chromium goes as well.
        memories: The processes whose memory is searched.
        skipped: Faults that are left out.
    """

    locales: tuple[str, ...]
    pause_seconds: float
    browses: bool
    memories: tuple[str, ...]
    skipped: tuple[str, ...] = ()


SHORT: Final = Extent(
    ("en", "de"), 25, browses=False, memories=("site",), skipped=("assistant killed",)
)
WHOLE: Final = Extent(tuple(COUNTRIES), 60, browses=True, memories=("site", "assistant"))


@dataclass(frozen=True)
class Place:
    """What lay in one place when everything had stopped."""

    name: str
    files: int
    size: int
    hits: dict[str, list[str]]


@dataclass(frozen=True)
class Findings:
    """What was found.

    Attributes:
        pages: The page that the visitor got in each fault.
        while_running: As ``Place.hits``, before anything was stopped.
        memory: Each process to how often marks lie in it, or to why it can't be read.
        left: Files that the processes wrote into the checkout, or left in the temporary folder.
        columns: Each table of the counters to its columns.
        printed: All that the processes printed.
        sizes: How long the pages were that visitors got, in bytes.
    """

    extent: Extent
    tokens: frozenset[str]
    pages: dict[str, str]
    while_running: dict[str, list[str]]
    memory: dict[str, dict[str, int] | str]
    places: tuple[Place, ...]
    left: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    rows: int
    printed: str
    sizes: tuple[int, ...]
    commit: str = field(default_factory=commit)

    def hits(self) -> dict[str, list[str]]:
        """Return every file with a mark, while it ran and afterwards."""
        after = {name: inside for place in self.places for name, inside in place.hits.items()}
        return self.while_running | after


def search(folder: Path, extent: Extent) -> Findings:
    """Run everything in ``folder``, which is empty, and return what was found."""
    with elsewhere() as other, running_product(folder, exit_url=other.address) as product:
        checkout = _sizes(folder / "checkout")
        visitors = _talk_in_every_language(product, extent)
        tokens = {token for visitor in visitors for token in visitor.tokens}
        if extent.browses:
            from tests.seizure.browsing import browse

            tokens |= browse(product, folder / "profile")
        memory = _memories(product, extent, marks(tokens))
        # Only now: it is the memory of those whom every visitor met that was searched.
        visitor = Visitor(product.address)
        faults = [name for name in FAULTS if name not in extent.skipped]
        pages = {name: _in_fault(name, visitor, product) for name in faults}
        tokens |= visitor.tokens
        time.sleep(2)  # until the counters are written
        while_running = found_below(folder, marks(tokens))
    columns, rows = _database(folder / "statistics.sqlite")
    return Findings(
        extent,
        frozenset(tokens),
        pages,
        while_running,
        memory,
        tuple(_places(folder, marks(tokens))),
        tuple(_left(folder, checkout)),
        columns,
        rows,
        product.running.printed(),
        tuple(sorted({size for one in (*visitors, visitor) for size in one.sizes})),
    )


def _talk_in_every_language(product: Product, extent: Extent) -> list[Visitor]:
    """Send one visitor a language through every flow, one after the other."""
    visitors = [Visitor(product.address, tag, COUNTRIES[tag]) for tag in extent.locales]
    for visitor in visitors:
        for flow in FLOWS.values():
            flow(visitor)
    return visitors


def _in_fault(name: str, visitor: Visitor, product: Product) -> str:
    visitor.post(choice="topic.self_help")
    return FAULTS[name](visitor, product)


def _memories(product: Product, extent: Extent, sought: Marks) -> dict[str, dict[str, int] | str]:
    time.sleep(extent.pause_seconds)
    return {name: _memory(product.working(name).pid, sought) for name in extent.memories}


def _memory(process: int, sought: Marks) -> dict[str, int] | str:
    try:
        return found_in_memory(process, sought)
    except Unreadable as reason:
        return str(reason)


def _places(folder: Path, sought: Marks) -> Iterator[Place]:
    hits = found_below(folder, sought)
    sizes = _sizes(folder)
    for place in dict.fromkeys((*PLACES.values(), ELSEWHERE)):
        inside = {name for name in sizes if _place(name) == place}
        found = {name: marks_ for name, marks_ in hits.items() if _place(name) == place}
        yield Place(place, len(inside), sum(sizes[name] for name in inside), found)


def _place(name: str) -> str:
    first = name.split("/", maxsplit=1)[0]
    known = (place for start, place in PLACES.items() if first.startswith(start))
    return next(known, ELSEWHERE)


def _sizes(folder: Path) -> dict[str, int]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): path.stat().st_size for path in files}


def _left(folder: Path, before: dict[str, int]) -> Iterator[str]:
    """Yield the files that a process left where it should leave none."""
    after = _sizes(folder / "checkout")
    yield from (name for name, size in after.items() if before.get(name) != size)
    yield from _sizes(folder / "tmp")


def _database(path: Path) -> tuple[dict[str, tuple[str, ...]], int]:
    with closing(sqlite3.connect(path)) as database:
        names = [
            row[0] for row in database.execute("select name from sqlite_master where type='table'")
        ]
        columns = {
            name: tuple(row[1] for row in database.execute(f"pragma table_info({name})"))
            for name in sorted(names)
        }
        return columns, database.execute("select count(*) from weekly_count").fetchone()[0]
