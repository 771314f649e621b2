"""Topics, the menu, and what was not understood. See bot.conversation.replies."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.performing import intent, perform
from bot.conversation import replies
from bot.conversation.dialogue import again


class ActionAnswer(Action):
    """Give the clinicians' reply to the latest intent."""

    def name(self) -> str:
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        asked = intent(tracker)
        return perform(dispatcher, tracker, lambda c, s, now: replies.answer(c, s, asked, now))


class ActionMisunderstood(Action):
    """Say that it was not understood; the second time show the menu."""

    def name(self) -> str:
        return "action_misunderstood"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return perform(dispatcher, tracker, replies.misunderstood)


class ActionShowMenu(Action):
    """Show the ways on."""

    def name(self) -> str:
        return "action_show_menu"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return perform(dispatcher, tracker, replies.menu)


class ActionStop(Action):
    """Leave what is open."""

    def name(self) -> str:
        return "action_stop"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return perform(dispatcher, tracker, replies.stop)


class ActionRepeat(Action):
    """Show again where the visitor is."""

    def name(self) -> str:
        return "action_repeat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return perform(dispatcher, tracker, again)
