"""docs/seizure.md, made from what a search found: nothing in it is typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.settings import ROOT, Settings
from bot.web.forgetting import TEN_MINUTES
from bot.web.limits import TOKEN_SECONDS
from bot.web.public.courier import TRY_AGAIN_AFTER
from bot.web.public.tickets import PERIOD_SECONDS
from tests.proofs.record import Figure
from tests.seizure.faults import FAULTS
from tests.seizure.marks import AGENT, CALLER, FORWARDED
from tests.seizure.search import FAULTY, PLACES, SHORT, WHOLE, Findings, Memory, Place, way
from tests.seizure.visitor import FLOWS, says

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
HOUR: Final = 3600  # seconds
KEPT: Final = Settings()
IN_MEMORY: Final = {
    "site": "one message at a time while it is answered; counts of the last hour; which content "
    "is shown; for up to a minute, pages as everybody of a language and country gets them, in a "
    "crowd also those of a danger; keyed hashes, and their keys: of conversations' keys with how "
    "many messages each sent, when its next is due, whether it was let in under load and how often "
    "it tried numbers (progress), of networks under load, and of used proofs and sums, for up to "
    f"{2 * TEN_MINUTES / 60:.0f} minutes; of used tickets (progress) for up to "
    f"{2 * PERIOD_SECONDS / HOUR:.0f} hours; keys that mark our tokens, with nothing under them, "
    f"for up to {2 * TOKEN_SECONDS / HOUR:.0f} hours; summaries that wait for a programme, sealed, "
    f"for some {sum(TRY_AGAIN_AFTER) / 60:.0f} minutes",
    "assistant": f"sealed conversations of the last {KEPT.idle_seconds / 60:.0f} minutes, "
    f"{KEPT.lifetime_seconds / HOUR:.0f} hours at most, which only the key "
    "in the visitor's page opens; the salt of these keys; one message at a time while it is "
    "answered",
}
DIGITS: Final = re.compile(r"\d[\d,]*(?:, \d[\d,]*)*")
CLOCK: Final = re.compile(r"\d{1,2}:\d{2}:\d{2}")
MOST_SIZES: Final = 3
NUMBER: Final = 'href="tel:999"'
"""On every page of a visitor in the United Kingdom, as the one is to whom the faults happen."""
FILLED: Final = ("out", "statistics.sqlite", "progress.sqlite", "bundles", "checkout")
"""Where something lies after every search: were it empty, nothing would have been searched."""
COMMIT: Final = re.compile(r"commit `[^`]*`")


def page(found: Findings) -> str:
    """Return the page."""
    return "\n".join(line for part in _parts(found) for line in (*part, ""))


def structure(shown: str) -> str:
    """Return a page without its figures and commit: what must be the same after every search."""
    return DIGITS.sub("0", COMMIT.sub("commit", shown))


def failures(found: Findings) -> list[str]:
    """Return what must not be: each a sentence."""
    return [*betrayals(found), *unread(found), *undone(found)]


def betrayals(found: Findings) -> list[str]:
    """Return what lies where it must not, or tells more than it must."""
    hits = [f"{name} holds {', '.join(inside)}." for name, inside in found.hits().items()]
    left = [f"{name} was written or left behind." for name in found.left]
    memory = [
        f"The memory of site holds {name}{when}."
        for when, read in _searched(found)
        if not isinstance(site := read.get("site", {}), str)
        for name in site
    ]
    clock = ["A time was printed."] if CLOCK.search(found.printed) else []
    sizes = ["Pages have more than three lengths."] if len(found.sizes) > MOST_SIZES else []
    return [*hits, *left, *memory, *clock, *sizes]


def unread(found: Findings) -> list[str]:
    """Return whose memory wasn't searched, and why."""
    return [
        f"The memory of {name} wasn't read{when}: {why}."
        for when, read in _searched(found)
        for name in found.extent.memories
        if type(why := read.get(name, "nobody looked")) is str
    ]


def _searched(found: Findings) -> tuple[tuple[str, Memory], ...]:
    """Return when memory was searched, and what was found."""
    return ("", found.memory), (" after the faults", found.memory_after_faults)


def undone(found: Findings) -> list[str]:
    """Return what didn't take place, or left nothing to search: what isn't found proves nothing."""
    return [*_not_reached(found), *_not_browsed(found), *_not_happened(found), *_not_there(found)]


def _not_reached(found: Findings) -> Iterator[str]:
    ways = [way(name, tag) for tag in found.extent.locales for name in FLOWS]
    for each in (*ways, FAULTY):
        shown = found.reached.get(each, {})
        if not shown:
            yield f"Nothing was reached on the way: {each}."
        yield from (f"{each}: {name} wasn't shown." for name, was in shown.items() if not was)


def _not_browsed(found: Findings) -> Iterator[str]:
    for tag, has_scripts in found.extent.browsers:
        if (tag, has_scripts) not in found.browsed:
            yield f"Chromium didn't go, {tag}, with{'' if has_scripts else 'out'} scripts."


