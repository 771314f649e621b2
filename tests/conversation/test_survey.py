"""bot.conversation.survey: who agrees is asked twice, and everybody else not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import danger
from bot.conversation.checks import survey_problems
from bot.conversation.choices import read_choice
from bot.conversation.dialogue import again, press, without_assistant
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.taking_part import MODULE
from bot.conversation.turn import put_into_words
from bot.errors import UnknownChoice
from bot.safety.topics import Outcome
from bot.statistics.events import from_text
from tests.builders import (
    NOON,
    content,
    every_choice,
    heard,
    pressed,
    pressed_in_turn,
    state,
    surveying,
    unsure,
)

ON, OFF = surveying(), content()
SURVEY = ON.survey
assert SURVEY is not None
QUESTIONS = [question.id for question in SURVEY.questions]
ANSWERS = [answer.id for answer in SURVEY.answers]
LAST = f"module.urges.{len(ON.shelf.modules['urges'].screens)}"
AGREED = ("module.urges", "survey.about.urges", "survey.yes.urges")
SURVEYED = [slug for slug in ON.shelf.modules if slug not in SURVEY.left_out]


def go(*choices: str, before: State | None = None) -> tuple[State, Script]:
    """Press buttons one after another with the survey on."""
    return pressed_in_turn(*choices, before=before, known=ON)


def answers(phase: str, *chosen: str) -> list[str]:
    """Return the buttons that answer the first questions."""
    return [f"survey.{phase}.urges.{q}.{a}" for q, a in zip(QUESTIONS, chosen, strict=False)]


def taken_part(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[State, list[Script]]:
    """Return the end of a whole survey, and every turn of it."""
    steps = (*AGREED, *answers("before", *before), LAST, "survey.after.urges")
    now, script = go(*steps)
    scripts = [script]
    while script.progress and now.place:
        question = script.says[0].id.split(".")[1]
        chosen = after[QUESTIONS.index(question)]
        now, script = pressed(f"survey.after.urges.{question}.{chosen}", now, ON)
        scripts.append(script)
    return now, scripts


def counted(scripts: list[Script]) -> dict[str, str]:
    """Return table to cell of all that the turns counted in the survey's tables."""
    events = [from_text(text) for script in scripts for text in script.counts]
    return {event.table: event.cell for event in events if event.table.startswith("survey_")}


def ids(script: Script) -> list[str]:
    return [said.id for said in script.says]


def offered(script: Script) -> list[str]:
    return [choice for choice in script.choices if choice.startswith("survey.")]


@pytest.mark.parametrize("slug", SURVEYED)
def test_a_module_offers_it_with_its_first_screen_s_last_button_and_nowhere_else(slug: str) -> None:
    screens = range(1, len(ON.shelf.modules[slug].screens) + 1)
    found = {number: offered(pressed(f"module.{slug}.{number}", known=ON)[1]) for number in screens}

    assert pressed(f"module.{slug}", known=ON)[1].choices[-1] == f"survey.about.{slug}"
    assert found == {number: [f"survey.about.{slug}"] if number == 1 else [] for number in screens}


@pytest.mark.parametrize("slug", sorted(SURVEY.left_out))
def test_some_modules_never_offer_it(slug: str) -> None:
    _, script = pressed(f"module.{slug}", known=ON)

    assert offered(script) == []
    with pytest.raises(UnknownChoice):
        read_choice(f"survey.about.{slug}", ON)


def test_nothing_is_asked_before_a_yes() -> None:
    after, script = go("module.urges", "survey.about.urges")

    assert ids(script) == ["survey.about.1", "survey.about.2", "survey.about.question"]
    assert script.choices == ("survey.yes.urges", "survey.no.urges")
    assert after.place == "survey.about.urges"
    assert after.survey == {}


def test_three_questions_come_one_by_one_and_then_the_module_from_its_beginning() -> None:
    now, script = go(*AGREED)
    for number, question in enumerate(QUESTIONS, 1):
        assert ids(script) == [f"survey.{question}.question"]
        assert script.progress == (number, 3)
        assert len(script.choices) == 7
        assert script.choices[-2].endswith(".skip")
        assert script.choices[-1] == "survey.before.urges.stop"
        now, script = pressed(f"survey.before.urges.{question}.quite", now, ON)

    assert ids(script)[0] == "module.urges.title"
    assert script.progress == (1, 6)
    assert offered(script) == []


def test_after_its_last_screen_the_same_questions_come_and_then_the_module_s_own_ways_on() -> None:
    now, script = go(*AGREED, *answers("before", "very", "very", "very"), LAST)
    assert script.choices == ("survey.after.urges", *ON.shelf.modules["urges"].choices)

    now, scripts = taken_part(("very",) * 3, ("very",) * 3)
    asked = [ids(script) for script in scripts[:-1]]

    assert asked == [[f"survey.{question}.question"] for question in QUESTIONS]
    assert ids(scripts[-1]) == ["survey.thanks"]
    assert scripts[-1].choices == ON.shelf.modules["urges"].choices
    assert (now.place, now.survey) == ("", {MODULE: ""})


