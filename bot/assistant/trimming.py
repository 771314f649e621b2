"""Cut a tracker down to what the next turn needs, so that a turn's cost doesn't grow.

Kept: slots, the active loop, and the last turns as intents and actions. Dropped: every word that
was typed or said, rankings and metadata. tests/assistant/test_trimming.py compares both.
"""

from __future__ import annotations

from typing import Any, Final

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

TURNS: Final = 3  # of the visitor; a rule looks back over one. docs/decisions/0005-speed.md


def trim(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """Return the events to store, as plain JSON values."""
    recent = _recent(list(tracker.events))
    return [event.as_dict() for event in (*_beginning(tracker), *map(_silent, recent))]


def _beginning(tracker: DialogueStateTracker) -> list[Event]:
    loop = tracker.active_loop
    return [
        SessionStarted(),
        *(
            SlotSet(slot.name, slot.value)
            for slot in tracker.slots.values()
            if slot.value is not None
        ),
        *([ActiveLoop(loop.name)] if loop else []),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def _recent(events: list[Event]) -> list[Event]:
    starts = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if not starts:
        return []
    first = starts[-TURNS] if len(starts) >= TURNS else starts[0]
    return [event for event in events[first:] if not isinstance(event, BotUttered)]


def _silent(event: Event) -> Event:
    """Return a user's message as its intent alone."""
    if not isinstance(event, UserUttered):
        return event
    return UserUttered(text=None, intent={"name": event.intent_name}, timestamp=event.timestamp)
