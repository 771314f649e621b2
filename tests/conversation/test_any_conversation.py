"""What must hold in every conversation, whatever a visitor writes and presses, in any order.

The machine walks through the real content as bot.conversation.dialogue and data/rules do.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversation import check_in, danger, replies
from bot.conversation.choices import label, read_choice
from bot.conversation.content import Content
from bot.conversation.dialogue import SAFETY_INTENTS, again, press
from bot.conversation.finishing import finish, kept_services
from bot.conversation.library import ALWAYS_OPEN
from bot.conversation.script import Script
from bot.conversation.state import State, from_slots, to_slots
from bot.conversation.turn import from_json, put_into_words
from bot.safety.topics import Outcome, Urgency
from bot.safety.triage import Assessment
from bot.statistics.events import from_text, known
from tests.builders import (
    NOON,
    content,
    every_choice,
    heard,
    misunderstood,
    surveying,
    tags,
    unsure,
)

CONTENT = content()
ASKED_ABOUT = tuple(CONTENT.policy.thresholds)

messages = st.one_of(
    st.sampled_from([*CONTENT.policy.intents]).map(heard),
    st.builds(
        unsure,
        st.sampled_from(ASKED_ABOUT),
        st.sampled_from(["not_understood", "greet", "worried_thoughts", "distress_general"]),
    ),
    st.just(misunderstood()),
)


def understood(content: Content, state: State, message: Assessment) -> tuple[State, Script]:
    """Answer as the safety policy and data/rules do."""
    if danger.takes_over(state, message) or message.intent in SAFETY_INTENTS:
        return danger.respond(content, state, message, NOON)
    match message.intent:
        case "not_understood" | "out_of_scope":
            return replies.misunderstood(content, state, NOON)
        case "stop":
            return replies.stop(content, state, NOON)
        case "repeat":
            return again(content, state, NOON)
        case "start_check_in":
            return check_in.step(content, state, ("start",), NOON)
    return replies.answer(content, state, message.intent, NOON)


FOR_MINORS = "module.young_people."
"""The one module that is written for them."""


class AnyConversation(RuleBasedStateMachine):
    """Each rule is one turn; each invariant holds after all of them."""

    content = CONTENT
    choices = (*every_choice(CONTENT), "opened")

    @initialize(
        locale=st.sampled_from(tags()), country=st.sampled_from(["", "GB", "DE", "FR", "LU", "XX"])
    )
    def begin(self, locale: str, country: str) -> None:
        self.before = self.state = State(locale=locale, country=country)
        self.earlier = self.script = self.own = Script(choices=("menu",))
        self.counted: list[str] = []
        self.last_choice = ""

    @rule(message=messages)
    def write(self, message: Assessment) -> None:
        self._take("", *understood(self.content, self.state, message))

    @rule(message=messages, language=st.sampled_from(["ru", "hu", *tags()]))
    def write_in_another_language(self, message: Assessment, language: str) -> None:
        self._take("", *understood(self.content, self.state, message), language)

    @rule(message=messages)
    def write_when_the_same_message_came_before(self, message: Assessment) -> None:
        for _ in range(2):
            self._take("", *understood(self.content, self.state, message))

    @rule(data=st.data())
    def press_any_button_of_any_page(self, data: Any) -> None:
        self._press(data.draw(st.sampled_from(self.choices)))

    @rule(data=st.data())
    def press_a_button_of_this_page(self, data: Any) -> None:
        self._press(data.draw(st.sampled_from(self.script.choices)))

    @precondition(lambda self: self.state.place)
    @rule()
    def go_back_to_what_was_open(self) -> None:
        self._press(self.state.place)

    def _press(self, choice: str) -> None:
        pressed = read_choice(choice, self.content)
        self._take(choice, *press(self.content, self.state, pressed, NOON))

    def _take(self, choice: str, state: State, script: Script, language: str = "") -> None:
        self.before, self.earlier, self.last_choice = self.state, self.script, choice
        self.state, self.script = finish(
            self.content, state, script, NOON, language, wrote=not choice
        )
        self.own = script
        self.counted += self.script.counts
        self._check_the_step()

    def _check_the_step(self) -> None:
        self._urgency_never_falls()
        self._cards_stay_until_the_visitor_moves_on()
        self._nothing_is_asked_twice_in_a_row()
        self._danger_leaves_what_was_open()

    def _urgency_never_falls(self) -> None:
        assert self.state.urgency >= self.before.urgency

    def _cards_stay_until_the_visitor_moves_on(self) -> None:
        if self.last_choice == "safety.moved_on":
            assert not self.state.kept
        elif self.before.kept:
            assert self.state.kept
        if self.script.outcome == Outcome.ROUTE and self.state.urgency > self.before.urgency:
            assert self.state.kept or self.state.urgency < Urgency.TODAY

    def _nothing_is_asked_twice_in_a_row(self) -> None:
        if self.script.outcome == Outcome.ASK:
            assert self.script.says != self.earlier.says
            assert self.state.question not in self.before.denied

    def _danger_leaves_what_was_open(self) -> None:
        if self.script.outcome in (Outcome.ROUTE, Outcome.REFUSE):
            assert not self.state.place
            assert not self.state.answers
            assert not self.state.question

    @invariant()
    def every_word_exists_in_every_locale(self) -> None:
        for tag in tags():
            for bubble in self.script.says:
                assert self.content.words.text(tag, bubble.id, **bubble.values).strip()
            for choice in self.script.choices:
                assert self.content.words.text(tag, label(choice, self.content)).strip()

    @invariant()
    def every_button_leads_somewhere(self) -> None:
        assert self.script.choices, "the visitor has nowhere to go"
        assert all(read_choice(choice, self.content).id == choice for choice in self.script.choices)

    @invariant()
    def who_needs_a_service_gets_one(self) -> None:
        assert bool(self.script.services) == bool(self.script.kinds)
        assert len(self.own.services) <= 3
        assert self.script.services[: len(self.own.services)] == self.own.services
        assert len(self.script.services) <= 6
        assert bool(self.script.speaks) or self.script.services == self.own.services
        assert self.script.kept == kept_services(self.content, self.state, NOON)
        assert bool(self.script.kept) == bool(self.state.kept)

    @invariant()
    def the_way_back_is_a_button(self) -> None:
        assert (
            not self.state.place
            or read_choice(self.state.place, self.content).id == self.state.place
        )

    @invariant()
    def minors_see_nothing_made_for_adults(self) -> None:
        if self.state.door == "under_18":
            own_page = any(said.id.startswith(FOR_MINORS) for said in self.script.says)
            assert self.script.progress is None or own_page
            assert self.script.exercise in ("", *ALWAYS_OPEN)
            assert not self.state.place or self.state.place.startswith(FOR_MINORS)
            assert "child_line" in self.script.kinds or not self.script.kinds or self._asked_for()

    def _asked_for(self) -> bool:
        """Tell whether a button for just this kind of service was pressed, or a refusal given."""
        return self.last_choice.startswith("services.") or self.script.outcome == Outcome.REFUSE

    @invariant()
    def after_two_refusals_only_help_is_left(self) -> None:
        if self.state.refusals >= replies.HELP_ONLY_AFTER and self.script.progress:
            slug = self.state.place.split(".")[1] if self.state.place else "urges"
            open_doors = self.content.answers[replies.closed_by(self.state)].choices
            assert f"module.{slug}" in open_doors

    @invariant()
    def who_is_not_understood_twice_gets_the_menu_and_services(self) -> None:
        if self.state.misunderstood >= replies.MENU_AFTER:
            assert self.script.outcome in (Outcome.MENU, Outcome.ANSWER, Outcome.ASK)
        if self.state.misunderstood > self.before.misunderstood >= replies.MENU_AFTER - 1:
            assert self.script.services

    @invariant()
    def a_conversation_lies_in_one_cell_of_each_table(self) -> None:
        events = [from_text(text) for text in self.counted]
        inside = Counter((event.table, event.cell) for event in events)
        inside.subtract((event.table, event.left) for event in events if event.left)
        cells = {table: cell for (table, cell), number in inside.items() if number}
        assert set(inside.values()) <= {0, 1}
        assert len(cells) == sum(inside.values())
        assert cells == {t: c for t, c in self.state.counted.items() if t != "week"}
        assert all(known(event) for event in events)

    @invariant()
    def no_language_is_offered_twice(self) -> None:
        if self.script.speaks:
            assert self.script.speaks not in self.before.noticed
            assert self.script.speaks in self.state.noticed

    @invariant()
    def the_state_survives_its_slots_and_json(self) -> None:
        assert from_slots(json.loads(json.dumps(to_slots(self.state)))) == self.state

    @invariant()
    def the_turn_survives_json(self) -> None:
        turn = put_into_words(self.content, self.state, self.script)
        assert from_json(json.loads(json.dumps(turn.to_json()))) == turn


class AnyConversationWithTheSurvey(AnyConversation):
    """The same must hold when it is on, and more."""

    content = surveying()
    choices = (*every_choice(content), "opened")

    @rule(data=st.data(), slug=st.sampled_from(["urges", "feelings"]))
    def take_part(self, data: Any, slug: str) -> None:
        for step in ("about", "yes", "before", "after"):
            self._press(f"survey.{step}.{slug}")
            while any(f"survey.{step}.{slug}." in choice for choice in self.script.choices):
                self._press(data.draw(st.sampled_from(self.script.choices)))

    def _check_the_step(self) -> None:
        super()._check_the_step()
        if self.script.outcome in (Outcome.ROUTE, Outcome.REFUSE):
            assert set(self.state.survey.values()) <= {""}

    @invariant()
    def who_is_in_danger_or_a_minor_or_was_refused_never_sees_it(self) -> None:
        if self.state.kept or self.state.refusals or self.state.door == "under_18":
            ours = (*self.script.choices, *(said.id for said in self.own.says))
            here = [one for one in ours if one.startswith("survey.")]
            assert not here

    @invariant()
    def the_module_is_one_button_away(self) -> None:
        asks = [one for one in self.own.choices if one.startswith("survey.")]
        if asks and asks != [self.state.place] and not self.own.progress:
            assert any(choice.startswith("survey.no.") for choice in asks)
        if any(said.id.startswith("survey.") for said in self.own.says) and self.own.progress:
            assert self.own.choices[-1].endswith(".stop")

    @invariant()
    def it_remembers_ids_of_its_own_only(self) -> None:
        survey = self.content.survey
        assert survey is not None
        answers = {name: said for name, said in self.state.survey.items() if name != "module"}
        assert all(survey.has(name, said) for name, said in answers.items())
        assert self.state.survey.get("module", "") in ("", *self.content.shelf.modules)


TestAnyConversation = AnyConversation.TestCase
TestAnyConversation.settings = settings(stateful_step_count=30)
TestAnyConversationWithTheSurvey = AnyConversationWithTheSurvey.TestCase
TestAnyConversationWithTheSurvey.settings = settings(stateful_step_count=20)
