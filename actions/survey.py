"""The survey. See bot.conversation.survey."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.performing import chosen, perform
from bot.conversation import survey


class ActionSurvey(Action):
    """Go the step in the survey that the pressed button names."""

    def name(self) -> str:
        return "action_survey"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        rest = chosen(tracker)
        return perform(dispatcher, tracker, lambda c, s, now: survey.step(c, s, rest, now))
