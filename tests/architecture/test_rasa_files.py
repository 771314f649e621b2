"""Rasa's files agree with each other, with content/ and with the code.

The actions are registered as Rasa's action server does it, which needs no TensorFlow.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk.executor import ActionExecutor

from bot.conversation import choices
from bot.conversation.content import Content
from bot.conversation.dialogue import SAFETY_INTENTS
from bot.conversation.state import SLOTS
from bot.languages.yaml import read_yaml
from bot.safety.topics import Outcome
from bot.settings import ROOT
from tests.builders import tags

BUTTONS = set(choices.INTENTS.values())
DOORS = {"professional", "report"}
"""Chosen by a button only; nothing that is typed is recognised as one."""

RASA_KEYS = {"version", "nlu", "rules", "stories", "responses", "slots", "forms", "actions",
             "entities", "lookup", "synonym", "regex"}  # fmt: skip
"""What Rasa looks for at the top of a YAML file, wherever it lies."""


@cache
def domain() -> dict[str, Any]:
    return dict(read_yaml(ROOT / "domain.yml"))


@cache
def rules() -> dict[str, str]:
    """Return the action of each intent; a second rule for an intent would be a mistake."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in read_yaml(path)["rules"]:
            heard, acted = rule["steps"]
            assert heard["intent"] not in found, rule["rule"]
            found[heard["intent"]] = acted["action"]
    return found


@cache
def examples() -> dict[str, dict[str, list[str]]]:
    """Return the examples of each intent, by locale."""
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*/*.yml")):
        for entry in read_yaml(path)["nlu"]:
            lines = [line.removeprefix("- ") for line in entry["examples"].strip().splitlines()]
            found.setdefault(path.parent.name, {}).setdefault(entry["intent"], []).extend(lines)
    return found


def test_the_action_server_registers_the_actions_of_the_domain_and_no_others() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")

    assert set(executor.actions) == set(domain()["actions"])


def test_the_slots_of_the_domain_are_the_fields_of_the_state() -> None:
    assert tuple(domain()["slots"]) == SLOTS


def test_no_slot_influences_the_rules() -> None:
    for name, slot in domain()["slots"].items():
        assert slot["type"] == "any" or slot["influence_conversation"] is False, name


def test_the_domain_has_no_words() -> None:
    assert not {"responses", "forms"} & set(domain())


def test_every_intent_of_the_domain_has_exactly_one_rule() -> None:
    assert set(rules()) - {"nlu_fallback"} == set(domain()["intents"])
    assert set(rules().values()) == set(domain()["actions"])


def test_the_intents_of_the_domain_are_those_of_the_policy_and_of_buttons(
    content: Content,
) -> None:
    assert set(domain()["intents"]) == set(content.policy.intents) | BUTTONS


def test_the_dangerous_intents_are_answered_by_the_safety_action_and_no_others() -> None:
    safe = {intent for intent, action in rules().items() if action == "action_safety"}

    assert safe == {*SAFETY_INTENTS, "answer_safety"}


def test_whatever_the_policy_routes_or_refuses_is_a_dangerous_intent(content: Content) -> None:
    careful = {
        intent
        for intent, care in content.policy.intents.items()
        if care.outcome in (Outcome.ROUTE, Outcome.REFUSE)
    }

    assert careful == set(SAFETY_INTENTS)


def test_every_intent_that_is_answered_has_an_answer(content: Content) -> None:
    answered = {i for i, a in rules().items() if a in ("action_answer", "action_stop")}

    assert (answered | set(SAFETY_INTENTS)) - set(content.answers) == set()


def test_every_answer_belongs_to_an_intent_or_to_the_code(content: Content) -> None:
    ours = {"help_only", "menu", "not_understood"}

    assert set(content.answers) - set(content.policy.intents) == ours


def test_every_locale_is_trained_on_every_intent_of_the_policy(content: Content) -> None:
    wanted = set(content.policy.intents) - DOORS

    assert set(tags()) <= set(examples())
    for tag, intents in examples().items():
        assert set(intents) - set(domain()["intents"]) == set(), tag
        assert wanted - set(intents) == set(), tag


def test_every_topic_has_eighty_examples_and_one_that_can_harm_a_hundred_and_twenty(
    content: Content,
) -> None:
    topics = {care.topic for care in content.policy.intents.values()}
    for tag, intents in examples().items():
        for topic in topics:
            inside = [i for i, care in content.policy.intents.items() if care.topic is topic]
            found = sum(len(intents.get(i, ())) for i in inside)
            assert found >= (120 if topic in content.policy.thresholds else 80), (tag, topic)


def test_no_example_teaches_two_intents() -> None:
    for tag, intents in examples().items():
        seen: dict[str, str] = {}
        for intent, lines in intents.items():
            for line in lines:
                earlier = seen.setdefault(line.casefold().strip(" .!?"), intent)
                assert earlier == intent, f"{tag}: {line!r} is {earlier} and {intent}"


def test_data_holds_nothing_but_training_data() -> None:
    strange = [path for path in files("data") if path.suffix != ".yml"]
    keys = {key for path in files("data") for key in read_yaml(path)}

    assert strange == []
    assert keys == {"version", "nlu", "rules"}


def test_no_content_looks_like_training_data_to_rasa() -> None:
    for folder in ("content", "locales"):
        for path in files(folder, "*.yml"):
            assert not RASA_KEYS & set(read_yaml(path)), path


def files(folder: str, pattern: str = "*") -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob(pattern)) if path.is_file()]
