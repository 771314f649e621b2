"""docs/seizure.md, made from what a search found: nothing in it is typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.settings import ROOT
from tests.proofs.record import Figure
from tests.seizure.faults import FAULTS
from tests.seizure.marks import AGENT, CALLER, FORWARDED
from tests.seizure.search import SHORT, WHOLE, Findings, Place
from tests.seizure.visitor import FLOWS

PAGE: Final = ROOT / "docs" / "seizure.md"
HOLDS: Final = {
    "database of the counters, with its journals": "how many conversations of a week did what",
    "database of kept progress, with its journals": "what somebody asked to keep, sealed: a number "
    "on their paper opens it; a day from which it is deleted",
    "what the processes printed": "names of events and errors, without a time",
    "published content": "texts, numbers of services, signatures",
    "releases of statistics": "what everybody may have",
    "the checkout that it runs from, core files too": "the product itself",
    "Chromium's profile after the exit": "that this site was opened",
}
"""What may lie there, and so can be surrendered."""
IN_MEMORY: Final = {
    "site": "one message at a time while it is answered; counts of the last hour; which content "
    "is shown",
    "assistant": "sealed conversations of the last 30 minutes, 4 hours at most, which only the key "
    "in the visitor's page opens; the salt of these keys; one message at a time while it is "
    "answered",
}
DIGITS: Final = re.compile(r"\d[\d,]*(?:, \d[\d,]*)*")
CLOCK: Final = re.compile(r"\d{1,2}:\d{2}:\d{2}")
MOST_SIZES: Final = 3
COMMIT: Final = re.compile(r"commit `[^`]*`")


def page(found: Findings) -> str:
    """Return the page."""
    return "\n".join(line for part in _parts(found) for line in (*part, ""))


def structure(shown: str) -> str:
    """Return a page without its figures and commit: what must be the same after every search."""
    return DIGITS.sub("0", COMMIT.sub("commit", shown))


def failures(found: Findings) -> list[str]:
    """Return what must not be: each a sentence."""
    hits = [f"{name} holds {', '.join(inside)}." for name, inside in found.hits().items()]
    left = [f"{name} was written or left behind." for name in found.left]
    site = found.memory.get("site", {})
    memory = [f"The memory of site holds {name}." for name in site] if type(site) is dict else []
    clock = ["A time was printed."] if CLOCK.search(found.printed) else []
    sizes = ["Pages have more than three lengths."] if len(found.sizes) > MOST_SIZES else []
    return [*hits, *left, *memory, *clock, *sizes]


def figures(found: Findings) -> dict[str, Figure]:
    """Return what docs/proofs.md says of a search."""
    read = {name: each for name, each in found.memory.items() if not isinstance(each, str)}
    in_memory = {f"marks in the memory of {n}": sum(each.values()) for n, each in read.items()}
    return {
        "languages": len(found.extent.locales),
        "files searched": sum(place.files for place in found.places),
        "bytes searched": sum(place.size for place in found.places),
        "files with a mark": len(found.hits()),
        "files left behind": len(found.left),
        **in_memory,
        "lengths of pages": len(found.sizes),
    }


def _parts(found: Findings) -> Iterator[list[str]]:
    yield [
        "# Seizure: what each component can surrender",
        "",
        f"*Written by `make seizure` on commit `{found.commit}`; don't change it by hand.*",
        "",
        "The real product ran, a visitor whose every word, key and address was marked went through "
        "it, and then every byte that anything had written was searched for these marks: plain, in "
        "capital and small letters, as UTF-8, UTF-16, UTF-32 and Latin-1, escaped for addresses, "
        "HTML, JSON and Python, in base64 and in hexadecimal digits. That the search finds each of "
        "them is tested by planting them (`tests/seizure/test_marks.py`).",
    ]
    yield ["## On disk", "", *_places(found.places), *_disk(found)]
    yield ["## In the memory of a running process", "", *_memory(found)]
    yield ["## In the counters", "", *_counters(found)]
    yield ["## On the line", "", *_line(found)]
    yield ["## What was gone through", "", *_gone_through(found)]
    yield ["## What this doesn't show", "", *(f"* {line}" for line in LIMITS)]


LIMITS: Final = (
    "Whoever controls the running server reads what is typed from then on.",
    "PostgreSQL's own files, the system's swap, and what a proxy or a host keeps are not searched.",
    "The memory of the system's kernel, where packets wait, is not searched.",
    "The profile is Chromium's; no other browser was searched.",
)


def _places(places: tuple[Place, ...]) -> Iterator[str]:
    yield "| where | what may lie there | files | bytes | marks found |"
    yield "|---|---|---:|---:|---:|"
    for place in places:
        holds = HOLDS.get(place.name, "nothing of a visit")
        hits = sum(len(inside) for inside in place.hits.values())
        yield f"| {place.name} | {holds} | {place.files:,} | {place.size:,} | {hits} |"


def _disk(found: Findings) -> Iterator[str]:
    yield ""
    yield (
        f"The same search while everything still ran found {len(found.while_running)} files with a "
        f"mark. Files that the processes wrote into the checkout, core files too, or left in the "
        f"temporary folder: {len(found.left)}."
    )


def _memory(found: Findings) -> Iterator[str]:
    yield (
        f"Searched {found.extent.pause_seconds:.0f} seconds after the last visitor had left. Both "
        "processes overwrite memory as they free it (`bot/wiping.py`), and let only root read it."
    )
    yield ""
    yield "| process | what lies there | words typed | keys | addresses and browser |"
    yield "|---|---|---:|---:|---:|"
    for name, marks_ in found.memory.items():
        if isinstance(marks_, str):
            yield f"| `{name}` | {IN_MEMORY[name]} | not read: {marks_} | | |"
            continue
        keys = sum(count for mark, count in marks_.items() if mark.startswith("token"))
        about = sum(marks_.get(mark, 0) for mark in (FORWARDED, CALLER, AGENT))
        typed = sum(marks_.values()) - keys - about
        yield f"| `{name}` | {IN_MEMORY[name]} | {typed} | {keys} | {about} |"


def _counters(found: Findings) -> Iterator[str]:
    yield f"All its tables and columns; {found.rows} counts came of the whole search."
    yield ""
    for table, columns in found.columns.items():
        yield f"* `{table}`: {', '.join(f'`{column}`' for column in columns)}"


def _line(found: Findings) -> Iterator[str]:
    sizes = ", ".join(f"{size:,}" for size in found.sizes)
    yield f"Every page that these visitors got had one of these lengths, in bytes: {sizes}."


def _gone_through(found: Findings) -> Iterator[str]:
    languages = ", ".join(f"`{tag}`" for tag in found.extent.locales)
    yield f"* Languages: {languages}, without scripts; and Chromium with scripts and without."
    yield f"* Ways through the site: {'; '.join(FLOWS)}."
    yield f"* Faults, each with a message under way: {'; '.join(FAULTS)}."
    yield (
        "* Where several nodes share conversations, the files, keys and memory of their Redis are "
        "searched for the same marks (`tests/faults/test_state_redis.py`)."
    )
    yield (
        f"* `make test-slow` goes through the same with {len(SHORT.locales)} languages and without "
        f"Chromium (`tests/faults/test_canary.py`); `make seizure` with {len(WHOLE.locales)}."
    )
