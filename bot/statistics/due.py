"""Which weeks may be drawn today, and which must not be.

Only the clock, the ledger, and which versions of the dictionary ran decide, never what was counted
in a week: otherwise that it is missing, or there, would itself tell something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from bot.errors import BadRules, ClockWentBack
from bot.statistics.events import VERSION, week_of
from bot.statistics.release import Rules, first_day
from bot.statistics.runs import Run, ran_in

WEEK: Final = timedelta(days=7)
OLDEST: Final = 104 * WEEK
"""Counts of a week longer ago than this come from a clock that was wrong."""
MOST_WEEKS: Final = 60
"""Of one run, unless more are asked for: a clock that is wrong must not use up years of weeks."""


class Reason(StrEnum):
    """Why a week is not drawn."""

    FUTURE = "future"
    EARLY = "early"
    OLD_DICTIONARY = "old_dictionary"


@dataclass(frozen=True)
class Due:
    """Weeks to draw, in order, and the refused ones with their reason."""

    weeks: tuple[date, ...]
    refused: tuple[tuple[date, Reason], ...]


def due(
    counted: Collection[date],
    runs: Sequence[Run],
    drawn: Collection[date],
    today: date,
    rules: Rules,
    most: int = MOST_WEEKS,
) -> Due:
    """Return what is due: whole weeks without a gap from the first one with counts.

    Refused is every week in which another version of the dictionary ran than today's. A week that
    was left out earlier waits for a newer one, so that no two releases have one name.

    Args:
        counted: The weeks with counts.
        runs: The versions that ran, in the order in which they were noted.
        drawn: The weeks with draws.
        today: In UTC.
        rules: Their delay counts.
        most: The number of weeks that may be drawn at once.

    Raises:
        ClockWentBack: A week is drawn already that isn't over by today's date.
        BadRules: More weeks than ``most`` would be drawn.
    """
    last = _last(today, rules)
    if drawn and max(drawn) > last:
        raise ClockWentBack(max(drawn))
    first = _first(counted, drawn, today, last)
    undrawn = [week for week in _weeks(first, last) if week not in drawn]
    open_weeks = [week for week in undrawn if ran_in(runs, week) == {VERSION}]
    refused = {week: Reason.OLD_DICTIONARY for week in undrawn if week not in open_weeks}
    refused |= dict(_misdated(counted, today, first))
    if open_weeks and drawn and open_weeks[-1] < max(drawn):
        open_weeks = []
    _refuse_too_many(open_weeks, most)
    return Due(tuple(open_weeks), tuple(sorted(refused.items())))


def _misdated(counted: Collection[date], today: date, first: date) -> Iterator[tuple[date, Reason]]:
    for week in counted:
        if week > week_of(today):
            yield week, Reason.FUTURE
        elif week < first:
            yield week, Reason.EARLY


def _refuse_too_many(weeks: Sequence[date], most: int) -> None:
    if len(weeks) > most:
        raise BadRules(
            f"This run would draw {len(weeks)} weeks, up to that of {weeks[-1]}, and what is drawn "
            f"can't be counted into any more. Look at this machine's clock; if it is right, "
            f"allow them with --weeks {len(weeks)}. Nothing is drawn."
        )


def _last(today: date, rules: Rules) -> date:
    week = week_of(today)
    while first_day(week, rules) > today:
        week -= WEEK
    return week


def _first(counted: Collection[date], drawn: Collection[date], today: date, last: date) -> date:
    if drawn:
        return min(drawn)
    oldest = week_of(today) - OLDEST
    return min((week for week in counted if week >= oldest), default=last + WEEK)


def _weeks(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += WEEK