@pytest.mark.parametrize(("before", "after"), product(ANSWERS, repeat=2))
def test_counted_is_only_whether_an_answer_is_lower_the_same_or_higher(
    before: str, after: str
) -> None:
    _, scripts = taken_part((before,) * 3, (after,) * 3)
    ranks = ANSWERS.index(after) - ANSWERS.index(before)
    cell = "same" if ranks == 0 else "higher" if ranks > 0 else "lower"

    assert counted(scripts) == {f"survey_{question}": cell for question in QUESTIONS}


def test_each_question_is_counted_in_its_own_table() -> None:
    _, scripts = taken_part(("in_between",) * 3, ("very", "in_between", "not_at_all"))

    assert counted(scripts) == {
        "survey_hope": "higher", "survey_way": "same", "survey_talk": "lower"
    }  # fmt: skip


def test_what_was_skipped_before_is_not_asked_again_and_what_is_skipped_after_not_counted() -> None:
    _, scripts = taken_part(("skip", "very", "very"), ("very", "skip", "very"))

    assert [ids(script)[0] for script in scripts] == [
        "survey.way.question", "survey.talk.question", "survey.thanks"
    ]  # fmt: skip
    assert counted(scripts) == {"survey_talk": "same"}


def test_who_skips_all_is_not_asked_again() -> None:
    _, script = go(*AGREED, *answers("before", "skip", "skip", "skip"), LAST)

    assert offered(script) == []


def test_an_answer_is_forgotten_when_it_is_compared() -> None:
    asked, _ = go(*AGREED, *answers("before", "very", "quite"), LAST, "survey.after.urges")
    after, _ = pressed("survey.after.urges.hope.a_little", asked, ON)

    assert asked.survey == {MODULE: "urges", "hope": "very", "way": "quite"}
    assert after.survey == {MODULE: "urges", "hope": "skip", "way": "quite"}


def test_no_leads_to_the_module_and_it_is_not_offered_again() -> None:
    after, script = go("module.urges", "survey.about.urges", "survey.no.urges")
    _, later = pressed("module.feelings", after, ON)

    assert ids(script)[0] == "module.urges.title"
    assert offered(script) == offered(later) == []


@pytest.mark.parametrize(
    ("steps", "screen"),
    [
        ((*AGREED, "survey.before.urges.stop"), 1),
        ((*AGREED, *answers("before", "very"), "survey.before.urges.stop"), 1),
        ((*AGREED, *answers("before", "very"), LAST, "survey.after.urges.stop"), 6),
    ],
)
def test_stopping_leads_to_the_module_and_forgets_every_answer(
    steps: tuple[str, ...], screen: int
) -> None:
    after, script = go(*steps)
    _, later = pressed("module.feelings", after, ON)

    assert script.progress == (screen, 6)
    assert after.survey == {MODULE: ""}
    assert offered(script) == offered(later) == []


def test_it_is_there_once_in_a_conversation() -> None:
    end, _ = taken_part(("very",) * 3, ("very",) * 3)
    for choice in ("survey.about.feelings", "survey.yes.feelings", "survey.yes.urges"):
        after, script = pressed(choice, end, ON)
        assert ids(script)[0].startswith("module.")
        assert after.survey == {MODULE: ""}


def test_an_answer_of_an_earlier_page_can_be_given_again() -> None:
    after, script = go(
        *AGREED, *answers("before", "very", "very"), "survey.before.urges.hope.quite"
    )

    assert after.survey["hope"] == "quite"
    assert ids(script) == ["survey.talk.question"]


@pytest.mark.parametrize(
    "choice",
    ["survey.before.urges", "survey.after.urges", "survey.before.urges.hope.very",
     "survey.after.urges.hope.very", "survey.before.urges.stop", "survey.after.urges.stop"],
)  # fmt: skip
@pytest.mark.parametrize("before", [{}, {MODULE: ""}, {MODULE: "feelings"}])
def test_who_has_not_agreed_gets_the_module_from_whatever_button(
    choice: str, before: dict[str, str]
) -> None:
    after, script = pressed(choice, state(survey=before), ON)

    assert ids(script)[0] == "module.urges.title"
    assert after.survey == before
    assert counted([script]) == {}


def test_whoever_asks_something_in_between_finds_the_way_back() -> None:
    asked, script = go(*AGREED, *answers("before", "very"))
    aside, answer = pressed("topic.ask_privacy", asked, ON)
    _, later = pressed(answer.choices[0], aside, ON)
    _, repeated = again(ON, asked, NOON)

    assert answer.choices[0] == asked.place == "survey.before.urges"
    assert later.says == repeated.says == script.says


