"""bot.assistant.safety_policy: danger is answered before any form, and ends it.

No part of the product has a form, so one is made here, with Rasa's own training: a policy that
only outranks rules would be silent exactly when somebody adds one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rasa
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.in_process import InProcessActions
from bot.assistant.safety_policy import SafetyPolicy
from bot.assistant.tracker_store import SealedTrackerStore
from bot.settings import ROOT
from tests.assistant.talking import run

pytestmark = pytest.mark.slow

FORM = """
version: "3.1"
intents: [start_plan]
slots:
  first_step: {type: text, influence_conversation: false, mappings: [{type: from_text, conditions: [{active_loop: plan_form, requested_slot: first_step}]}]}
  second_step: {type: text, influence_conversation: false, mappings: [{type: from_text, conditions: [{active_loop: plan_form, requested_slot: second_step}]}]}
forms:
  plan_form: {required_slots: [first_step, second_step]}
responses:
  utter_ask_first_step: [{text: "step one"}]
  utter_ask_second_step: [{text: "step two"}]
"""  # noqa: E501  # one line a slot
RULES = """
version: "3.1"
nlu:
- intent: start_plan
  examples: |
    - I want to make a plan
    - a plan please
rules:
- rule: begin the plan
  steps:
  - intent: start_plan
  - action: plan_form
  - active_loop: plan_form
- rule: end the plan
  condition:
  - active_loop: plan_form
  steps:
  - action: plan_form
  - active_loop: null
  - slot_was_set:
    - requested_slot: null
  - action: action_listen
- rule: care for suicide_risk
  steps:
  - intent: suicide_risk
  - action: action_safety
- rule: answer greet
  steps:
  - intent: greet
  - action: action_answer
"""
CONFIG = """
recipe: default.v1
assistant_id: with-a-form
language: en
pipeline:
- name: bot.assistant.safety_screen.SafetyScreen
policies:
- name: bot.assistant.safety_policy.SafetyPolicy
- name: RulePolicy
"""


@pytest.fixture(scope="module")
def with_a_form(tmp_path_factory: pytest.TempPathFactory, agent: Agent) -> Agent:
    """An assistant with our policy, our screening and a form that takes any text."""
    folder = tmp_path_factory.mktemp("form")
    for name, text in (("config.yml", CONFIG), ("rules.yml", RULES), ("form.yml", FORM)):
        (folder / name).write_text(text)
    (folder / "domain").mkdir()
    (folder / "domain" / "ours.yml").write_text((ROOT / "domain.yml").read_text())
    (folder / "form.yml").rename(folder / "domain" / "form.yml")
    result = rasa.train(
        domain=str(folder / "domain"),
        config=str(folder / "config.yml"),
        training_files=str(folder / "rules.yml"),
        output=str(folder),
        fixed_model_name="form",
    )
    made = Agent(tracker_store=SealedTrackerStore(), action_endpoint=InProcessActions())
    made.load_model(result.model)
    return made


def test_a_forms_question_takes_ordinary_text(with_a_form: Agent) -> None:
    tracker = after(with_a_form, "a" * 8, "start_plan", "I call my brother")

    assert actions(tracker)[-1] == "plan_form"
    assert tracker.active_loop_name == "plan_form"
    assert tracker.get_slot("requested_slot") == "second_step"


def test_danger_outranks_a_waiting_form_and_ends_it(with_a_form: Agent) -> None:
    tracker = after(with_a_form, "b" * 8, "start_plan", "I want to kill myself")

    assert actions(tracker)[-1] == "action_safety"
    assert tracker.active_loop_name is None
    assert tracker.get_slot("kept") == "suicide_risk"


def test_after_danger_the_form_does_not_come_back_by_itself(with_a_form: Agent) -> None:
    tracker = after(with_a_form, "c" * 8, "start_plan", "I want to kill myself", "some other words")

    assert "plan_form" not in actions(tracker)
    assert tracker.active_loop_name is None


def test_a_waiting_form_survives_the_trimming_of_the_state(with_a_form: Agent) -> None:
    after(with_a_form, "d" * 8, "start_plan")
    stored = with_a_form.tracker_store._tracker_store.sealed
    events = json.loads(run(stored.get(run(stored.handle(b"d" * 8)))) or b"")

    assert any(event["event"] == "active_loop" for event in events)
    assert actions(after(with_a_form, "d" * 8, "anything"))[-1] == "plan_form"


def test_without_the_mark_the_forms_prediction_would_win_whatever_the_priority() -> None:
    """Why SafetyPolicy marks its prediction: Rasa's ensemble would otherwise overrule it."""
    assert winner(is_no_user_prediction=True).policy_name == "SafetyPolicy"
    assert winner(is_no_user_prediction=False).policy_name == "RulePolicy"


def test_it_stands_above_rule_policy() -> None:
    from rasa.core.policies.rule_policy import RulePolicy

    ours, rules = SafetyPolicy.get_default_config(), RulePolicy.get_default_config()
    assert ours["priority"] > rules["priority"]


def winner(*, is_no_user_prediction: bool) -> PolicyPrediction:
    safety = PolicyPrediction(
        [1.0, 0.0], "SafetyPolicy", 10, is_no_user_prediction=is_no_user_prediction
    )
    form = PolicyPrediction([0.0, 1.0], "RulePolicy", 6, is_no_user_prediction=True)
    tracker = DialogueStateTracker.from_events("x", [ActionExecuted("action_listen")])
    ensemble = DefaultPolicyPredictionEnsemble()
    return ensemble.combine_predictions([safety, form], tracker, None)


def after(agent: Agent, sender: str, *messages: str) -> DialogueStateTracker:
    """Return the conversation after ``messages``; one without a blank is an intent."""
    for message in messages:
        intent = {"text": message, "intent": {"name": message, "confidence": 1.0}, "entities": []}
        parsed = None if " " in message else intent
        output = CollectingOutputChannel()
        run(agent.handle_message(UserMessage(message, output, sender, parse_data=parsed)))
    tracker = run(agent.tracker_store.retrieve(sender))
    assert tracker is not None
    return tracker


def actions(tracker: DialogueStateTracker) -> list[str]:
    """Return the actions since the last message."""
    names = [e.action_name for e in tracker.events if isinstance(e, ActionExecuted)]
    return [name for name in names if name != "action_listen"][-1:]


def test_the_projects_own_config_uses_it() -> None:
    config = Path(ROOT / "config.yml").read_text()

    assert "bot.assistant.safety_policy.SafetyPolicy" in config
