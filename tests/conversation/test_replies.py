"""bot.conversation.replies and library: what needs no alarm."""

from __future__ import annotations

from bot.conversation import replies
from bot.conversation.content import Content
from bot.conversation.dialogue import again
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.safety.topics import Outcome
from tests.builders import NOON, content, pressed, pressed_in_turn, state


def misunderstood(before: State) -> tuple[State, Script]:
    return replies.misunderstood(content(), before, NOON)


def ids(script: Script) -> list[str]:
    return [bubble.id for bubble in script.says]


def test_what_is_not_understood_is_said_so_once_and_then_the_menu_comes_with_services() -> None:
    once, first = misunderstood(state())
    _, second = misunderstood(once)

    assert ids(first) == ["answer.not_understood.1"]
    assert ids(second) == ["answer.menu.1", "answer.menu.2"]
    assert len(second.choices) == 4
    assert second.services


def test_something_understood_in_between_begins_the_count_anew() -> None:
    once, _ = misunderstood(state())
    for choice in ("topic.worried_thoughts", "services.helpline", "module.urges"):
        understood, _ = pressed(choice, once)
        assert ids(misunderstood(understood)[1]) == ["answer.not_understood.1"]


def test_an_intent_without_an_answer_counts_as_not_understood(content: Content) -> None:
    after, script = replies.answer(content, state(), "gardening", NOON)

    assert after.misunderstood == 1
    assert script.outcome is Outcome.MENU


def test_what_is_open_stays_one_button_away() -> None:
    opened, _ = pressed("module.urges.2")
    for choice in ("topic.ask_privacy", "services.helpline", "menu", "exercise.grounding"):
        _, script = pressed(choice, opened)
        assert script.choices[0] == "module.urges.2"


def test_repeat_shows_the_open_place_again(content: Content) -> None:
    opened, first = pressed("module.urges.2")

    assert ids(again(content, opened, NOON)[1]) == ids(first)
    assert ids(again(content, state(), NOON)[1])[0] == "answer.repeat.1"


def test_stop_leaves_what_is_open(content: Content) -> None:
    opened, _ = pressed_in_turn("check_in.start", "check_in.child_unsafe.no")
    after, _ = replies.stop(content, opened, NOON)

    assert (after.place, after.answers) == ("", {})


def test_a_module_goes_screen_by_screen_to_its_end(content: Content) -> None:
    for slug, module in content.shelf.modules.items():
        last = len(module.screens)
        after, script = pressed(f"module.{slug}")
        for number in range(2, last + 1):
            assert script.choices[0] == f"module.{slug}.{number}"
            assert script.progress == (number - 1, last)
            after, script = pressed(script.choices[0], after)
        assert script.choices == module.choices
        assert after.place == ""


def test_the_first_screen_of_a_module_says_its_title_too(content: Content) -> None:
    assert ids(pressed("module.urges")[1])[0] == "module.urges.title"
    assert "module.urges.title" not in ids(pressed("module.urges.2")[1])
