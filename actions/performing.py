"""Between rasa_sdk and bot.conversation: slots in, message ids and slots out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot import wiring
from bot.conversation.changed_content import fitted
from bot.conversation.content import Content
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State, from_slots, to_slots
from bot.conversation.turn import TURN, offers

Responder = Callable[[Content, State, datetime], tuple[State, Script]]


def perform(
    dispatcher: CollectingDispatcher, tracker: Tracker, responder: Responder
) -> list[dict[str, Any]]:
    """Let ``responder`` answer, send what it says, and return the slots that changed."""
    content, now = wiring.content(), datetime.now(UTC)
    stored = from_slots(tracker.slots)
    state, script = responder(content, fitted(content, stored), now)
    state, script = finish(
        content, state, script, now, _language(tracker), wrote=not _choice(tracker)
    )
    for bubble in script.says:
        dispatcher.utter_message(response=bubble.id, **bubble.values)
    dispatcher.utter_message(response=TURN, **_turn(content, script))
    return _changes(stored, state)


def chosen(tracker: Tracker) -> tuple[str, ...]:
    """Return the parts of the pressed button's id after its kind, e.g. ``("urges", "3")``."""
    return tuple(_choice(tracker).split(".")[1:])


def _choice(tracker: Tracker) -> str:
    """Return the id of the pressed button, or empty when the visitor wrote."""
    return str(next(tracker.get_latest_entity_values("choice"), ""))


def intent(tracker: Tracker) -> str:
    """Return the latest message's intent."""
    return str(tracker.latest_message["intent"]["name"])


def _language(tracker: Tracker) -> str:
    """Return the language that the latest message was noticed to be in; a button has none."""
    heard = tracker.latest_message.get("assessment") or {}
    return str(heard.get("language", ""))


def _turn(content: Content, script: Script) -> dict[str, Any]:
    return {
        "services": list(script.services),
        "kept": [service for service in script.kept if service not in script.services],
        "choices": list(dict.fromkeys(script.choices)),
        "offers": list(offers(content, script)),
        "exercise": script.exercise,
        "progress": list(script.progress or ()),
        "outcome": str(script.outcome),
        "counts": list(script.counts),
        "speaks": script.speaks,
    }


def _changes(before: State, after: State) -> list[dict[str, Any]]:
    old, new = to_slots(before), to_slots(after)
    return [SlotSet(name, value) for name, value in new.items() if value != old[name]]
