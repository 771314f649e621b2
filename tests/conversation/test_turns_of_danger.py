"""bot.conversation.danger to the last field: what a turn changes, what it says, and no more."""

from __future__ import annotations

from itertools import chain, zip_longest

import pytest

from bot.conversation import danger
from bot.conversation.content import Content
from bot.conversation.script import Script, say
from bot.conversation.state import State
from bot.safety.topics import Outcome, Topic, Urgency
from bot.safety.triage import Assessment
from tests.builders import NOON, heard, state, unsure

OPENED = state(
    country="BE",
    kept="past_behaviour",
    question="survivor",
    denied=("harmful_request",),
    place="module.urges.2",
    answers={"mood": ("often",)},
    misunderstood=2,
    survey={"module": "urges", "hope": "very"},
    noticed=("fr",),
)
LEFT = OPENED.but(question="", place="", answers={}, misunderstood=0, survey={"module": ""})
"""The same once everything that was open is left. In Belgium each answer depends on the hour."""


def cards(content: Content, intent: str, after: State, outcome: Outcome) -> Script:
    """Return the turn that shows the cards of one intent."""
    answer = content.answers[intent]
    return Script(
        says=say(*answer.says),
        kinds=answer.kinds,
        services=content.services(answer.kinds, after, NOON),
        choices=answer.choices,
        outcome=outcome,
        topic=intent,
    )


def test_a_danger_leaves_everything_and_shows_its_cards(content: Content) -> None:
    after = LEFT.but(kept="suicide_risk", urgency=Urgency.NOW)

    assert danger.respond(content, OPENED, heard("suicide_risk"), NOON) == (
        after,
        cards(content, "suicide_risk", after, Outcome.ROUTE),
    )


def test_a_harmful_request_leaves_everything_and_is_refused(content: Content) -> None:
    message = heard("harmful_request", urgency=Urgency.TODAY)
    once = LEFT.but(refusals=1, urgency=Urgency.TODAY)
    twice = once.but(refusals=2)

    assert danger.respond(content, OPENED, message, NOON) == (
        once,
        cards(content, "harmful_request", once, Outcome.REFUSE),
    )
    again, script = danger.respond(content, once, message, NOON)
    assert again == twice
    assert script.says == say(*content.answers["help_only"].says)
    assert script.topic == "harmful_request"


def test_a_question_leaves_everything_as_it_is(content: Content) -> None:
    assert danger.respond(content, OPENED, unsure("imminent_risk", "distress_general"), NOON) == (
        OPENED.but(question="imminent_risk", urgency=Urgency.TODAY, misunderstood=0),
        Script(
            says=say(content.answers["imminent_risk"].ask),
            choices=tuple(f"safety.imminent_risk.{said}" for said in ("yes", "no", "unsure")),
            outcome=Outcome.ASK,
            topic="imminent_risk",
        ),
    )


@pytest.mark.parametrize(
    ("before", "ways_on"),
    [(OPENED, "menu"), (OPENED.but(door="under_18"), "under_18"),
     (OPENED.but(refusals=2), "help_only")],
)  # fmt: skip
def test_a_no_is_remembered_and_leads_on(content: Content, before: State, ways_on: str) -> None:
    denied = ("harmful_request", "survivor")

    assert danger.answered(content, before, "survivor", "no", NOON) == (
        before.but(question="", denied=denied),
        Script(
            says=say(*content.answers["survivor"].denied),
            choices=content.answers[ways_on].choices,
        ),
    )


@pytest.mark.parametrize("answer", ["yes", "unsure", "anything else"])
def test_whatever_is_no_no_shows_the_cards(content: Content, answer: str) -> None:
    urgency = content.policy.care_for("survivor").urgency
    after = LEFT.but(kept=danger.keep(content, OPENED, "survivor", urgency), urgency=urgency)

    assert danger.answered(content, OPENED, "survivor", answer, NOON) == (
        after,
        cards(content, "survivor", after, Outcome.ROUTE),
    )


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ("moved_on", OPENED, OPENED.but(kept="", question="")),
        ("adult", OPENED.but(door="under_18"), OPENED.but(question="")),
    ],
)
def test_who_goes_on_chooses_anew(content: Content, said: str, before: State, after: State) -> None:
    menu = content.answers["menu"]
    turn = Script(says=say(*menu.says), choices=menu.choices, outcome=Outcome.MENU)

    assert danger.go_on(content, before, said, NOON) == (after, turn)