def _not_happened(found: Findings) -> Iterator[str]:
    for name, fault in FAULTS.items():
        if name in found.extent.skipped:
            continue
        page, said = found.pages.get(name, ""), found.said.get(name, "")
        if NUMBER not in page:
            yield f"{name}: the page had no number to call."
        if not says(page, "en", fault.shows):
            yield f"{name}: {fault.shows} wasn't shown."
        yield from (
            f"{name}: {event} wasn't printed." for event in fault.prints if event not in said
        )


def _not_there(found: Findings) -> Iterator[str]:
    full = {place.name for place in found.places if place.size}
    filled = (*FILLED, "profile") if found.extent.browsers else FILLED
    yield from (
        f"Nothing lay in: {place}." for name in filled if (place := PLACES[name]) not in full
    )
    if len(found.tokens) <= 2 * len(found.extent.locales):
        yield "The visitors had fewer keys than conversations."
    if not found.sizes:
        yield "No page came."
    if not found.rows:
        yield "Nothing was counted."


def figures(found: Findings) -> dict[str, Figure]:
    """Return what docs/proofs.md says of a search."""
    in_memory = {
        f"marks in the memory of {name}{when}": sum(each.values())
        for when, read in _searched(found)
        for name, each in read.items()
        if not isinstance(each, str)
    }
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
    if failed := failures(found):
        yield ["## What failed", "", *(f"* {line}" for line in failed)]
    yield ["## On disk", "", *_places(found.places), *_disk(found)]
    yield ["## In the memory of a running process", "", *_memory(found)]
    yield ["## In the counters", "", *_counters(found)]
    yield ["## On the line", "", *_line(found)]
    yield ["## What was gone through", "", *_gone_through(found)]
    yield ["## What this doesn't show", "", *(f"* {line}" for line in LIMITS)]


LIMITS: Final = (
    "Whoever controls the running server reads what is typed from then on.",
    "PostgreSQL's own files, the system's swap, and what a proxy or a host keeps are not searched; "
    "nor is the staff's own process with its databases, which no visitor's message reaches.",
    "Only what the processes may write to by their settings is searched, and the checkout: in "
    "`deploy/` the system lets them write nowhere else (`tests/deploy/test_sandbox.py`).",
    "Files are searched as they are; what a program had packed would not be found.",
    "The memory of the system's kernel, where packets wait, is not searched.",
    "The profile is Chromium's; no other browser was searched.",
    "Without scripts nobody went back to a form that was sent, or sent one again by reloading: "
    "Chromium then writes what is in it to its session files, and pages warn of it "
    "(`tests/browser/test_traces.py`).",
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
        f"Searched {found.extent.pause_seconds:.0f} seconds after the last visitor had left, and "
        "again after the last fault. Both processes overwrite memory as they free it "
        "(`bot/wiping.py`), and let only root read it."
    )
    yield ""
    yield "| process | what lies there | words typed | keys | addresses and browser |"
    yield "|---|---|---:|---:|---:|"
    for when, read in _searched(found):
        for name, marks_ in read.items():
            begin = f"| `{name}`{when} | {'as above' if when else IN_MEMORY[name]} |"
            if isinstance(marks_, str):
                yield f"{begin} not read: {marks_} | | |"
                continue
            keys = sum(count for mark, count in marks_.items() if mark.startswith("token"))
            about = sum(marks_.get(mark, 0) for mark in (FORWARDED, CALLER, AGENT))
            yield f"{begin} {sum(marks_.values()) - keys - about} | {keys} | {about} |"


def _counters(found: Findings) -> Iterator[str]:
    yield f"All its tables and columns; {found.rows} counts came of the whole search."
    yield ""
    for table, columns in found.columns.items():
        yield f"* `{table}`: {', '.join(f'`{column}`' for column in columns)}"


def _line(found: Findings) -> Iterator[str]:
    sizes = ", ".join(f"{size:,}" for size in found.sizes)
    yield f"Every page that these visitors got had one of these lengths, in bytes: {sizes}."


BROWSED: Final = (
    "module, exercise, check-in, danger, refusal, services, card, library, progress under a "
    "number, forget and exit"
)


def _browsers(found: Findings) -> str:
    with_scripts, without = (
        ", ".join(f"`{tag}`" for tag, has in found.browsed if has is wanted)
        for wanted in (True, False)
    )
    return f"{with_scripts}, with scripts; {without}, without"


def _gone_through(found: Findings) -> Iterator[str]:
    languages = ", ".join(f"`{tag}`" for tag in found.extent.locales)
    yield f"* Languages: {languages}, without scripts."
    yield f"* With Chromium: {_browsers(found)}: {BROWSED}."
    yield f"* Ways through the site: {'; '.join(FLOWS)}."
    yield (
        "* What each of these ways shows is compared with the words that it should show; a way "
        "that wasn't gone to its end is a failure."
    )
    yield f"* Faults, each with a message under way: {'; '.join(FAULTS)}."
    yield (
        "* Where several nodes share conversations, the files, keys and memory of their Redis are "
        "searched for the same marks (`tests/faults/test_state_redis.py`)."
    )
    yield (
        f"* `make test-slow` goes through the same with {len(SHORT.locales)} languages and without "
        f"Chromium (`tests/faults/test_canary.py`); `make seizure` with {len(WHOLE.locales)}."
    )
