"""bot.safety.triage: the most careful signal wins, and there is always an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.policy import Policy
from bot.safety.topics import PRECEDENCE, Outcome, Topic, Urgency
from bot.safety.triage import SURE, Assessment, Signal, assess
from tests.builders import content

POLICY = content().policy
GUARDED = tuple(POLICY.thresholds)
"""Topics that are never answered before it is sure that there is no danger."""

probabilities = st.dictionaries(
    st.sampled_from([*POLICY.intents, "an intent that nobody listed"]), st.floats(0, 1), max_size=8
)
signals = st.lists(
    st.builds(
        Signal,
        st.just("phrase"),
        st.sampled_from(GUARDED),
        st.sampled_from([Outcome.ROUTE, Outcome.REFUSE, Outcome.ASK]),
    ),
    max_size=4,
)


def classified(intents: Mapping[str, float]) -> Assessment:
    return assess([], intents, POLICY)


def just_below(number: float) -> float:
    return number - 1e-6


def carelessness(found: Assessment) -> int:
    """0 acts at once, 1 asks first, 2 does neither."""
    if found.outcome in SURE:
        return 0
    return 1 if found.outcome is Outcome.ASK else 2


def test_a_message_without_any_signal_is_not_understood() -> None:
    assert classified({}).outcome is Outcome.MENU
    assert classified({"greet": just_below(POLICY.answer_at)}).intent == "not_understood"


@given(signals, probabilities)
def test_every_message_gets_an_assessment(some: list[Signal], intents: Mapping[str, float]) -> None:
    found = assess(some, intents, POLICY)

    assert isinstance(found.urgency, Urgency)
    assert (found.asks is not None) == (found.outcome is Outcome.ASK)


@given(signals, signals, probabilities)
def test_more_signals_never_make_us_less_careful(
    some: list[Signal], more: list[Signal], intents: Mapping[str, float]
) -> None:
    before, after = assess(some, intents, POLICY), assess(some + more, intents, POLICY)

    assert after.urgency >= before.urgency
    assert carelessness(after) <= carelessness(before)


@given(signals, probabilities, st.sampled_from(GUARDED), st.floats(0, 1))
def test_a_surer_classifier_never_makes_us_less_careful_about_a_danger(
    some: list[Signal], intents: Mapping[str, float], topic: Topic, probability: float
) -> None:
    surer = {**intents, topic: max(probability, intents.get(topic, 0.0))}

    assert carelessness(assess(some, surer, POLICY)) <= carelessness(assess(some, intents, POLICY))


@given(probabilities, st.sampled_from(GUARDED))
def test_a_danger_at_its_lower_threshold_is_never_just_answered_not_even_as_everyday_talk(
    intents: Mapping[str, float], topic: Topic
) -> None:
    enough = max(POLICY.thresholds[topic].ask_at, POLICY.everyday.ask_at)

    assert carelessness(classified({**intents, topic: enough})) < 2


@given(signals, probabilities, st.sampled_from(["", "fr"]))
def test_an_assessment_survives_json(
    some: list[Signal], intents: Mapping[str, float], language: str
) -> None:
    found = replace(assess(some, intents, POLICY), language=language)
    again = Assessment.from_json(json.loads(json.dumps(found.to_json())))

    assert again == replace(found, confidence=round(found.confidence, 4))


@pytest.mark.parametrize("topic", GUARDED)
def test_a_topic_is_certain_from_its_upper_threshold_on(topic: Topic) -> None:
    edge = POLICY.thresholds[topic].certain_at

    assert classified({topic: edge}).outcome is POLICY.care_for(topic).outcome
    assert classified({topic: just_below(edge)}).outcome is Outcome.ASK


@pytest.mark.parametrize("topic", GUARDED)
def test_a_topic_is_asked_about_from_its_lower_threshold_on(topic: Topic) -> None:
    edge = POLICY.thresholds[topic].ask_at

    assert classified({topic: edge, "greet": 0.7}).asks is topic
    assert classified({topic: just_below(edge), "greet": 0.7}).intent == "greet"


@pytest.mark.parametrize("topic", GUARDED)
def test_a_certain_danger_carries_the_urgency_that_clinicians_gave_it(topic: Topic) -> None:
    assert classified({topic: 1.0}).urgency is POLICY.care_for(topic).urgency


def test_the_intents_of_one_topic_add_up() -> None:
    half = POLICY.thresholds[Topic.PAST_BEHAVIOUR].certain_at / 2
    found = classified({"past_behaviour": just_below(half), "under_investigation": half + 2e-6})

    assert found.outcome is Outcome.ROUTE
    assert found.intent == "under_investigation"
    assert found.topic is Topic.PAST_BEHAVIOUR


@pytest.mark.parametrize(("first", "second"), pairwise(GUARDED))
def test_of_two_certain_topics_the_earlier_leads_and_the_other_is_served_too(
    first: Topic, second: Topic
) -> None:
    leading, other = sorted((first, second), key=PRECEDENCE.index)
    found = classified({first: 1.0, second: 1.0})

    assert found.topic is leading
    assert found.also == (other,)


def test_the_urgency_is_that_of_the_most_urgent_topic_not_of_the_first() -> None:
    found = classified({"survivor": 1.0, "past_behaviour": 1.0})

    assert found.topic is Topic.SURVIVOR
    assert found.urgency is Urgency.TODAY


def test_a_listed_phrase_acts_whatever_the_classifier_says() -> None:
    phrase = Signal("phrase", Topic.SUICIDE_RISK, Outcome.ROUTE)
    found = assess([phrase], {"greet": 1.0}, POLICY)

    assert (found.topic, found.outcome, found.confidence) == ("suicide_risk", "route", 1.0)


def test_a_phrase_that_asks_leads_to_one_question_and_keeps_the_likeliest_intent() -> None:
    phrase = Signal("phrase", Topic.SUICIDE_RISK, Outcome.ASK)
    found = assess([phrase], {"distress_general": 0.9}, POLICY)

    assert (found.outcome, found.asks) == (Outcome.ASK, Topic.SUICIDE_RISK)
    assert (found.intent, found.topic) == ("distress_general", Topic.DISTRESS_GENERAL)
    assert found.urgency is Urgency.TODAY


@pytest.mark.parametrize("topic", GUARDED)
def test_a_doubt_alone_is_about_its_topic_and_urgent_where_a_life_may_be_in_danger(
    topic: Topic,
) -> None:
    found = assess([Signal("phrase", topic, Outcome.ASK)], {}, POLICY)
    is_grave = POLICY.care_for(topic).urgency is Urgency.NOW

    assert (found.intent, found.topic, found.asks) == ("not_understood", topic, topic)
    assert found.urgency is (Urgency.TODAY if is_grave else Urgency.NONE)


def test_of_two_unsure_topics_the_earlier_is_asked_about() -> None:
    unsure = {topic: POLICY.thresholds[topic].ask_at for topic in ("suicide_risk", "imminent_risk")}

    assert classified({**unsure, "greet": 0.9}).asks is Topic.IMMINENT_RISK


def test_a_doubt_about_danger_raises_the_urgency_of_what_is_certain() -> None:
    refusal = Signal("phrase", Topic.HARMFUL_REQUEST, Outcome.REFUSE)
    doubt = Signal("phrase", Topic.IMMINENT_RISK, Outcome.ASK)

    assert assess([refusal, doubt], {}, POLICY).urgency is Urgency.TODAY


def test_a_child_in_danger_from_someone_else_is_not_hidden_by_a_question() -> None:
    doubt = POLICY.thresholds[Topic.SURVIVOR].ask_at
    found = classified({"other_endangers_child": 0.9, "survivor": doubt})

    assert found.outcome is Outcome.ROUTE
    assert found.intent == "other_endangers_child"
    assert found.urgency is Urgency.NOW


def test_words_for_urgency_are_those_of_files_and_interfaces() -> None:
    assert [urgency.word for urgency in Urgency] == ["none", "this_week", "today", "now"]


def test_an_intent_that_clinicians_did_not_list_counts_as_out_of_scope(policy: Policy) -> None:
    assert classified({"gardening": 0.9}).topic is Topic.OUT_OF_SCOPE
    assert policy.care_for("gardening").outcome is Outcome.MENU


def test_one_line_in_a_ramble_counts() -> None:
    rest, line = {"out_of_scope": 0.9}, {"suicide_risk": POLICY.part.certain_at}

    assert assess([], rest, POLICY).outcome is Outcome.MENU
    found = assess([], rest, POLICY, [rest, line, rest])
    assert (found.topic, found.outcome) == (Topic.SUICIDE_RISK, Outcome.ROUTE)
    assert found.confidence == POLICY.part.certain_at


def test_a_part_that_is_less_sure_leads_to_a_question() -> None:
    rest, line = {"out_of_scope": 0.9}, {"suicide_risk": just_below(POLICY.part.certain_at)}

    found = assess([], rest, POLICY, [rest, line])
    assert (found.outcome, found.asks) == (Outcome.ASK, Topic.SUICIDE_RISK)


def test_a_part_by_itself_must_be_surer_than_the_whole() -> None:
    for thresholds in POLICY.thresholds.values():
        assert POLICY.part.ask_at > thresholds.ask_at
        assert POLICY.part.certain_at > thresholds.certain_at


@given(signals, probabilities, st.lists(probabilities, max_size=4))
def test_parts_never_make_it_less_careful(
    some: list[Signal], intents: Mapping[str, float], parts: list[Mapping[str, float]]
) -> None:
    whole, with_parts = assess(some, intents, POLICY), assess(some, intents, POLICY, parts)

    assert carelessness(with_parts) <= carelessness(whole)
    assert with_parts.urgency >= whole.urgency


def test_a_question_about_everyday_talk_needs_a_bit_more() -> None:
    likely, more = POLICY.everyday.likely_at, POLICY.everyday.ask_at
    lowest = min(thresholds.ask_at for thresholds in POLICY.thresholds.values())
    (topic,) = (t for t, thresholds in POLICY.thresholds.items() if thresholds.ask_at == lowest)

    assert lowest < more
    assert classified({"out_of_scope": likely, topic: lowest}).outcome is Outcome.MENU
    assert classified({"out_of_scope": likely, topic: more}).outcome is Outcome.ASK
    assert classified({"out_of_scope": just_below(likely), topic: lowest}).outcome is Outcome.ASK
