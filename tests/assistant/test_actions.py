"""Actions in the assistant's process: all are there, and one that fails betrays nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.shared.core.domain import Domain
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from bot.assistant.in_process import InProcessActions
from bot.errors import AssistantUnavailable
from bot.settings import ROOT
from tests.assistant.talking import Talk, run

pytestmark = pytest.mark.slow

MARK = "windowsill-7f3a"


class FailingAction:
    """Fails with the visitor's words in its hands, as a careless action would."""

    async def __call__(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="answer.greet.1")
        raise ValueError(f"cannot answer {tracker.latest_message['text']} {tracker.sender_id}")


@pytest.fixture
def failing(agent: Agent) -> Iterator[None]:
    """Let the action that gives ordinary answers fail."""
    executor: ActionExecutor = agent.action_endpoint._executor
    ours = executor.actions["action_answer"]
    executor.actions["action_answer"] = FailingAction()
    yield
    executor.actions["action_answer"] = ours


@pytest.mark.usefixtures("failing")
def test_a_failing_action_makes_the_assistant_unavailable_for_this_turn() -> None:
    with pytest.raises(AssistantUnavailable):
        Talk().say(f"I feel low and ashamed {MARK}")


@pytest.mark.usefixtures("failing")
def test_a_failing_action_leaves_no_word_and_no_id_in_any_output(
    capfd: pytest.CaptureFixture[str],
) -> None:
    talk = Talk()
    with pytest.raises(AssistantUnavailable):
        talk.say(f"I feel low and ashamed {MARK}")

    printed = "".join(capfd.readouterr())
    assert "action.failed action=action_answer error=ValueError" in printed
    assert MARK not in printed
    assert talk.sender not in printed
    assert "Traceback" not in printed


@pytest.mark.usefixtures("failing")
def test_a_failing_action_leaves_no_word_in_the_stored_state() -> None:
    talk = Talk()
    with pytest.raises(AssistantUnavailable):
        talk.say(f"I feel low and ashamed {MARK}")

    assert MARK.encode() not in (talk.stored() or b"")


@pytest.mark.usefixtures("failing")
def test_danger_is_heard_while_another_action_fails() -> None:
    talk = Talk()
    with pytest.raises(AssistantUnavailable):
        talk.say("I feel low and ashamed")

    assert "suicide_line" in talk.say("I want to kill myself").offers


def test_the_conversation_goes_on_after_an_action_failed(agent: Agent) -> None:
    executor: ActionExecutor = agent.action_endpoint._executor
    talk, ours = Talk(), executor.actions["action_answer"]
    talk.say("I want to kill myself")
    executor.actions["action_answer"] = FailingAction()
    with pytest.raises(AssistantUnavailable):
        talk.say("I feel low and ashamed")
    executor.actions["action_answer"] = ours

    assert talk.say("I feel low and ashamed").kept


def test_an_action_that_does_not_exist_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    call = {"next_action": "action_unheard_of", "tracker": {"sender_id": MARK}, "domain": {}}
    said = run(InProcessActions().request(json=call))

    assert said == {"events": [], "responses": []}
    assert MARK not in "".join(capfd.readouterr())


def test_exactly_the_actions_of_the_domain_are_registered() -> None:
    domain = Domain.load(str(ROOT / "domain.yml"))

    assert set(InProcessActions()._executor.actions) == set(domain.user_actions)


def test_an_action_gets_neither_the_domain_nor_words_of_earlier_turns(agent: Agent) -> None:
    calls: list[dict[str, Any]] = []
    executor: ActionExecutor = agent.action_endpoint._executor
    ours = executor.actions["action_answer"]

    async def watching(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Any:
        calls.append({"events": str(tracker.events), "domain": domain})
        return await ours(dispatcher, tracker, domain)

    talk = Talk()
    talk.say(f"I feel low and ashamed {MARK}")
    executor.actions["action_answer"] = watching
    talk.say("will you report me")
    executor.actions["action_answer"] = ours

    assert MARK not in calls[0]["events"]
    assert not calls[0]["domain"]
