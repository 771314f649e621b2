"""The closed dictionary of what may be counted.

A conversation lies in at most one cell of each table, in one week. There is no table about how a
person is, none that crosses two of these, and no time finer than a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.errors import UnknownEvent
from bot.statistics.funnel import OUTCOMES

VERSION: Final = 2
"""Raised with every change of a table or cell; each stored count names its own."""

WAYS_IN: Final = ("wrote", "button")
DOORS: Final = (
    "own_thoughts", "own_behaviour", "danger", "suicide", "refused", "under_18", "survivor",
    "another", "professional", "report", "question", "support",
)  # fmt: skip
"""What the first message or button with a subject was about."""

MODULES: Final = (
    "already_harmed", "family", "feelings", "first_contact", "good_life", "intrusive_thoughts",
    "investigation", "law", "permission_thoughts", "privacy", "professionals", "relationships",
    "setbacks", "sleep_and_substances", "surroundings", "thoughts", "triggers", "urges",
    "why_change", "why_children_are_harmed", "young_people",
)  # fmt: skip
NEXT_STEPS: Final = ("keep_building", "this_week", "today", "now")
"""With which the check-in can end."""

CHANGES: Final = ("lower", "same", "higher")
"""How the answer after a module compares with the one before it, in the same conversation."""

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "showing": ("first_page",),
    "locale": (
        "en", "de", "fr", "it", "es", "pt", "nl", "pl", "cs", "fi", "sv", "ro", "tr", "uk", "ar",
    ),
    "entry": tuple(f"{way}.{door}" for door in DOORS for way in WAYS_IN),
    "outcome": OUTCOMES,
    "self_help": (
        *(f"module.{slug}" for slug in MODULES),
        *(f"check_in.{step}" for step in NEXT_STEPS),
        "exercise",
    ),
    "survey_hope": CHANGES,
    "survey_way": CHANGES,
    "survey_talk": CHANGES,
}  # fmt: skip
"""Table to its cells; whatever is not listed here is dropped."""

OF_A_SHOWING: Final = ("showing",)
"""Tables whose unit is one showing of the first page; that of all others is one conversation."""
OF_THE_SURVEY: Final = ("survey_hope", "survey_way", "survey_talk")
"""Tables of those who agreed to the survey; nothing is in them while it is off."""


@dataclass(frozen=True)
class Event:
    """One conversation enters a cell of a table, in the week in which it began.

    Attributes:
        week: A Monday.
        left: The cell of the same table that it was in before and isn't any more, or empty.
    """

    week: date
    table: str
    cell: str
    left: str = ""


def known(event: Event) -> bool:
    """Tell whether this may be counted at all."""
    cells = TABLES.get(event.table, ())
    is_monday = event.week == week_of(event.week)
    return is_monday and event.cell in cells and (not event.left or event.left in cells)


def week_of(day: date) -> date:
    """Return the Monday of the week; no finer time is ever stored."""
    return day - timedelta(days=day.weekday())


def to_text(event: Event) -> str:
    """Return ``event`` as it travels from the assistant to the site."""
    return "/".join((event.week.isoformat(), event.table, event.cell, event.left))


def from_text(text: str) -> Event:
    """Return the event that ``to_text`` wrote.

    Raises:
        UnknownEvent: It is none, or the dictionary doesn't know it.
    """
    try:
        week, table, cell, left = text.split("/")
        event = Event(date.fromisoformat(week), table, cell, left)
    except ValueError:
        raise UnknownEvent from None
    if not known(event):
        raise UnknownEvent
    return event
