"""``python -m bench.statistics``: a year's release, and what counting adds to a turn."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.in_turn import medians
from bot import wiring
from bot.conversation import finishing
from bot.conversation.choices import read_choice
from bot.conversation.content import Content
from bot.conversation.dialogue import press
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.release.making import Made, Order, make
from bot.statistics import events
from bot.statistics.counts import Count, Gathering
from bot.storage.counters import SqlCountStore
from bot.storage.ledger import SqlLedger

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRST = date(2025, 11, 3)
WEEKS = 52
LOCALES = 40
"""So many the dictionary has here; it has fewer today."""
A_CELL = 60
"""Conversations of a cell in a week, so that most cells are published."""
REPEATS = 2_000
MICROSECONDS = 1e6
COUNTS = finishing.counts
"""What counts in the product; the turns without counting put something else in its place."""


def main() -> None:
    """Print the seconds of a release and the microseconds of a turn, and their ratios."""
    print_release()
    print_turn()


def print_release() -> None:
    """Release a year at once, again with nothing due, and then one week more."""
    _widen()
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'statistics.sqlite'}"
        _count(SqlCountStore(url))
        ledger, day = SqlLedger(url), FIRST + timedelta(weeks=WEEKS + 1)
        whole, made = _seconds(ledger, Order(Path(name) / "releases", day, with_survey=True))
        idle, _ = _seconds(ledger, Order(Path(name) / "releases", day, with_survey=True))
        later = day + timedelta(weeks=1)
        week, _ = _seconds(ledger, Order(Path(name) / "releases", later, with_survey=True))
        cells = len(made.release.weeks) if made.release else 0
        ledger.close()
    print(f"release of {len(made.weeks)} weeks, {LOCALES} locales, {cells:,} cells: {whole:.1f} s")
    print(f"one week more {week:.1f} s   nothing due {idle:.2f} s")
    print(f"one week more / whole year {week / whole:.2f}   whole year / a minute {whole / 60:.2f}")


def print_turn() -> None:
    """Take turns with counting and without, so that a busy machine slows both."""
    content = wiring.content()
    with_counts, without = _turn(content, COUNTS), _turn(content, _no_counts)
    gathering = Gathering()
    noted = _finished(content).counts
    counting, plain, note = medians(
        REPEATS, MICROSECONDS, with_counts, without, lambda: gathering.note(noted)
    )
    finishing.counts = COUNTS
    added = counting - plain
    print(f"turn with counting {counting:.0f} µs   without {plain:.0f} µs   note {note:.1f} µs")
    print(f"with / without {counting / plain:.2f}   counting and note add {added + note:.0f} µs")


def _widen() -> None:
    """Give the dictionary of this process as many locales as a larger site would have."""
    events.TABLES["locale"] = tuple(f"x{number:02}" for number in range(LOCALES))


def _count(store: SqlCountStore) -> None:
    for number in range(WEEKS + 1):
        week = FIRST + timedelta(weeks=number)
        store.add(
            [
                Count(week, table, cell, A_CELL)
                for table, cells in events.TABLES.items()
                for cell in cells
            ]
        )


def _seconds(ledger: SqlLedger, order: Order) -> tuple[float, Made]:
    began = time.perf_counter()
    made = make(ledger, order)
    return time.perf_counter() - began, made


def _turn(content: Content, counts: Callable[..., object]) -> Callable[[], object]:
    def take() -> object:
        finishing.counts = counts  # type: ignore[assignment]
        return _finished(content)

    return take


def _finished(content: Content) -> Script:
    state, script = press(content, State(), read_choice("module.urges", content), NOON)
    return finishing.finish(content, state, script, NOON)[1]


def _no_counts(
    content: Content, state: State, script: Script, today: date, *, wrote: bool
) -> tuple[dict[str, str], tuple[events.Event, ...]]:
    return dict(state.counted), ()


if __name__ == "__main__":
    main()
