"""A release as tables show it: each period's numbers, with the margins of their error bars.

Nothing is computed here that the release doesn't hold or sum up itself: a funnel of a month is the
sum of its weeks' published cells, as the months of all other tables are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final

from bot.statistics.events import OF_THE_SURVEY
from bot.statistics.funnel import OUTCOMES, reached
from bot.statistics.release import (
    STEPS,
    Period,
    Release,
    Rules,
    Step,
    funnel,
    margin,
    month_of,
    months,
    years,
)

FUNNEL: Final = "funnel"
"""Stands among the tables; its cells are the steps."""
KINDS: Final = ("weeks", "months", "years")
CELLS_OF_A_STEP: Final = {
    "shown": 1,
    **{step: sum(reached(cell, step) for cell in OUTCOMES) for step in STEPS[1:]},
}
"""How many published numbers one week's step is the sum of."""


@dataclass(frozen=True)
class Number:
    """One released number.

    Attributes:
        conversations: None where nothing of it may be shown.
        hidden: So many suppressed numbers are missing from it; of a week's own cell, itself.
        parts: So many numbers it is the sum of, those that are missing included.
    """

    conversations: int | None
    hidden: int
    parts: int
    rules: Rules

    @property
    def is_partial(self) -> bool:
        """Tell whether this is a lower bound."""
        return self.conversations is not None and self.hidden > 0

    @property
    def margin(self) -> int:
        """Return half the width of the 95 % interval; zero where there is none to be told.

        Worked out when asked for: of a year's sum it takes a second, once.
        """
        if self.hidden:
            return 0
        return margin(self.rules.epsilon, self.rules.rounding, self.parts)


Table = Mapping[str, Number]
"""Cell to number, in the order in which they are read."""


@dataclass(frozen=True)
class Numbers:
    """All numbers of a release: period to table to cell, for each of KINDS.

    A period is the Monday of a week as ISO date, a month as ``2026-11`` or a year; the oldest
    comes first.
    """

    by_kind: Mapping[str, Mapping[str, Mapping[str, Table]]]

    def periods(self, kind: str) -> tuple[str, ...]:
        """Return the periods of weeks, months or years."""
        return tuple(self.by_kind[kind])

    def tables(self, period: str) -> Mapping[str, Table]:
        """Return the tables of a period that is there, the funnel first."""
        return self.by_kind[self.kind_of(period)][period]

    def number(self, period: str, table: str, cell: str) -> Number | None:
        """Return one number, or None when the release lacks it."""
        return self.tables(period).get(table, {}).get(cell)

    def kind_of(self, period: str) -> str:
        """Return which of KINDS ``period`` is one of, or empty when the release lacks it."""
        return next((kind for kind in KINDS if period in self.by_kind[kind]), "")

    @property
    def has_survey(self) -> bool:
        """Tell whether any week has answers of those who agreed to the survey."""
        weeks = self.by_kind["weeks"].values()
        return any(table in tables for tables in weeks for table in OF_THE_SURVEY)


def numbers(release: Release) -> Numbers:
    """Return everything that ``release`` publishes."""
    cells = release.weeks
    return Numbers(
        {
            "weeks": _joined(_funnels(release, date.isoformat), _of_weeks(release)),
            "months": _joined(_funnels(release, month_of), _of_periods(release, months(cells))),
            "years": _joined(_funnels(release, _year_of), _of_periods(release, years(cells))),
        }
    )


def _of_weeks(release: Release) -> Iterator[tuple[str, str, str, Number]]:
    for one in release.weeks:
        hidden = int(one.conversations is None)
        number = Number(one.conversations, hidden, 1, release.rules)
        yield one.week.isoformat(), one.table, one.cell, number


def _of_periods(
    release: Release, periods: Iterable[Period]
) -> Iterator[tuple[str, str, str, Number]]:
    for one in periods:
        hidden = one.weeks - one.weeks_published
        number = Number(one.conversations, hidden, one.weeks, release.rules)
        yield one.name, one.table, one.cell, number


def _funnels(
    release: Release, period_of: Callable[[date], str]
) -> Iterator[tuple[str, str, str, Number]]:
    found: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in funnel(release.weeks):
        if step.conversations is not None or step.cells_suppressed:
            found[period_of(step.week), step.name].append(step)
    for (period, name), steps in found.items():
        known = [step.conversations for step in steps if step.conversations is not None]
        hidden = sum(step.cells_suppressed for step in steps)
        parts = len(steps) * CELLS_OF_A_STEP[name]
        number = Number(sum(known) if known else None, hidden, parts, release.rules)
        yield period, FUNNEL, name, number


def _joined(*rows: Iterable[tuple[str, str, str, Number]]) -> dict[str, dict[str, Table]]:
    found: dict[str, dict[str, dict[str, Number]]] = {}
    for period, table, cell, number in chain(*rows):
        found.setdefault(period, {}).setdefault(table, {})[cell] = number
    return {period: dict(found[period]) for period in sorted(found)}


def _year_of(week: date) -> str:
    return month_of(week)[:4]
