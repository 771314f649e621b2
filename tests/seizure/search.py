"""Run the product, send a marked visitor through every flow and fault, then search what is left."""

from __future__ import annotations

import concurrent.futures
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.browser.serving import elsewhere
from tests.proofs.record import measured
from tests.seizure.faults import FAULTS
from tests.seizure.marks import Marks, found_below, marks
from tests.seizure.memory import Unreadable, found_in_memory
from tests.seizure.product import Product, running_product
from tests.seizure.visitor import COUNTRIES, FLOWS, Visitor

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
PRINTED_SECONDS: Final = 0.5  # until what a process prints has come through its parents
FAULTY: Final = "pages in between while things went wrong"
AT_ONCE: Final = 3  # visitors; each waits most of the time, for one message a second is taken
ELSEWHERE: Final = "anywhere else"


@dataclass(frozen=True)
class Extent:
    """How much is gone through.

    Attributes:
        pause_seconds: How long after the last visitor left, and after the last fault, the memory
            is searched.
        browsers: Language of each visit with Chromium, and whether scripts are on in it.
        memories: The processes whose memory is searched.
        skipped: Faults that are left out.
    """

    locales: tuple[str, ...]
    pause_seconds: float
    browsers: tuple[tuple[str, bool], ...]
    memories: tuple[str, ...]
    skipped: tuple[str, ...] = ()


SHORT: Final = Extent(
    ("en", "de"),
    25,
    browsers=(),
    memories=("site",),
    skipped=("assistant killed", "site killed", "assistant that never comes to an end"),
)
WHOLE: Final = Extent(
    tuple(COUNTRIES),
    60,
    browsers=tuple((tag, has_scripts) for has_scripts in (True, False) for tag in COUNTRIES),
    memories=("site", "assistant"),
)


Memory = dict[str, dict[str, int] | str]
"""Each process to how often each mark lies in it, or to why it can't be read."""


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
        reached: Each way through the site in each language, as ``way`` names it, to the messages
            that should have been shown on it, and whether they were.
        browsed: The visits with Chromium that went through to their end.
        pages: The page that the visitor got in each fault.
        said: What the processes printed in each fault.
        while_running: As ``Place.hits``, before anything was stopped.
        memory: Each process to how often marks lie in it, or to why it can't be read.
        memory_after_faults: The same, once everything has gone wrong.
        left: Files that the processes wrote into the checkout, or left in the temporary folder.
        columns: Each table of the counters to its columns.
        printed: All that the processes printed.
        sizes: How long the pages were that visitors got, in bytes.
    """

    extent: Extent
    tokens: frozenset[str]
    reached: dict[str, dict[str, bool]]
    browsed: tuple[tuple[str, bool], ...]
    pages: dict[str, str]
    said: dict[str, str]
    while_running: dict[str, list[str]]
    memory: Memory
    memory_after_faults: Memory
    places: tuple[Place, ...]
    left: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    rows: int
    printed: str
    sizes: tuple[int, ...]
    commit: str = field(default_factory=measured)

    def hits(self) -> dict[str, list[str]]:
        """Return every file with a mark, while it ran and afterwards."""
        after = {name: inside for place in self.places for name, inside in place.hits.items()}
        return self.while_running | after


def search(folder: Path, extent: Extent) -> Findings:
    """Run everything in ``folder``, which is empty, and return what was found."""
    with elsewhere() as other, running_product(folder, exit_url=other.address) as product:
        checkout = _sizes(folder / "checkout")
        visitors, reached = _talk_in_every_language(product, extent)
        tokens = {token for visitor in visitors for token in visitor.tokens}
        browsed = []
        if extent.browsers:
            from tests.seizure.browsing import browse

            for visit, keys in browse(product, folder / "profile", extent.browsers):
                browsed.append(visit)
                tokens |= keys
        memory = _memories(product, extent, marks(tokens))
        # Only now: it is the memory of those whom every visitor met that was searched.
        visitor = Visitor(product.address)
        faults = [name for name in FAULTS if name not in extent.skipped]
        happened = {name: _in_fault(name, visitor, product) for name in faults}
        reached[FAULTY] = visitor.reached
        tokens |= visitor.tokens
        after_faults = _memories(product, extent, marks(tokens))
        while_running = found_below(folder, marks(tokens))
    columns, rows = _database(folder / "statistics.sqlite")
    return Findings(
        extent,
        frozenset(tokens),
        reached,
        tuple(browsed),
        {name: page for name, (page, _) in happened.items()},
        {name: said for name, (_, said) in happened.items()},
        while_running,
        memory,
        after_faults,
        tuple(_places(folder, marks(tokens))),
        tuple(_left(folder, checkout)),
        columns,
        rows,
        product.running.printed(),
        tuple(sorted({size for one in (*visitors, visitor) for size in one.sizes})),
    )


def way(name: str, tag: str) -> str:
    """Return what the way ``name`` through the site is called in the language ``tag``."""
    return f"{name}, {tag}"


def _talk_in_every_language(
    product: Product, extent: Extent
) -> tuple[list[Visitor], dict[str, dict[str, bool]]]:
    """Send one visitor a language through every flow, a few visitors at a time."""
    visitors = [Visitor(product.address, tag, COUNTRIES[tag]) for tag in extent.locales]
    reached: dict[str, dict[str, bool]] = {}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as hands:
        for gone in hands.map(_go_everywhere, visitors):
            reached |= gone
    return visitors, reached


def _go_everywhere(visitor: Visitor) -> dict[str, dict[str, bool]]:
    """Send ``visitor`` through every flow; return what each should have shown."""
    reached = {}
    for name, flow in FLOWS.items():
        visitor.reached = reached[way(name, visitor.locale)] = {}
        flow(visitor)
    return reached


def _in_fault(name: str, visitor: Visitor, product: Product) -> tuple[str, str]:
    """Return the page that the visitor got, and what the processes printed meanwhile."""
    before = len(product.running.printed())
    visitor.post(choice="topic.self_help")
    page = FAULTS[name].happens(visitor, product)
    time.sleep(PRINTED_SECONDS)
    return page, product.running.printed()[before:]


def _memories(product: Product, extent: Extent, sought: Marks) -> Memory:
    time.sleep(extent.pause_seconds)
    return {name: _memory(product.running.working(name).pid, sought) for name in extent.memories}


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
