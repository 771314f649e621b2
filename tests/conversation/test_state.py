"""bot.conversation.state: little is remembered, and urgency never falls."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.state import SLOTS, State, from_slots, to_slots
from bot.safety.topics import Urgency

short = st.text(max_size=5)
states = st.builds(
    State,
    locale=short,
    country=short,
    urgency=st.sampled_from([int(urgency) for urgency in Urgency]),
    kept=short,
    question=short,
    denied=st.lists(short, max_size=3).map(tuple),
    door=short,
    place=short,
    answers=st.dictionaries(short, st.lists(short, max_size=3).map(tuple), max_size=3),
    misunderstood=st.integers(0, 9),
    refusals=st.integers(0, 9),
    counted=st.dictionaries(short, short, max_size=3),
    survey=st.dictionaries(short, short, max_size=3),
    noticed=st.lists(short, max_size=3).map(tuple),
)


@given(states)
def test_a_state_survives_its_slots_as_json(state: State) -> None:
    assert from_slots(json.loads(json.dumps(to_slots(state)))) == state


@given(states, st.sampled_from(list(Urgency)))
def test_urgency_can_be_raised_and_never_lowered(state: State, urgency: Urgency) -> None:
    assert state.but(urgency=urgency).urgency == max(state.urgency, urgency)


@given(states)
def test_a_copy_leaves_the_original_alone(state: State) -> None:
    before = to_slots(state)
    state.but(place="elsewhere", urgency=Urgency.NOW, denied=("survivor",))

    assert to_slots(state) == before


def test_slots_that_were_never_set_are_those_of_a_new_conversation() -> None:
    assert from_slots(dict.fromkeys(SLOTS)) == State()
    assert from_slots({}) == State()


def test_slots_of_others_are_ignored() -> None:
    assert from_slots({"requested_slot": "x", "locale": "de"}) == State(locale="de")


def test_nothing_that_a_visitor_typed_has_a_place_to_be_remembered() -> None:
    assert set(SLOTS) == {
        "locale", "country", "urgency", "kept", "question", "denied", "door", "place", "answers",
        "misunderstood", "refusals", "counted", "wishes", "survey", "noticed",
    }  # fmt: skip
