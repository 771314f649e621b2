"""Which weeks may be drawn today, and which must not be.

Only the clock, the ledger and the weeks' names decide, never how much was counted: otherwise that
a week is missing, or there, would itself tell something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from bot.errors import ClockWentBack
from bot.statistics.events import VERSION, week_of
from bot.statistics.release import Rules, first_day

WEEK: Final = timedelta(days=7)
OLDEST: Final = 104 * WEEK
"""Counts of a week longer ago than this come from a clock that was wrong."""


class Reason(StrEnum):
    """Why a week that has counts is not drawn."""

    FUTURE = "future"
    EARLY = "early"
    OLD_DICTIONARY = "old_dictionary"


@dataclass(frozen=True)
class Due:
    """Weeks to draw, in order, and the refused ones with their reason."""

    weeks: tuple[date, ...]
    refused: tuple[tuple[date, Reason], ...]


def due(
    counted: Mapping[date, frozenset[int]], drawn: Collection[date], today: date, rules: Rules
) -> Due:
    """Return what is due: whole weeks without a gap from the first one with counts.

    ``counted`` is each week with counts, and the dictionary versions that they were made under. A
    week that was left out earlier waits for a newer one, so that no two releases have one name.

    Raises:
        ClockWentBack: A week is drawn already that isn't over by today's date.
    """
    last = _last(today, rules)
    if drawn and max(drawn) > last:
        raise ClockWentBack(max(drawn))
    first = _first(counted, drawn, today, last)
    refused = dict(_refused(counted, drawn, today, first))
    open_weeks = [week for week in _weeks(first, last) if week not in {*drawn, *refused}]
    if open_weeks and drawn and open_weeks[-1] < max(drawn):
        open_weeks = []
    return Due(tuple(open_weeks), tuple(sorted(refused.items())))


def _refused(
    counted: Mapping[date, frozenset[int]], drawn: Collection[date], today: date, first: date
) -> Iterator[tuple[date, Reason]]:
    for week, versions in counted.items():
        if week in drawn:
            continue
        if week > week_of(today):
            yield week, Reason.FUTURE
        elif week < first:
            yield week, Reason.EARLY
        elif versions != {VERSION}:
            yield week, Reason.OLD_DICTIONARY


def _last(today: date, rules: Rules) -> date:
    week = week_of(today)
    while first_day(week, rules) > today:
        week -= WEEK
    return week


def _first(
    counted: Mapping[date, frozenset[int]], drawn: Collection[date], today: date, last: date
) -> date:
    if drawn:
        return min(drawn)
    oldest = week_of(today) - OLDEST
    return min((week for week in counted if week >= oldest), default=last + WEEK)


def _weeks(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += WEEK
