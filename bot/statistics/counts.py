"""Gather counts in memory, and hand them over in batches that tell no order."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.statistics.events import known, week_of


@dataclass(frozen=True)
class Count:
    """How many conversations of one week fell into one cell of one table."""

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

    def note(self, cells: Iterable[str], today: date) -> None:
        """Add one for each ``table:cell``; what the dictionary doesn't know is dropped."""
        pairs = [tuple(cell.split(":", 1)) for cell in cells if ":" in cell]
        with self._lock:
            self._counts.update(
                (week_of(today), table, cell) for table, cell in pairs if known(table, cell)
            )

    def hand_over(self, store: CountStore) -> None:
        """Give everything to ``store`` in random order; it is dropped if the store fails."""
        with self._lock:
            gathered, self._counts = self._counts, Counter()
        counts = [Count(*cell, conversations=number) for cell, number in gathered.items()]
        random.SystemRandom().shuffle(counts)
        if counts:
            store.add(counts)
