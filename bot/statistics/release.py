"""What may be published of the draws: cut, rounded, and summed from what is published alone.

Everything here follows from the noisy numbers of the ledger, so that it costs no further privacy,
and the same draws always give the same release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, TypeVar

from bot.errors import BadRules
from bot.statistics.events import TABLES
from bot.statistics.funnel import IN_SELF_HELP, TOWARDS_PEOPLE, reached
from bot.statistics.ledger import Draw
from bot.statistics.precision import margin, rounded

__all__ = [
    "Period", "Published", "Release", "Rules", "Step", "Total", "funnel", "margin", "month_of",
    "months", "name_of", "published", "release_of", "totals", "years",
]  # fmt: skip

Key = TypeVar("Key")

LEAST_EPSILON: Final = 0.05
"""Below it the noise alone lifts every fifth empty cell over the cut."""
MOST_EPSILON: Final = 1.0
"""Above it a single conversation could be told from the numbers."""
STEPS: Final = ("shown", *TOWARDS_PEOPLE, *IN_SELF_HELP[1:])
"""Of the funnel, in order; ``begun`` and ``finished`` are of self-help."""


@dataclass(frozen=True)
class Rules:
    """How numbers are made safe to publish.

    Attributes:
        epsilon: What one conversation can lose, at most, in each table.
        cut: Noisy numbers below it are suppressed; a multiple of ``rounding``.
        delay_days: A week is drawn this long after its last day is over, not before.
    """

    epsilon: float = 0.25
    cut: int = 20
    rounding: int = 5
    delay_days: int = 7

    def __post_init__(self) -> None:
        if not LEAST_EPSILON <= self.epsilon <= MOST_EPSILON:
            raise BadRules(
                f"Epsilon must be {LEAST_EPSILON} to {MOST_EPSILON:g} for each table: with more, "
                "the noise is so small that one person could be seen; with less, it is so large "
                "that mostly noise would be published."
            )
        if self.cut % self.rounding:
            raise BadRules("The cut must be a multiple of the rounding.")


@dataclass(frozen=True)
class Published:
    """One cell of one week; its conversations, or None when it is suppressed."""

    week: date
    table: str
    cell: str
    conversations: int | None


@dataclass(frozen=True)
class Total:
    """The sum of a table's published cells in one week, or None when there is none."""

    week: date
    table: str
    conversations: int | None


@dataclass(frozen=True)
class Period:
    """One cell of a month or a year: the sum of its published weeks, or None when there is none.

    Attributes:
        name: ``2026-11`` or ``2026``; a week belongs to the month and year of its Thursday.
        weeks: Of this period in the release; the sum lacks those that are suppressed.
    """

    name: str
    table: str
    cell: str
    conversations: int | None
    weeks_published: int
    weeks: int


@dataclass(frozen=True)
class Step:
    """How many came this far in one week, at least: suppressed cells are missing from the sum."""

    week: date
    name: str
    conversations: int | None
    cells_suppressed: int


@dataclass(frozen=True)
class Release:
    """Everything that one release publishes.

    Attributes:
        name: Its folder's name; begins with ``synthetic-`` when no visitor is behind it.
        made_on: The first day on which its newest week may be published.
        dictionary: The version of the newest week.
        weeks: By week, table and cell, in the dictionary's order.
        lost: Weeks and tables that earlier releases have, and whose numbers were lost since.
    """

    name: str
    made_on: date
    ledger_id: str
    is_synthetic: bool
    rules: Rules
    dictionary: int
    weeks: tuple[Published, ...]
    lost: tuple[tuple[date, str], ...] = ()


def release_of(draws: Sequence[Draw], ledger_id: str, is_synthetic: bool, rules: Rules) -> Release:
    """Return the release of all ``draws``, of which there is one at least."""
    newest = max(draws, key=lambda draw: (draw.week, draw.number))
    return Release(
        name_of(newest.week, is_synthetic),
        first_day(newest.week, rules),
        ledger_id,
        is_synthetic,
        rules,
        newest.dictionary,
        tuple(cell for draw in sorted(draws, key=_place) for cell in published(draw, rules)),
        tuple((draw.week, draw.table) for draw in sorted(draws, key=_place) if not draw.noisy),
    )


