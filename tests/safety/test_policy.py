"""bot.safety.policy: what clinicians decided is complete, and a slip in it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.content import Content
from bot.errors import BrokenContent
from bot.safety.policy import Care, Everyday, Policy, Thresholds, read_policy
from bot.safety.topics import PRECEDENCE, Outcome, Topic, Urgency

INTENTS = "survivor: {outcome: route, urgency: now}"
THRESHOLDS = "survivor: {certain_at: 0.5, ask_at: 0.2}"


PART = "certain_at: 0.9, ask_at: 0.5"
EVERYDAY = "likely_at: 0.8, ask_at: 0.1"


def text(
    intents: str = INTENTS,
    thresholds: str = THRESHOLDS,
    everyday: str = EVERYDAY,
    part: str = PART,
    answer_at: str = "0.3",
) -> str:
    return (
        f"intents: {{{intents}}}\nthresholds: {{{thresholds}}}\n"
        f"everyday: {{{everyday}}}\npart: {{{part}}}\nanswer_at: {answer_at}"
    )


def test_topics_take_precedence_in_the_order_of_the_design() -> None:
    assert PRECEDENCE[:8] == (
        "imminent_risk", "suicide_risk", "survivor", "under_18", "harmful_request",
        "past_behaviour", "worried_about_other", "worried_thoughts",
    )  # fmt: skip


def test_what_ends_in_danger_is_as_urgent_as_can_be(policy: Policy) -> None:
    for intent in ("imminent_risk", "suicide_risk", "other_endangers_child"):
        assert policy.care_for(intent).urgency is Urgency.NOW
        assert policy.care_for(intent).outcome is Outcome.ROUTE


def test_each_topic_whose_missing_would_harm_has_thresholds(policy: Policy) -> None:
    assert set(policy.thresholds) == set(PRECEDENCE[:6])


def test_each_topic_has_an_intent_of_its_own_or_one_that_counts_as_it(policy: Policy) -> None:
    assert {care.topic for care in policy.intents.values()} == set(Topic)


def test_what_can_be_asked_about_has_a_question_and_an_answer_to_no(content: Content) -> None:
    asked = {
        signal.topic
        for phrases in content.phrases
        for signal in phrases.meanings.values()
        if signal.outcome is Outcome.ASK
    }

    for topic in asked | set(content.policy.thresholds):
        assert content.answers[topic].ask
        assert content.answers[topic].denied


def test_what_a_phrase_says_agrees_with_the_policy(content: Content) -> None:
    meanings = {
        (signal.topic, signal.outcome)
        for phrases in content.phrases
        for signal in phrases.meanings.values()
    }

    assert {
        (topic, outcome)
        for topic, outcome in meanings
        if outcome not in (Outcome.ASK, content.policy.care_for(topic).outcome)
    } == set()


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (text(intents="gardening: {outcome: route, urgency: now}"), "gardening"),
        (text(intents="survivor: {outcome: shout, urgency: now}"), "shout"),
        (text(intents="survivor: {outcome: route, urgency: soon}"), "SOON"),
        (text(intents="survivor: {urgency: now}"), "outcome"),
        (text(thresholds="survivor: {certain_at: 0.5}"), "ask_at"),
        (text(thresholds="survivor: {certain_at: 50, ask_at: 0.2}"), "between 0 and 1"),
        (text(thresholds="survivor: {certain_at: 0.2, ask_at: 0.5}"), "not be above certain_at"),
        (text(thresholds="survivor: {certain_at: high, ask_at: 0.5}"), "high"),
        (text(part="certain_at: 0.2, ask_at: 0.5"), "not be above certain_at"),
        (text(part="ask_at: 0.5"), "certain_at"),
        (text(everyday="ask_at: 0.5"), "likely_at"),
        (text(everyday="likely_at: 2, ask_at: 0.5"), "between 0 and 1"),
        (text(answer_at="-1"), "between 0 and 1"),
        ("intents: []", "check the entry"),
        ("", "check the entry"),
    ],
)
def test_a_broken_policy_is_refused_with_file_and_entry(
    tmp_path: Path, broken: str, named: str
) -> None:
    path = tmp_path / "policy.yml"
    path.write_text(broken)

    with pytest.raises(BrokenContent) as refused:
        read_policy(path)

    assert str(path) in str(refused.value)
    assert named in str(refused.value)


def test_the_policy_that_the_broken_ones_are_made_from_is_read_as_it_is_written(
    tmp_path: Path,
) -> None:
    path = tmp_path / "policy.yml"
    path.write_text(text())

    survivor = Care(Topic.SURVIVOR, Outcome.ROUTE, Urgency.NOW)
    assert read_policy(path) == Policy(
        intents={"survivor": survivor},
        thresholds={Topic.SURVIVOR: Thresholds(certain_at=0.5, ask_at=0.2)},
        everyday=Everyday(likely_at=0.8, ask_at=0.1),
        part=Thresholds(certain_at=0.9, ask_at=0.5),
        answer_at=0.3,
    )


def test_probabilities_may_be_nought_or_one_and_an_intent_may_count_as_another_topic(
    tmp_path: Path,
) -> None:
    path = tmp_path / "policy.yml"
    intent = "hurt_before: {topic: survivor, outcome: refuse, urgency: this_week}"
    both = "certain_at: 1, ask_at: 1"
    path.write_text(text(intent, f"survivor: {{{both}}}", part=both, answer_at="0"))
    found = read_policy(path)

    assert found.care_for("hurt_before") == Care(Topic.SURVIVOR, Outcome.REFUSE, Urgency.THIS_WEEK)
    assert (found.part, found.answer_at) == (Thresholds(1.0, 1.0), 0.0)
