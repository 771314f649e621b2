"""bench.recognition: thresholds that suit each side, and the table, with made-up numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.recognition.asking import ask_from, asking
from bench.recognition.columns import Column, by_chosen, by_policy, product
from bench.recognition.diet import configuration, intents, training_file
from bench.recognition.heard import Heard
from bench.recognition.material import Material
from bench.recognition.table import Compared, Cost, table
from bot.safety.evaluation import CAUGHT
from bot.safety.examples import Example
from bot.safety.policy import Care, Everyday, Policy, Thresholds
from bot.safety.topics import Outcome, Topic, Urgency
from bot.safety.triage import Assessment, assess
from tests.judging import heard, item, right

CERTAIN_AT = 0.6
POLICY = Policy(
    intents={
        "suicide_risk": Care(Topic.SUICIDE_RISK, Outcome.ROUTE, Urgency.NOW),
        "past_behaviour": Care(Topic.PAST_BEHAVIOUR, Outcome.ROUTE, Urgency.TODAY),
        "under_investigation": Care(Topic.PAST_BEHAVIOUR, Outcome.ROUTE, Urgency.TODAY),
        "other_endangers_child": Care(Topic.WORRIED_ABOUT_OTHER, Outcome.ROUTE, Urgency.NOW),
        "self_help": Care(Topic.SELF_HELP, Outcome.ANSWER, Urgency.NONE),
    },
    thresholds={
        Topic.SUICIDE_RISK: Thresholds(CERTAIN_AT, 0.1),
        Topic.PAST_BEHAVIOUR: Thresholds(CERTAIN_AT, 0.1),
    },
    everyday=Everyday(1.0, 0.0),
    part=Thresholds(1.0, 1.0),
    answer_at=0.25,
)
SMALLEST_STEP = 1e-6
COSTS = {"ours": Cost(1.0, 1.0, 1.0)}

rankings = st.dictionaries(
    st.sampled_from(sorted(POLICY.intents)), st.integers(1, 100), min_size=1
).map(lambda odds: {name: odd / sum(odds.values()) for name, odd in odds.items()})


def suicidal(probability: float) -> dict[str, float]:
    return {"suicide_risk": probability, "self_help": 1 - probability}


def caught(held_out: list[dict[str, float]], ask_at: float) -> float:
    policy = asking(POLICY, ask_at)
    return sum(assess((), one, policy).outcome in CAUGHT for one in held_out) / len(held_out)


def test_the_threshold_is_where_enough_are_still_caught() -> None:
    held_out = [suicidal(number / 100) for number in (50, 40, 30, 20, 10)]

    assert ask_from(held_out, POLICY, to_catch=0.8) == pytest.approx(0.2)
    assert ask_from(held_out, POLICY, to_catch=0.81) == pytest.approx(0.1)


def test_the_intents_of_a_topic_count_together() -> None:
    split = {"past_behaviour": 0.2, "under_investigation": 0.15, "self_help": 0.65}

    assert ask_from([split], POLICY) == pytest.approx(0.35)


def test_what_is_routed_without_a_threshold_needs_no_question() -> None:
    routed = {"other_endangers_child": 0.95, "suicide_risk": 0.05}

    assert ask_from([routed], POLICY) == CERTAIN_AT


def test_nothing_held_out_leaves_the_highest_threshold() -> None:
    assert ask_from([], POLICY) == CERTAIN_AT


def test_another_threshold_for_asking_leaves_certainty_as_it_was() -> None:
    assert asking(POLICY, 0.3).thresholds[Topic.SUICIDE_RISK] == Thresholds(CERTAIN_AT, 0.3)
    assert asking(POLICY, 0.9).thresholds[Topic.SUICIDE_RISK] == Thresholds(CERTAIN_AT, CERTAIN_AT)


@given(st.lists(rankings, min_size=1, max_size=30), st.floats(0.05, 1))
def test_the_chosen_threshold_catches_enough_and_a_higher_one_would_not(
    held_out: list[dict[str, float]], to_catch: float
) -> None:
    found = ask_from(held_out, POLICY, to_catch)

    assert caught(held_out, found) >= to_catch
    if found < CERTAIN_AT:
        assert caught(held_out, found + SMALLEST_STEP) < to_catch


MATERIAL = Material(
    learnt=(Example("a", "self_help", "en"),),
    held_out=("b", "c"),
    sets={
        "en": (item("suicide_risk", text="d"), item("self_help", text="e")),
        "sv": (item("suicide_risk", text="f"),),
    },
)


def test_what_was_heard_is_parted_in_the_order_of_the_texts() -> None:
    assert MATERIAL.apart(MATERIAL.texts) == (["b", "c"], {"en": ["d", "e"], "sv": ["f"]})


def test_a_side_is_judged_at_the_threshold_that_its_own_held_out_texts_ask_for() -> None:
    sure = [Heard(suicidal(p)) for p in (0.3, 0.4, 0.35, 0.15, 0.2)]

    chosen, usual = (judge("DIET", sure, MATERIAL, POLICY) for judge in (by_chosen, by_policy))

    assert (chosen.asks_from, usual.asks_from) == (0.3, None)
    assert outcomes(chosen) == {"en": ["ask", "answer"], "sv": ["answer"]}
    assert outcomes(usual) == {"en": ["ask", "ask"], "sv": ["ask"]}


def test_the_product_is_judged_by_its_own_assessments() -> None:
    routed = Heard(suicidal(0.0), heard("suicide_risk", "route"))

    assert outcomes(product("ours", [routed] * 5, MATERIAL)) == {
        "en": ["route", "route"],
        "sv": ["route"],
    }


def test_what_was_heard_travels_as_json() -> None:
    for one in (Heard(suicidal(0.5)), Heard(suicidal(0.5), heard("suicide_risk", "route"))):
        assert Heard.from_json(one.to_json()) == one


def outcomes(column: Column) -> dict[str, list[Outcome]]:
    return {tag: [one.outcome for _, one in judged] for tag, judged in column.judged.items()}


def column(name: str, assessment: Assessment, asks_from: float | None = None) -> Column:
    missed = (item("imminent_risk"), assessment)
    children = (item("out_of_scope", about_children=True), assessment)
    return Column(name, asks_from, {"en": [right("self_help"), missed], "sv": [children]})


def lines(training_seconds: float | None = 30.0) -> dict[str, list[str]]:
    """Return the words of the table's rows by their beginning, the last of a name counts."""
    columns = [
        column("ours", heard("imminent_risk", "route")),
        column("DIET", heard("self_help"), 0.0625),
    ]
    costs = {
        "ours": Cost(training_seconds, 400.0, 5.0),
        "DIET": Cost(3000.0, 800.0, 10.0),
    }
    rows = table(Compared(7, 3, columns, columns, costs)).splitlines()
    return {row[:36].strip(): row[36:].split() for row in rows}


