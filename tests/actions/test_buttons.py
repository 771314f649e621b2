"""actions: a button does in the assistant what it does in bot.conversation, and counts as much."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from bot import wiring
from bot.conversation.choices import read_choice
from bot.conversation.state import State, from_slots, to_slots
from bot.conversation.turn import TURN
from bot.languages.yaml import read_yaml
from bot.settings import ROOT
from tests.builders import pressed, pressed_in_turn, state, surveying

ON = surveying()
BUTTONS = (
    "menu", "topic.worried_thoughts", "topic.suicide_risk", "services.helpline",
    "services.helpline.chat", "module.urges", "module.urges.6", "exercise.grounding",
    "check_in.start", "check_in.strength.8", "safety.suicide_risk.no", "safety.moved_on", "opened",
    "survey.about.urges", "survey.yes.urges", "survey.no.urges", "survey.before.urges",
    "survey.before.urges.hope.very", "survey.before.urges.stop", "survey.after.urges",
)  # fmt: skip


@pytest.fixture(autouse=True)
def with_the_survey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIETLINE_SURVEY", "on")


@pytest.fixture(scope="module")
def executor() -> ActionExecutor:
    made = ActionExecutor()
    made.register_package("actions")
    return made


def action_of(intent: str) -> str:
    """Return the action that data/rules name for an intent."""
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in read_yaml(path)["rules"]:
            heard, acted = rule["steps"]
            if heard["intent"] == intent:
                return str(acted["action"])
    raise LookupError(intent)


async def performed(
    executor: ActionExecutor, choice_id: str, before: State
) -> tuple[State, list[str], dict[str, Any]]:
    """Return the state after the action of a button, what it says, and its turn."""
    choice = read_choice(choice_id, wiring.content())
    message = {
        "intent": {"name": choice.intent},
        "entities": [{"entity": "choice", "value": choice_id}],
    }
    tracker = Tracker("x", to_slots(before), message, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    events = await executor.actions[action_of(choice.intent)](dispatcher, tracker, {})
    slots = to_slots(before) | {e["name"]: e["value"] for e in events if e["event"] == "slot"}
    said = [message["response"] for message in dispatcher.messages]
    (turn,) = [message for message in dispatcher.messages if message["response"] == TURN]
    return from_slots(slots), [each for each in said if each != TURN], turn


@pytest.mark.parametrize("choice", BUTTONS)
async def test_it_says_keeps_and_offers_what_the_conversation_does(
    executor: ActionExecutor, choice: str
) -> None:
    before, _ = pressed_in_turn("module.urges", "services.therapy", known=ON)
    after, said, turn = await performed(executor, choice, before)
    expected, script = pressed(choice, before, ON)

    assert said == [bubble.id for bubble in script.says]
    assert turn["choices"] == list(script.choices)
    assert after.but(counted={}) == expected.but(counted={})


async def test_opening_a_service_says_nothing_and_is_counted_once(executor: ActionExecutor) -> None:
    after, said, first = await performed(executor, "opened", state())
    _, _, second = await performed(executor, "opened", after)

    assert said == []
    assert [event.split("/")[1:] for event in first["counts"]] == [
        ["locale", "en", ""],
        ["outcome", "opened.none", ""],
    ]
    assert second["counts"] == []


async def test_an_answer_after_the_module_is_compared_and_forgotten(
    executor: ActionExecutor,
) -> None:
    agreed = state(survey={"module": "urges", "hope": "a_little"})
    after, _, turn = await performed(executor, "survey.after.urges.hope.very", agreed)

    assert [event.split("/")[1:3] for event in turn["counts"]] == [
        ["locale", "en"],
        ["survey_hope", "higher"],
        ["outcome", "began"],
    ]
    assert after.survey == {"module": ""}
