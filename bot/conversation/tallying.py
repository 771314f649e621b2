"""Which cells of the statistics a turn belongs to."""

from __future__ import annotations

from datetime import date
from typing import Final

from bot.conversation.content import Content
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.safety.topics import Outcome, Topic
from bot.statistics.counting import count
from bot.statistics.events import Event

DOOR_OF: Final[dict[str, str]] = {
    Topic.WORRIED_THOUGHTS: "own_thoughts",
    Topic.PAST_BEHAVIOUR: "own_behaviour",
    Topic.IMMINENT_RISK: "danger",
    Topic.SUICIDE_RISK: "suicide",
    Topic.HARMFUL_REQUEST: "refused",
    Topic.UNDER_18: "under_18",
    Topic.SURVIVOR: "survivor",
    Topic.WORRIED_ABOUT_OTHER: "another",
    Topic.ASK_PRIVACY: "question",
    Topic.ASK_HELP_OPTIONS: "question",
    Topic.ASK_INFORMATION: "question",
    Topic.DISTRESS_GENERAL: "support",
    Topic.SELF_HELP: "support",
}
"""Topic to door; small talk is none."""
OWN_DOORS: Final = ("professional", "report")
"""Intents that are doors of their own."""


def counts(
    content: Content, state: State, script: Script, today: date, *, wrote: bool
) -> tuple[dict[str, str], tuple[Event, ...]]:
    """Return what the conversation is counted in after this turn, and what the turn adds."""
    door = _door(content, script)
    cells = {"locale": state.locale, **script.changes}
    if door:
        cells["entry"] = f"{'wrote' if wrote else 'button'}.{door}"
    if script.part and script.part != "check_in":
        cells["self_help"] = script.part
    return count(state.counted, cells, _reached(script, door), today)


def _door(content: Content, script: Script) -> str:
    """Return the door that the turn's subject is, or empty; a question to make sure is none."""
    if not script.topic or script.outcome == Outcome.ASK:
        return ""
    if script.topic in OWN_DOORS:
        return script.topic
    return DOOR_OF.get(content.policy.care_for(script.topic).topic, "")


def _reached(script: Script, door: str) -> tuple[str, str]:
    """Return how far the turn came, towards people and in self-help."""
    part = ("finished" if script.is_finished else "begun") if script.part else "none"
    if script.is_opened:
        return "opened", part
    if script.services and (door or script.outcome != Outcome.MENU):
        return "saw", part
    return ("asked" if door else "began"), part
