"""The check-in. See bot.conversation.check_in."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.performing import chosen, perform
from bot.conversation import check_in


class ActionCheckIn(Action):
    """Go one step in the check-in; a message that asks for it starts it."""

    def name(self) -> str:
        return "action_check_in"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        rest = chosen(tracker) or ("start",)
        return perform(dispatcher, tracker, lambda c, s, now: check_in.step(c, s, rest, now))
