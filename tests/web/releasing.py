"""Small releases, written by the product's own code from numbers that a test chooses."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.release.folder import write
from bot.statistics.events import OF_THE_SURVEY, TABLES, VERSION
from bot.statistics.ledger import Draw, next_draw
from bot.statistics.register import lines_for
from bot.statistics.release import Rules, release_of

FIRST = date(2026, 8, 31)
LEDGER = "5a5a5a5a5a5a5a5a"
Noisy = Callable[[int, str, int], int]
"""Number of the week, table and place of the cell, all counted from 0, to its noisy number."""


def falling(week: int, table: str, place: int) -> int:
    """Return numbers that grow by week and fall by cell, until they are under the cut."""
    many = 1_200 if table == "showing" else 300
    return (many + 7 * week) // (place + 1) - 3 * place


def a_release(
    releases: Path,
    weeks: int = 9,
    noisy: Noisy = falling,
    *,
    is_synthetic: bool = False,
    with_survey: bool = False,
) -> Path:
    """Write a release of ``weeks`` weeks from FIRST on, and return its folder."""
    draws = tuple(_draws(weeks, noisy, with_survey))
    rules = Rules()
    release = release_of(draws, LEDGER, is_synthetic, rules)
    releases.mkdir(parents=True, exist_ok=True)
    return write(release, lines_for(draws, (), rules), releases)


def sheet(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a file in ``data/``."""
    with (folder / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _draws(weeks: int, noisy: Noisy, with_survey: bool) -> Iterator[Draw]:
    last: Draw | None = None
    for number in range(weeks):
        week = FIRST + timedelta(weeks=number)
        for table, cells in TABLES.items():
            if with_survey or table not in OF_THE_SURVEY:
                drawn = {cell: noisy(number, table, place) for place, cell in enumerate(cells)}
                last = next_draw(last, week, table, VERSION, Rules().epsilon, drawn)
                yield last
