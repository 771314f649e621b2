"""The closed dictionary of what may be counted.

A conversation adds at most one to one cell of each table, in one week. There is no table about
how a person is, and none that crosses two of these.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

VERSION: Final = 1
"""Raised with every change of a table or cell."""

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "language": (
        "en", "de", "fr", "it", "es", "pt", "nl", "pl", "cs", "fi", "sv", "ro", "tr", "uk", "ar",
    ),
    "entry_topic": (
        "imminent_risk", "suicide_risk", "survivor", "under_18", "harmful_request",
        "past_behaviour", "worried_about_other", "worried_thoughts", "ask_privacy",
        "ask_help_options", "ask_information", "distress_general", "self_help", "chitchat_control",
        "out_of_scope",
    ),
    "first_referral": (
        "emergency", "suicide_line", "child_line", "helpline", "therapy", "self_help",
        "survivor_support", "family_support", "report_hotline", "professional", "directory",
    ),
    "self_help": ("module", "exercise", "check_in"),
}  # fmt: skip
"""Table to its cells; whatever is not listed here is dropped."""


def known(table: str, cell: str) -> bool:
    """Tell whether this may be counted at all."""
    return cell in TABLES.get(table, ())


def week_of(day: date) -> date:
    """Return the Monday of the week; no finer time is ever stored."""
    return day - timedelta(days=day.weekday())