def name_of(week: date, is_synthetic: bool) -> str:
    """Return the name of the release whose newest week is ``week``."""
    year, number, _ = week.isocalendar()
    return f"{'synthetic-' * is_synthetic}{year:04}-W{number:02}"


def first_day(week: date, rules: Rules) -> date:
    """Return the first day on which ``week`` may be drawn."""
    return week + timedelta(days=7 + rules.delay_days)


def published(draw: Draw, rules: Rules) -> tuple[Published, ...]:
    """Return the cells of a draw as they may be published, in the dictionary's order."""
    return tuple(
        Published(draw.week, draw.table, cell, _shown(draw.noisy[cell], rules))
        for cell in sorted(draw.noisy, key=lambda cell: _order(draw.table, cell))
    )


def totals(cells: Iterable[Published]) -> tuple[Total, ...]:
    """Return each table's total of each week."""
    return tuple(
        Total(week, table, _sum(group))
        for (week, table), group in _grouped(cells, lambda cell: (cell.week, cell.table))
    )


def months(cells: Iterable[Published]) -> tuple[Period, ...]:
    """Return every cell by month."""
    return _periods(cells, month_of)


def years(cells: Iterable[Published]) -> tuple[Period, ...]:
    """Return every cell by year."""
    return _periods(cells, lambda week: month_of(week)[:4])


def month_of(week: date) -> str:
    """Return the month, as ``2026-11``, that a week's Thursday lies in."""
    return (week + timedelta(days=3)).isoformat()[:7]


def funnel(cells: Iterable[Published]) -> tuple[Step, ...]:
    """Return how far conversations came, each week."""
    found: list[Step] = []
    for (week,), group in _grouped(cells, lambda cell: (cell.week,)):
        found += [_step(week, name, group) for name in STEPS]
    return tuple(found)


def _step(week: date, name: str, cells: Sequence[Published]) -> Step:
    counted = [cell for cell in cells if _counts(cell, name)]
    return Step(week, name, _sum(counted), sum(cell.conversations is None for cell in counted))


def _counts(cell: Published, step: str) -> bool:
    if step == "shown":
        return cell.table == "showing"
    return cell.table == "outcome" and reached(cell.cell, step)


def _periods(cells: Iterable[Published], period: Callable[[date], str]) -> tuple[Period, ...]:
    ordered = sorted(cells, key=lambda cell: (period(cell.week), *_order(cell.table, cell.cell)))
    return tuple(
        Period(
            *key,
            conversations=_sum(group),
            weeks_published=sum(cell.conversations is not None for cell in group),
            weeks=len(group),
        )
        for key, group in _grouped(ordered, lambda cell: (period(cell.week), cell.table, cell.cell))
    )


def _grouped(
    cells: Iterable[Published], key: Callable[[Published], Key]
) -> Iterable[tuple[Key, list[Published]]]:
    return ((found, list(group)) for found, group in groupby(cells, key))


def _sum(cells: Iterable[Published]) -> int | None:
    known = [cell.conversations for cell in cells if cell.conversations is not None]
    return sum(known) if known else None


def _shown(noisy: int, rules: Rules) -> int | None:
    return rounded(noisy, rules.rounding) if noisy >= rules.cut else None


def _place(draw: Draw) -> tuple[date, int, str]:
    return draw.week, *_order(draw.table, "")[:2]


def _order(table: str, cell: str) -> tuple[int, str, int, str]:
    """Sort as the dictionary does; what an older one had comes after, by name."""
    tables, cells = tuple(TABLES), TABLES.get(table, ())
    return (
        tables.index(table) if table in tables else len(tables),
        table,
        cells.index(cell) if cell in cells else len(cells),
        cell,
    )
