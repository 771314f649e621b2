"""bot.conversation.check_in: one question at a time, and always an end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.content import Content
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.safety.topics import Outcome, Urgency
from tests.builders import content, pressed, pressed_in_turn, state

CONTENT = content()
MOST_TURNS = 60  # 24 questions, and some that take several answers


def answers_in(script: Script) -> list[str]:
    """Return the buttons that answer the question; what was chosen of many is left out."""
    leaving = ("check_in.back", "check_in.stop")
    return [c for c in script.choices if c.startswith("check_in.") and c not in leaving]


def walked(picks: list[int]) -> tuple[State, Script]:
    """Answer every question with the next pick, and ``done`` where several answers fit."""
    after, script = pressed("check_in.start")
    for turn in range(MOST_TURNS):
        offered = answers_in(script)
        if not after.place or not offered:
            break
        choice = offered[picks[turn % len(picks)] % len(offered)]
        item = choice.split(".")[1]
        after, script = pressed(choice, after)
        if after.place and (done := f"check_in.{item}.done") in script.choices:
            after, script = pressed(done, after)
    return after, script


@given(st.lists(st.integers(0, 12), min_size=1, max_size=30))
def test_whatever_is_answered_the_check_in_ends_with_a_next_step(picks: list[int]) -> None:
    after, script = walked(picks)

    assert (after.place, after.answers) == ("", {})
    assert script.services
    assert script.progress is None


def test_who_skips_everything_still_gets_a_next_step() -> None:
    after, script = pressed("check_in.start")
    while after.place:
        skip = next(choice for choice in script.choices if choice.endswith(".skip"))
        after, script = pressed(skip, after)

    assert after.urgency >= Urgency.THIS_WEEK
    assert script.services


def test_the_first_question_comes_with_the_introduction_and_without_a_way_back() -> None:
    after, script = pressed("check_in.start")

    assert script.says[0].id == "check_in.intro"
    assert "check_in.back" not in script.choices
    assert after.place == "check_in.continue"


def test_back_asks_the_question_before_again() -> None:
    _, first = pressed("check_in.start")
    after, script = pressed_in_turn("check_in.start", "check_in.child_unsafe.no", "check_in.back")

    assert script.says[-1] == first.says[-1]
    assert after.answers == {}


def test_after_a_question_in_between_the_check_in_goes_on_where_it_was() -> None:
    asked, script = pressed_in_turn("check_in.start", "check_in.child_unsafe.no")
    aside, answer = pressed("topic.ask_privacy", asked)
    _, later = pressed(answer.choices[0], aside)

    assert answer.choices[0] == "check_in.continue"
    assert later.says == script.says


def test_stop_forgets_the_answers() -> None:
    after, script = pressed_in_turn("check_in.start", "check_in.child_unsafe.no", "check_in.stop")

    assert (after.place, after.answers) == ("", {})
    assert script.outcome is Outcome.MENU


def test_an_urgent_end_keeps_its_services_in_view_and_closes_the_open_question() -> None:
    before = state(question="survivor")
    after, script = pressed_in_turn("check_in.start", "check_in.life_plan.yes", before=before)

    assert after.urgency == Urgency.NOW
    assert after.kept == "check_in"
    assert after.question == ""
    assert script.outcome is Outcome.ROUTE
    kinds = {kind for s in script.kept for kind in CONTENT.directory.services[s].kinds}
    assert "emergency" in kinds


def test_an_urgent_end_doesnt_take_the_place_of_a_greater_danger(content: Content) -> None:
    before = state(kept="imminent_risk", urgency=Urgency.NOW)
    after, _ = pressed_in_turn(
        "check_in.start", "check_in.child_unsafe.no", "check_in.end_life.at_times", before=before
    )

    assert after.kept == "imminent_risk"


def test_a_button_from_an_earlier_page_still_counts_as_an_answer() -> None:
    after, script = pressed("check_in.strength.8")

    assert after.answers == {"strength": ("8",)}
    assert script.progress
