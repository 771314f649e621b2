"""Danger: cards, one question, and the answer to it. See bot.conversation.danger."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop
from rasa_sdk.executor import CollectingDispatcher

from actions.performing import chosen, intent, perform
from bot import wiring
from bot.conversation import danger
from bot.conversation.choices import read_choice
from bot.conversation.dialogue import certain, press
from bot.safety.triage import Assessment


class ActionSafety(Action):
    """Answer what needs care, and end any loop that was active."""

    def name(self) -> str:
        return "action_safety"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        if intent(tracker) == "answer_safety":
            choice = read_choice(f"safety.{'.'.join(chosen(tracker))}", wiring.content())
            return perform(dispatcher, tracker, lambda c, s, now: press(c, s, choice, now))
        heard = _heard(tracker)
        events = perform(dispatcher, tracker, lambda c, s, now: danger.respond(c, s, heard, now))
        return [ActiveLoop(None), *events] if tracker.active_loop else events


def _heard(tracker: Tracker) -> Assessment:
    assessment = tracker.latest_message.get("assessment")
    if assessment:
        return Assessment.from_json(assessment)
    return certain(wiring.content(), intent(tracker))
