"""bot.conversation.danger: it comes before everything, asks once, and keeps its cards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.conversation import danger, replies
from bot.conversation.content import Content
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.safety.topics import Outcome, Topic, Urgency
from bot.safety.triage import Assessment
from tests.builders import (
    NOON,
    content,
    heard,
    misunderstood,
    pressed,
    pressed_in_turn,
    state,
    unsure,
    worded,
)

GUARDED = tuple(content().policy.thresholds)


def respond(before: State, message: Assessment) -> tuple[State, Script]:
    return danger.respond(content(), before, message, NOON)


def ids(script: Script) -> list[str]:
    return [bubble.id for bubble in script.says]


@pytest.mark.parametrize("intent", ["imminent_risk", "suicide_risk", "other_endangers_child"])
@pytest.mark.parametrize(
    "opened",
    [
        lambda: pressed("module.urges.2"),
        lambda: pressed_in_turn("check_in.start", "check_in.child_unsafe.no"),
        lambda: pressed_in_turn("module.urges", "exercise.urge_timer"),
    ],
    ids=["module", "check-in", "exercise"],
)
def test_danger_in_the_middle_of_something_leaves_it_and_routes_at_once(
    intent: str, opened: Callable[[], tuple[State, Script]]
) -> None:
    before, _ = opened()
    after, script = respond(before, heard(intent))

    assert before.place
    assert danger.takes_over(before, heard(intent))
    assert (after.place, after.answers) == ("", {})
    assert after.urgency == Urgency.NOW
    assert script.outcome is Outcome.ROUTE
    assert "emergency" in worded(after, script).offers


@pytest.mark.parametrize("item", ["child_unsafe", "end_life"])
def test_a_dangerous_answer_leaves_the_check_in_at_once(item: str) -> None:
    after, script = pressed_in_turn("check_in.start", f"check_in.{item}.yes")

    assert (after.place, after.answers, after.urgency) == ("", {}, Urgency.NOW)
    assert "emergency" in worded(after, script).offers


def test_a_dangerous_answer_on_an_earlier_page_is_heard_at_a_closed_door_too() -> None:
    after, script = pressed("check_in.child_unsafe.yes", state(door="under_18"))

    assert after.urgency == Urgency.NOW
    assert {"emergency", "child_line"} <= set(worded(after, script).offers)


@pytest.mark.parametrize("topic", GUARDED)
def test_what_is_unsure_is_asked_about_once_with_three_answers(topic: Topic) -> None:
    after, script = respond(state(), unsure(topic))

    assert ids(script) == [f"answer.{topic}.ask"]
    assert script.choices == tuple(f"safety.{topic}.{said}" for said in ("yes", "no", "unsure"))
    assert after.question == topic


@pytest.mark.parametrize("reply", ["yes", "unsure"])
@pytest.mark.parametrize("topic", GUARDED)
def test_yes_and_not_sure_both_lead_to_the_cards(topic: Topic, reply: str) -> None:
    asked, _ = respond(state(), unsure(topic))
    after, script = pressed(f"safety.{topic}.{reply}", asked)

    assert script.outcome is Outcome.ROUTE
    assert script.services
    assert after.question == ""


@pytest.mark.parametrize(
    ("intent", "outcome"), [("affirm", "route"), ("deny", "answer"), ("not_understood", "route")]
)
def test_a_typed_yes_or_no_answers_the_open_question(intent: str, outcome: str) -> None:
    asked, _ = respond(state(), unsure("suicide_risk"))

    assert danger.takes_over(asked, heard(intent))
    assert respond(asked, heard(intent))[1].outcome == outcome


def test_a_typed_yes_without_a_question_is_small_talk() -> None:
    assert not danger.takes_over(state(), heard("affirm"))


@pytest.mark.parametrize("topic", GUARDED)
def test_who_stays_unclear_when_asked_gets_the_cards_instead_of_the_question(topic: Topic) -> None:
    asked, _ = respond(state(), unsure(topic))
    _, script = respond(asked, unsure(topic))

    assert script.outcome is Outcome.ROUTE
    assert ids(script)[0] == f"answer.{topic}.1"


@pytest.mark.parametrize("topic", GUARDED)
def test_who_said_no_is_not_asked_again_but_still_heard_when_it_is_certain(topic: Topic) -> None:
    asked, _ = respond(state(), unsure(topic))
    denied, script = pressed(f"safety.{topic}.no", asked)

    assert ids(script)[0] == f"answer.{topic}.denied.1"
    assert not danger.takes_over(denied, unsure(topic))
    assert danger.takes_over(denied, heard(topic))
    assert respond(denied, unsure(topic))[1].outcome is Outcome.ROUTE


def test_a_no_doesnt_lower_the_urgency() -> None:
    asked, _ = respond(state(), unsure("imminent_risk"))
    denied, _ = pressed("safety.imminent_risk.no", asked)

    assert denied.urgency == Urgency.TODAY


def test_the_cards_stay_until_the_visitor_moves_on() -> None:
    routed, _ = respond(state(), heard("suicide_risk"))
    later, script = pressed_in_turn("topic.worried_thoughts", "module.thoughts", before=routed)
    moved, after_it = pressed("safety.moved_on", later)

    assert "suicide-line" not in script.services
    assert script.kept
    assert later.kept == "suicide_risk"
    assert (moved.kept, after_it.kept) == ("", ())
    assert moved.urgency == Urgency.NOW


def test_the_kept_card_can_be_put_away_at_every_later_turn_but_not_past_a_question() -> None:
    routed, _ = respond(state(), heard("suicide_risk"))
    _, later = pressed("module.thoughts", routed)
    _, asked = respond(routed, unsure("imminent_risk"))

    assert later.choices[-1] == "safety.moved_on"
    assert "safety.moved_on" not in asked.choices


def test_the_cards_of_a_lesser_worry_dont_take_the_place_of_a_greater() -> None:
    routed, _ = respond(state(), heard("imminent_risk"))
    after, script = respond(routed, heard("past_behaviour"))

    assert after.kept == "imminent_risk"
    assert script.outcome is Outcome.ROUTE


def test_the_cards_of_the_greater_worry_take_the_place_of_a_lesser() -> None:
    routed, _ = respond(state(), heard("past_behaviour"))

    assert respond(routed, heard("suicide_risk"))[0].kept == "suicide_risk"


@pytest.mark.parametrize("reply", ["yes", "unsure"])
def test_a_yes_from_an_earlier_page_is_heard_although_the_question_is_no_longer_open(
    reply: str,
) -> None:
    after, script = pressed(f"safety.suicide_risk.{reply}", state())

    assert after.kept == "suicide_risk"
    assert script.outcome is Outcome.ROUTE


def test_a_no_from_an_earlier_page_takes_no_card_away() -> None:
    routed, _ = respond(state(), heard("suicide_risk"))
    after, script = pressed("safety.suicide_risk.no", routed)

    assert after.kept == "suicide_risk"
    assert script.kept


def test_a_danger_with_another_topic_serves_both() -> None:
    after, script = respond(state(), heard("imminent_risk", also=("suicide_risk",)))

    assert ids(script)[-1] == "answer.suicide_risk.1"
    assert {"emergency", "child_line", "suicide_line"} <= {*script.kinds}
    assert after.kept == "imminent_risk"


def test_of_several_topics_the_gravest_is_kept() -> None:
    message = heard("survivor", also=("past_behaviour",), urgency=Urgency.TODAY)

    assert respond(state(), message)[0].kept == "past_behaviour"


def test_a_harmful_request_is_refused_once_and_then_only_help_is_left() -> None:
    once, first = respond(state(), heard("harmful_request"))
    twice, second = respond(once, heard("harmful_request"))
    _, later = pressed("topic.worried_thoughts", twice)

    assert ids(first)[0] == "answer.harmful_request.1"
    assert ids(second)[0] == ids(later)[0] == "answer.help_only.1"
    assert "refusal" in worded(twice, second).offers
    assert first.services
    assert second.services


def test_in_help_only_mode_what_it_offers_still_opens() -> None:
    refused = state(refusals=2)
    _, offered = pressed("menu", refused)
    for choice in offered.choices:
        _, script = pressed(choice, refused)
        assert ids(script) != ids(offered), choice


@pytest.mark.parametrize(
    "choice", ["module.thoughts", "check_in.start", "exercise.stay_safe_plan", "topic.self_help"]
)
def test_in_help_only_mode_everything_else_is_closed(choice: str) -> None:
    _, script = pressed(choice, state(refusals=2))

    assert ids(script)[0] == "answer.help_only.1"


def test_in_help_only_mode_danger_is_still_heard() -> None:
    after, script = respond(state(refusals=2), heard("suicide_risk"))

    assert script.outcome is Outcome.ROUTE
    assert after.kept == "suicide_risk"


@pytest.mark.parametrize(
    "choice", ["module.urges", "check_in.start", "exercise.urge_timer", "topic.worried_thoughts",
               "topic.self_help", "topic.ask_help_options", "menu", "safety.moved_on"],
)  # fmt: skip
def test_who_is_under_18_sees_no_content_for_adults(choice: str) -> None:
    minor, _ = respond(state(), heard("under_18"))
    _, script = pressed(choice, minor)

    assert ids(script)[0] == "answer.under_18.1"
    assert "child_line" in worded(minor, script).offers


def test_a_message_that_is_not_understood_offers_minors_nothing_for_adults(
    content: Content,
) -> None:
    minor, _ = respond(state(), heard("under_18"))
    _, script = replies.misunderstood(content, minor, NOON)

    assert ids(script)[0] == "answer.under_18.1"
    assert not danger.takes_over(minor, misunderstood())


def test_who_is_18_or_older_after_all_finds_everything_open_again() -> None:
    minor, _ = respond(state(), heard("under_18"))
    adult, _ = pressed("safety.adult", minor)

    assert pressed("module.urges", adult)[1].progress


def test_being_an_adult_doesnt_undo_refusals() -> None:
    after, script = pressed("safety.adult", state(door="under_18", refusals=2))

    assert after.door == "self"
    assert ids(script)[0] == "answer.help_only.1"


@pytest.mark.parametrize("intent", ["past_behaviour", "suicide_risk", "survivor"])
def test_a_minor_always_sees_a_line_for_children(intent: str) -> None:
    after, script = respond(state(door="under_18"), heard(intent))

    assert "child_line" in worded(after, script).offers


@pytest.mark.parametrize("kind", sorted(set(content().kinds) - {"directory"}))
def test_a_button_of_an_old_page_shows_minors_no_services_for_adults(kind: str) -> None:
    _, script = pressed(f"services.{kind}", state(door="under_18"))
    services = [content().directory.services[i] for i in script.services]

    assert not any({"helpline", "therapy", "self_help"} & set(s.made_for) for s in services)
    assert services