def test_who_goes_on_at_a_closed_door_sees_what_is_open_there(content: Content) -> None:
    before = OPENED.but(refusals=2)
    after = before.but(kept="", question="", place="", answers={})
    found, script = danger.go_on(content, before, "moved_on", NOON)

    assert (found, script) == (after, cards(content, "help_only", after, Outcome.MENU))


def test_of_two_topics_both_are_said_and_their_services_take_turns(content: Content) -> None:
    message = heard("survivor", also=("imminent_risk", "a topic without an answer"))
    after, script = danger.respond(content, OPENED, message, NOON)
    first, other = content.answers["survivor"], content.answers["imminent_risk"]
    in_turn = chain.from_iterable(zip_longest(first.kinds, other.kinds))

    assert script.says == say(*first.says, other.says[0])
    assert script.kinds == tuple(dict.fromkeys(kind for kind in in_turn if kind))
    assert script.choices == first.choices
    assert (script.topic, after.kept) == ("survivor", "imminent_risk")


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (state(), heard("survivor", also=("under_18",))),
        (state(), heard("under_18")),
        (state(door="under_18"), heard("survivor")),
    ],
)
def test_a_minor_is_shown_a_line_for_children_first(
    content: Content, before: State, message: Assessment
) -> None:
    after, script = danger.respond(content, before, message, NOON)

    assert after.door == "under_18"
    assert script.kinds[0] == "child_line"


@pytest.mark.parametrize(
    ("kept", "urgency", "expected"),
    [
        ("", Urgency.NONE, ""),
        ("", Urgency.THIS_WEEK, ""),
        ("", Urgency.TODAY, "survivor"),
        ("", Urgency.NOW, "survivor"),
        ("past_behaviour", Urgency.THIS_WEEK, "past_behaviour"),
        ("past_behaviour", Urgency.TODAY, "survivor"),
        ("suicide_risk", Urgency.TODAY, "suicide_risk"),
        ("suicide_risk", Urgency.NOW, "survivor"),
    ],
)
def test_the_most_urgent_cards_are_kept_and_of_equals_the_latest(
    content: Content, kept: str, urgency: Urgency, expected: str
) -> None:
    assert content.policy.care_for("past_behaviour").urgency is Urgency.TODAY
    assert danger.keep(content, state(kept=kept), "survivor", urgency) == expected


@pytest.mark.parametrize(
    ("before", "message", "expected"),
    [
        (state(), heard("suicide_risk"), True),
        (state(), heard("harmful_request"), True),
        (state(), unsure(Topic.SURVIVOR), True),
        (state(denied=("survivor",)), unsure(Topic.SURVIVOR), False),
        (state(denied=("survivor",)), unsure(Topic.UNDER_18), True),
        (state(question="survivor"), heard("affirm"), True),
        (state(question="survivor"), heard("greet"), False),
        (state(), heard("affirm"), False),
        (state(), heard("greet"), False),
    ],
)
def test_danger_takes_over_when_it_is_sure_or_may_ask_or_is_answered(
    before: State, message: Assessment, expected: bool
) -> None:
    assert danger.takes_over(before, message) is expected


def test_who_was_asked_and_says_something_unclear_again_gets_the_cards_of_that_topic(
    content: Content,
) -> None:
    message = unsure("survivor", intent="distress_general")

    script = danger.respond(content, OPENED, message, NOON)[1]
    assert (script.topic, script.outcome) == ("survivor", Outcome.ROUTE)
    assert danger.respond(content, LEFT, message, NOON)[1].outcome is Outcome.ASK
