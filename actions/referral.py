"""Services. See bot.conversation.replies and bot.referral."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.performing import chosen, perform
from bot.conversation import replies


class ActionShowServices(Action):
    """Show services of the kind that the pressed button names."""

    def name(self) -> str:
        return "action_show_services"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        kind, *way = chosen(tracker)
        return perform(
            dispatcher, tracker, lambda c, s, now: replies.services(c, s, kind, "".join(way), now)
        )


class ActionNoteOpened(Action):
    """Count that a service was opened on a page of its own."""

    def name(self) -> str:
        return "action_note_opened"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return perform(dispatcher, tracker, replies.opened)
