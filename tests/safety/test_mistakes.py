"""bot.safety.mistakes: what was taken for what, and the worst first."""

from __future__ import annotations

from hypothesis import given

from bot.safety.evaluation import Judged
from bot.safety.mistakes import Kind, confusion, misses
from bot.safety.topics import Topic
from tests.judging import heard, item, judged, not_understood, right


def test_the_matrix_counts_best_topic_against_topic_heard() -> None:
    pairs = [
        right("survivor", "route"),
        (item("survivor"), heard("under_18", "route")),
        (item("survivor"), heard("under_18", "route")),
    ]

    assert confusion(pairs) == {
        (Topic.SURVIVOR, Topic.SURVIVOR): 1,
        (Topic.SURVIVOR, Topic.UNDER_18): 2,
    }


def test_an_accepted_other_topic_counts_as_the_best_one() -> None:
    pair = (item("survivor", "under_18"), heard("under_18", "route"))

    assert confusion([pair]) == {(Topic.SURVIVOR, Topic.SURVIVOR): 1}


@given(judged)
def test_every_text_is_in_the_matrix_once(pairs: Judged) -> None:
    assert confusion(pairs).total() == len(pairs)


def test_a_danger_not_caught_comes_before_a_false_alarm_before_a_wrong_topic() -> None:
    wrong = (item("self_help"), heard("ask_privacy"))
    alarm = (
        item("out_of_scope", about_children=True),
        heard("out_of_scope", "ask", asks="imminent_risk"),
    )
    missed = (item("survivor"), not_understood())

    assert [miss.kind for miss in misses([wrong, alarm, missed])] == list(Kind)


def test_dangers_come_by_precedence_and_wrong_topics_by_how_sure_we_were() -> None:
    pairs = [
        (item("self_help"), heard("ask_privacy", confidence=0.5)),
        (item("self_help"), heard("ask_privacy", confidence=0.8)),
        (item("past_behaviour"), heard("past_behaviour", confidence=0.9)),
        (item("suicide_risk"), heard("self_help", confidence=0.4)),
    ]
    found = [(miss.item.best, miss.heard.confidence) for miss in misses(pairs)]

    assert found == [
        (Topic.SUICIDE_RISK, 0.4),
        (Topic.PAST_BEHAVIOUR, 0.9),
        (Topic.SELF_HELP, 0.8),
        (Topic.SELF_HELP, 0.5),
    ]


def test_what_was_understood_and_met_is_no_miss() -> None:
    assert misses([right("survivor", "route"), right("self_help")]) == []
