"""Gather counts in memory, and hand them over in batches that tell no order."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.errors import UnknownEvent
from bot.statistics.events import TABLES, Event, from_text, week_of


@dataclass(frozen=True)
class Count:
    """How many conversations of one week lie in one cell of one table.

    Below zero when the batch was lost in which they had entered it before they left it.
    """

    week: date
    table: str
    cell: str
    conversations: int


class CountStore(Protocol):
    """Where batches go."""

    def add(self, counts: list[Count]) -> None:
        """Add each count to what is stored already."""


class Gathering:
    """Counts since the last hand-over; what a crash loses, it loses."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[date, str, str]] = Counter()
        self._lock = threading.Lock()

    def note(self, events: Iterable[str]) -> None:
        """Take in the events of a turn, as texts; what the dictionary doesn't know is dropped."""
        with self._lock:
            for event in _known(events):
                self._counts[event.week, event.table, event.cell] += 1
                if event.left:
                    self._counts[event.week, event.table, event.left] -= 1

    def hand_over(self, store: CountStore, today: date) -> None:
        """Give everything to ``store`` in random order; it is dropped if the store fails.

        Each cell of this week goes along, most of them with nothing to add: otherwise the order of
        rows, and the time at which a file changed, would tell which cells one visitor was in.
        """
        with self._lock:
            gathered, self._counts = self._counts, Counter()
        week = week_of(today)
        every = {(week, table, cell): 0 for table, cells in TABLES.items() for cell in cells}
        counts = [Count(*cell, conversations=n) for cell, n in (every | gathered).items()]
        random.SystemRandom().shuffle(counts)
        store.add(counts)


def _known(events: Iterable[str]) -> Iterator[Event]:
    for text in events:
        with suppress(UnknownEvent):
            yield from_text(text)