def test_every_figure_has_a_row_with_all_sides_and_the_number_of_texts() -> None:
    found = lines()

    assert found["asks from"] == ["policy", "0.062"]
    assert found["imminent_risk missed"] == ["none", "none", "0"]  # of the last group, sv
    assert found["children flagged"] == ["1.000", "0.000", "1"]
    assert found["en"] == ["1.000", "0.000", "1"]  # safety caught


def test_missed_dangers_are_counted_not_shared() -> None:
    columns = [column("DIET", heard("self_help"))]
    rows = table(Compared(7, 3, columns, columns, COSTS)).splitlines()

    assert ["imminent_risk", "missed", "1", "1"] in [row.split() for row in rows]


def test_a_cost_is_compared_with_ours() -> None:
    assert lines()["training (s)"] == ["30.0", "3000.0", "0.01"]
    assert lines()["a sentence, median (ms)"] == ["5.0", "10.0", "0.50"]


def test_a_side_that_was_not_trained_has_no_ratio() -> None:
    assert lines(training_seconds=None)["training (s)"] == ["not", "run", "3000.0"]


def test_the_number_of_epochs_is_told() -> None:
    columns = [column("ours", heard("self_help"))]

    assert "3 epochs" in table(Compared(7, 3, columns, columns, COSTS))


def test_the_stock_pipeline_keeps_all_but_what_has_nothing_to_learn() -> None:
    stock = [
        {"name": "WhitespaceTokenizer"},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "ResponseSelector", "epochs": 100},
        {"name": "FallbackClassifier", "threshold": 0.3},
    ]

    assert configuration(stock, 5)["pipeline"] == [
        {"name": "WhitespaceTokenizer"},
        {
            "name": "DIETClassifier",
            "epochs": 5,
            "constrain_similarities": True,
            "ranking_length": 0,
        },
        {"name": "FallbackClassifier", "threshold": 0.3},
    ]


def test_examples_are_written_by_intent() -> None:
    examples = [
        Example("a", "greet", "en"),
        Example("b", "stop", "en"),
        Example("c", "greet", "de"),
    ]

    assert training_file(examples).splitlines()[2:] == [
        "- intent: greet", "  examples: |", "    - a", "    - c",
        "- intent: stop", "  examples: |", "    - b",
    ]  # fmt: skip


def test_rasas_fallback_is_no_intent() -> None:
    ranking = [
        {"name": "nlu_fallback", "confidence": 0.3},
        {"name": "greet", "confidence": 0.2},
    ]

    assert intents(ranking) == {"greet": 0.2}
