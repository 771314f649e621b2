"""Modules and exercises. See bot.conversation.library."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.performing import chosen, perform
from bot.conversation import library


class ActionShowModule(Action):
    """Show the screen of a module that the pressed button names."""

    def name(self) -> str:
        return "action_show_module"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        slug, number = (*chosen(tracker), "1")[:2]
        return perform(
            dispatcher,
            tracker,
            lambda c, s, now: library.show_module(c, s, slug, int(number), now),
        )


class ActionShowExercise(Action):
    """Show the exercise that the pressed button names."""

    def name(self) -> str:
        return "action_show_exercise"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        (slug,) = chosen(tracker)
        return perform(
            dispatcher, tracker, lambda c, s, now: library.show_exercise(c, s, slug, now)
        )
