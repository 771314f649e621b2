"""In which weeks each version of the dictionary ran, whatever was counted in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Final

from bot.statistics.events import week_of

BEGINNING: Final = date.min
"""The week, long before any count, from which the first version of a database runs."""


@dataclass(frozen=True)
class Run:
    """A version of the dictionary, and the Monday of the week from which it runs."""

    week: date
    dictionary: int


def next_run(runs: Sequence[Run], dictionary: int, today: date, drawn: date) -> Run | None:
    """Return the run to note when counting begins under ``dictionary``; None if it only goes on.

    ``drawn`` is the newest week with a draw, or BEGINNING: a clock before it is wrong. A run that
    was noted by a clock that was ahead is noted once more.
    """
    if not runs:
        return Run(BEGINNING, dictionary)
    week, last = max(week_of(today), drawn), runs[-1]
    goes_on = last.dictionary == dictionary and last.week <= week
    return None if goes_on else Run(week, dictionary)


def ran_in(runs: Sequence[Run], week: date) -> frozenset[int]:
    """Return the versions that ran in ``week``, of all ``runs`` in the order they were noted.

    The week in which one follows another belongs to both. What was noted later is believed.
    """
    starts = list(accumulate((run.week for run in reversed(runs)), min))[::-1]
    spans = pairwise((*starts, date.max))
    return frozenset(
        run.dictionary
        for run, (start, end) in zip(runs, spans, strict=True)
        if start <= week <= end
    )
