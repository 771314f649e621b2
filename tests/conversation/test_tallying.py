"""bot.conversation.tallying: each turn of the real conversation lies where the dictionary says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.conversation import danger, replies
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.tallying import counts
from bot.safety.topics import Outcome
from bot.statistics.events import DOORS, MODULES, NEXT_STEPS, Event, from_text, week_of
from tests.builders import NOON, content, heard, pressed, pressed_in_turn, state, unsure

MONDAY = week_of(NOON.date())
BUTTONS = {
    "topic.worried_thoughts": "own_thoughts",
    "topic.past_behaviour": "own_behaviour",
    "topic.under_investigation": "own_behaviour",
    "topic.imminent_risk": "danger",
    "topic.suicide_risk": "suicide",
    "topic.under_18": "under_18",
    "topic.survivor": "survivor",
    "topic.worried_about_other": "another",
    "topic.other_endangers_child": "another",
    "topic.professional": "professional",
    "topic.report": "report",
    "topic.ask_privacy": "question",
    "topic.ask_help_options": "question",
    "topic.ask_information": "question",
    "services.helpline": "question",
    "topic.distress_general": "support",
    "topic.self_help": "support",
    "check_in.start": "support",
    "module.urges": "support",
    "exercise.grounding": "support",
}
"""Choice to the door that it is."""


def wrote(
    intent: str, before: State | None = None, now: datetime = NOON, **also: object
) -> tuple[State, Script]:
    """Write a message that is recognised as ``intent``, up to the end of the turn."""
    begun, message = before or state(), heard(intent, **also)
    if danger.takes_over(begun, message):
        after, script = danger.respond(content(), begun, message, now)
    else:
        after, script = replies.answer(content(), begun, intent, now)
    return finish(content(), after, script, now, wrote=True)


def cells(script: Script) -> dict[str, str]:
    """Return table to the cell that the turn entered."""
    return {event.table: event.cell for event in map(from_text, script.counts)}


def entered(script: Script) -> str:
    return cells(script).get("entry", "")


@pytest.mark.parametrize(("choice", "door"), BUTTONS.items())
def test_each_first_button_is_counted_as_its_door(choice: str, door: str) -> None:
    assert entered(pressed(choice)[1]) == f"button.{door}"


def test_a_message_is_counted_as_written() -> None:
    assert entered(wrote("worried_thoughts")[1]) == "wrote.own_thoughts"
    assert entered(wrote("harmful_request")[1]) == "wrote.refused"


def test_there_is_a_way_through_every_door() -> None:
    through = {entered(pressed(choice)[1]).split(".")[1] for choice in BUTTONS}

    assert through | {"refused"} == set(DOORS)


@pytest.mark.parametrize("intent", ["greet", "thanks", "affirm", "are_you_human", "repeat"])
def test_small_talk_is_no_door_and_the_next_subject_is(intent: str) -> None:
    after, first = wrote(intent)
    _, second = wrote("survivor", after)

    assert cells(first) == {"locale": "en", "outcome": "began"}
    assert entered(second) == "wrote.survivor"


def test_a_question_to_make_sure_is_no_door_nor_is_a_no_to_it_and_a_yes_is() -> None:
    asked, script = danger.respond(content(), state(), unsure("suicide_risk"), NOON)
    asked, script = finish(content(), asked, script, NOON, wrote=True)
    _, denied = pressed("safety.suicide_risk.no", asked)
    _, agreed = pressed("safety.suicide_risk.yes", asked)

    assert script.outcome is Outcome.ASK
    assert cells(script) == {"locale": "en", "outcome": "began"}
    assert "entry" not in cells(denied)
    assert entered(agreed) == "button.suicide"


def test_after_a_no_the_subject_that_is_really_meant_is_the_door() -> None:
    asked, script = danger.respond(content(), state(), unsure("suicide_risk"), NOON)
    asked, _ = finish(content(), asked, script, NOON, wrote=True)
    after, _ = pressed("safety.suicide_risk.no", asked)
    _, script = wrote("worried_thoughts", after)

    assert entered(script) == "wrote.own_thoughts"


def test_the_menus_own_services_are_not_what_was_asked_for() -> None:
    after, script = pressed("menu")
    assert script.services
    assert cells(script)["outcome"] == "began"

    _, script = pressed("services.helpline", after)
    assert cells(script)["outcome"] == "saw.none"


def test_only_the_first_door_counts() -> None:
    after, _ = wrote("worried_thoughts")
    _, script = wrote("suicide_risk", after)

    assert "entry" not in cells(script)


def test_each_step_towards_people_is_reached_in_its_turn() -> None:
    after, script = wrote("greet")
    assert cells(script)["outcome"] == "began"

    after, script = pressed("module.urges", after)
    assert cells(script)["outcome"] == "asked.begun"

    after, script = pressed("services.helpline", after)
    assert cells(script)["outcome"] == "saw.begun"

    _, script = pressed("opened", after)
    assert script.counts == ("2026-11-23/outcome/opened.begun/saw.begun",)


def test_naming_a_subject_alone_is_a_step_of_its_own() -> None:
    script = Script(topic="distress_general")
    _, events = counts(content(), state(), script, NOON.date(), wrote=True)

    assert Event(MONDAY, "outcome", "asked.none") in events


@pytest.mark.parametrize("slug", MODULES)
def test_a_module_is_begun_on_its_first_screen_and_finished_on_its_last(slug: str) -> None:
    last = len(content().shelf.modules[slug].screens)
    after, first = pressed(f"module.{slug}")
    between, second = pressed(f"module.{slug}.2", after)
    _, end = pressed(f"module.{slug}.{last}", between)

    assert cells(first)["self_help"] == f"module.{slug}"
    assert cells(first)["outcome"] == "asked.begun"
    assert second.counts == ()
    assert end.counts == ("2026-11-23/outcome/asked.finished/asked.begun",)


def test_an_exercise_is_begun_and_nobody_can_know_whether_it_was_finished() -> None:
    _, script = pressed("exercise.urge_timer")

    assert cells(script)["self_help"] == "exercise"
    assert cells(script)["outcome"] == "asked.begun"


def test_a_check_in_is_counted_by_its_next_step_and_only_at_its_end() -> None:
    after, script = pressed("check_in.start")
    assert "self_help" not in cells(script)
    while after.place:
        skip = next(choice for choice in script.choices if choice.endswith(".skip"))
        after, script = pressed(skip, after)

    assert cells(script)["self_help"] in {f"check_in.{step}" for step in NEXT_STEPS}
    assert cells(script)["outcome"] == "saw.finished"


def test_only_the_first_self_help_counts() -> None:
    _, script = pressed_in_turn("module.urges", "exercise.grounding")

    assert script.counts == ()


def test_services_that_stay_in_view_are_no_new_step() -> None:
    kept, _ = pressed("topic.imminent_risk")
    _, script = pressed("module.urges", kept)

    assert script.kept
    assert cells(script)["outcome"] == "saw.begun"


def test_opening_a_service_counts_once_and_says_nothing() -> None:
    after, script = pressed("opened", pressed("services.helpline")[0])
    again, nothing = pressed("opened", after)

    assert cells(script) == {"outcome": "opened.none"}
    assert script.says == ()
    assert (again, nothing.counts) == (after, ())


def test_opening_a_service_leaves_what_is_open_as_it_is() -> None:
    before, _ = pressed_in_turn("module.urges", "module.urges.2")
    after, _ = pressed("opened", before)

    assert after.but(counted=before.counted) == before


@pytest.mark.parametrize("days", [-7, 7, 14])
def test_a_conversation_is_counted_in_the_week_in_which_it_began_and_in_no_other(days: int) -> None:
    after, _ = wrote("greet")
    later, script = wrote("survivor", after, NOON + timedelta(days))

    assert script.counts == ()
    assert later.counted == after.counted


def test_what_the_assistant_counted_before_a_change_of_language_stays() -> None:
    after, _ = wrote("worried_thoughts", state(locale="de"))
    _, script = wrote("survivor", after.but(locale="fr"))

    assert "locale" not in cells(script)


def test_a_locale_that_the_dictionary_doesnt_know_comes_to_no_table() -> None:
    _, script = finish(content(), replace(state(), locale="xx"), Script(), NOON)

    assert script.counts[0] == "2026-11-23/locale/xx/"
