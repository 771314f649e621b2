"""What the published numbers are good for at a given volume; exact, nothing is simulated.

The question is always the same: two equal spans of time, and in the second a cell is a fifth
larger. The change is seen when the published sums differ by more than two equal cells would in 95
of 100 cases, and no week of either is suppressed. How visitors themselves vary comes on top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.statistics.precision import (
    CERTAIN,
    Chances,
    difference,
    error,
    half_width,
    margin,
    published,
    summed,
)
from bot.statistics.release import Rules

CHANGE: Final = 1.2
"""The second span of a cell over the first."""
SHARE: Final = 0.1
"""A typical cell's share of the conversations."""
VOLUMES: Final = (10, 30, 100, 300, 1_000, 3_000, 10_000)
"""Conversations a week."""
MONTH: Final = 4
"""Weeks, of a month that has as few as any."""
YEAR: Final = 52
"""Weeks."""


@dataclass(frozen=True)
class Row:
    """What one volume gives in a cell of a typical share.

    Attributes:
        cell: Conversations of a week in the cell.
        shown: The chance that a week's number is published.
        week, month, year: Half the 95 % interval in percent of the true number.
        week_seen, month_seen: The chance that a change is seen, from week to week or month to
            month.
    """

    volume: int
    cell: int
    shown: float
    week: float
    month: float
    year: float
    week_seen: float
    month_seen: float


def utility(rules: Rules) -> Iterator[Row]:
    """Yield a row for each of VOLUMES."""
    for volume in VOLUMES:
        cell = round(SHARE * volume)
        shown = sum(published(cell, rules.epsilon, rules.cut, rules.rounding).values())
        percent = [
            100 * margin(rules.epsilon, rules.rounding, weeks) / (weeks * cell)
            for weeks in (1, MONTH, YEAR)
        ]
        seen = [chance_seen(cell, weeks, rules) for weeks in (1, MONTH)]
        yield Row(volume, cell, shown, *percent, *seen)


def chance_seen(cell: int, weeks: int, rules: Rules) -> float:
    """Return how often a change of a cell is seen between two spans of ``weeks``."""
    before = _sum(cell, weeks, rules)
    after = _sum(round(CHANGE * cell), weeks, rules)
    least = _least_difference(weeks, rules.epsilon, rules.rounding)
    return sum(chance for more, chance in difference(after, before).items() if more > least)


def volume_needed(weeks: int, rules: Rules) -> int:
    """Return from how many conversations a week a change is seen in 95 of 100 cases."""
    cell = _first_seen(weeks, rules)
    return round(cell / SHARE)


def _first_seen(weeks: int, rules: Rules) -> int:
    """Return the smallest cell from which on, whatever its last digit, the change is seen."""
    low, high = 1, 2
    while not _always_seen(high, weeks, rules):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _always_seen(middle, weeks, rules) else (middle, high)
    return high


def _always_seen(cell: int, weeks: int, rules: Rules) -> bool:
    near = range(cell, cell + rules.rounding)
    return all(chance_seen(each, weeks, rules) >= CERTAIN for each in near)


def _sum(cell: int, weeks: int, rules: Rules) -> Chances:
    return summed(published(cell, rules.epsilon, rules.cut, rules.rounding), weeks)


@cache
def _least_difference(weeks: int, epsilon: float, rounding: int) -> int:
    """Return what the sums of two equal cells differ by at most in 95 of 100 cases."""
    spans = [summed(error(epsilon, rounding, rest), weeks) for rest in range(rounding)]
    return max(half_width(difference(span, span)) for span in spans)
