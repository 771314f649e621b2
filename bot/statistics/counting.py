"""What one conversation adds to the counters, turn by turn: at most one cell of each table.

What it was counted in is remembered in its own sealed state, so nobody else can know it, and it is
forgotten with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.statistics.events import Event, week_of
from bot.statistics.funnel import further

WEEK: Final = "week"
"""Where a conversation remembers the Monday of the week in which it began."""


def count(
    counted: Mapping[str, str], cells: Mapping[str, str], reached: tuple[str, str], today: date
) -> tuple[dict[str, str], tuple[Event, ...]]:
    """Return what the conversation is now counted in, and the events that bring it there.

    ``counted`` is what it was counted in before: table to cell, and its week. ``cells`` are those
    that the turn could be counted in; the first of each table stays. ``reached`` is how far the
    turn came, as in bot.statistics.funnel; of the outcomes the furthest stays. Once its week is
    over, or the clock went back before it, a conversation is not counted any more: otherwise it
    would be in two weeks.
    """
    week = week_of(today)
    if counted.get(WEEK, week.isoformat()) != week.isoformat():
        return dict(counted), ()
    before = counted.get("outcome", "")
    after = further(before, *reached)
    fresh = {table: cell for table, cell in cells.items() if table not in counted}
    events = [Event(week, table, cell) for table, cell in fresh.items()]
    if after != before:
        events.append(Event(week, "outcome", after, before))
    return {**counted, WEEK: week.isoformat(), **fresh, "outcome": after}, tuple(events)