@pytest.mark.parametrize("intent", ["imminent_risk", "suicide_risk", "under_18", "harmful_request"])
@pytest.mark.parametrize(
    "steps",
    [
        ("module.urges", "survey.about.urges"),
        AGREED,
        (*AGREED, *answers("before", "very", "quite", "very"), LAST),
        (*AGREED, *answers("before", "very"), LAST, "survey.after.urges"),
    ],
)
def test_danger_is_heard_anywhere_in_it_and_ends_it(steps: tuple[str, ...], intent: str) -> None:
    asked, _ = go(*steps)
    after, script = danger.respond(ON, asked, heard(intent), NOON)
    after, script = finish(ON, after, script, NOON, wrote=True)
    _, module = pressed("module.urges", after, ON)
    _, last = pressed(LAST, after, ON)

    assert script.outcome in (Outcome.ROUTE, Outcome.REFUSE)
    assert after.place == ""
    assert set(after.survey.values()) <= {""}
    assert offered(script) == offered(module) == offered(last) == []


def test_a_question_about_danger_comes_first_and_after_a_no_the_survey_goes_on() -> None:
    asked, script = go(*AGREED)
    unclear, question = danger.respond(ON, asked, unsure("suicide_risk"), NOON)
    denied, _ = pressed("safety.suicide_risk.no", unclear, ON)
    _, later = pressed(denied.place, denied, ON)

    assert question.outcome is Outcome.ASK
    assert later.says == script.says


@pytest.mark.parametrize(
    "fields", [{"door": "under_18"}, {"refusals": 1}, {"refusals": 2}, {"kept": "suicide_risk"}]
)
@pytest.mark.parametrize("before", [{}, {MODULE: "urges", "hope": "very"}])
def test_nobody_in_danger_no_minor_and_nobody_after_a_refusal_ever_sees_it(
    fields: dict[str, object], before: dict[str, str]
) -> None:
    begun = state(survey=before, **fields)
    for choice in (c for c in every_choice(ON) if c.startswith(("survey.", "module."))):
        _, script = pressed(choice, begun, ON)
        assert offered(script) == []
        assert not any(said.startswith("survey.") for said in ids(script))
        assert counted([script]) == {}


def test_in_another_week_nothing_is_counted() -> None:
    asked, _ = go(*AGREED, *answers("before", "very"), LAST, "survey.after.urges")
    choice = read_choice("survey.after.urges.hope.quite", ON)
    after, script = press(ON, asked, choice, NOON)
    _, script = finish(ON, after, script, NOON + timedelta(7))

    assert script.counts == ()


def test_the_survey_is_no_self_help_no_door_and_no_step_towards_people() -> None:
    before, _ = pressed("module.urges", known=ON)
    after, _ = go(
        "survey.about.urges", "survey.yes.urges", *answers("before", "quite"), before=before
    )

    assert after.counted == before.counted


@given(st.lists(st.sampled_from(every_choice(OFF)), max_size=8))
def test_on_or_off_every_other_turn_is_the_same_to_the_byte(choices: list[str]) -> None:
    on = off = state()
    for choice in choices:
        on, with_it = pressed(choice, on, ON)
        off, without = pressed(choice, off, OFF)
        rest = replace(
            with_it, choices=tuple(c for c in with_it.choices if c not in offered(with_it))
        )
        turns = [put_into_words(OFF, end, s).to_json() for end, s in ((on, rest), (off, without))]
        assert json.dumps(turns[0]) == json.dumps(turns[1])
        assert on == off


def test_while_it_is_off_a_conversation_that_had_begun_it_goes_on_without() -> None:
    begun, _ = go(*AGREED, *answers("before", "very"))
    _, script = pressed(LAST, begun, OFF)

    assert offered(script) == []
    assert script.choices == OFF.shelf.modules["urges"].choices


@pytest.mark.parametrize("choice", [c for c in every_choice(ON) if c.startswith("survey.")])
def test_without_the_assistant_every_button_of_it_leads_to_the_module(choice: str) -> None:
    turn = without_assistant(ON, state(), "", choice, NOON)

    assert turn.replies[0].id == f"module.{choice.split('.')[2]}.title"
    assert not any(button.id.startswith("survey.") for button in turn.choices)


def test_the_survey_fits_the_product_and_says_so_where_it_doesnt() -> None:
    fewer = replace(SURVEY, questions=SURVEY.questions[:2])
    strange = replace(SURVEY, left_out=frozenset({"gardening"}))

    assert list(survey_problems(SURVEY, ON)) == []
    assert "survey_talk" in " ".join(survey_problems(fewer, ON))
    assert [problem.split()[-1] for problem in survey_problems(strange, ON)] == ["out", "left_out"]
