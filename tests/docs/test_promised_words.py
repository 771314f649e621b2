"""What the documents say that visitors are told, visitors are told."""

from __future__ import annotations

import pytest

from bot.conversation.choices import Choice
from bot.conversation.dialogue import press
from bot.conversation.finishing import finish
from bot.settings import ROOT
from tests.builders import NOON, content, pressed, state, tags, worded

MACHINE = "first.machine"
CANNOT_CALL = "can't call"


def told(intent: str, tag: str = "en") -> str:
    """Return the words of the answer to an intent, however it was recognised."""
    choice = Choice("", intent, (intent,))
    after, script = press(content(), state(locale=tag), choice, NOON)
    return " ".join(reply.text for reply in worded(*finish(content(), after, script, NOON)).replies)


def test_the_sentence_that_the_page_on_the_ai_act_quotes_is_the_one_on_the_first_screen() -> None:
    page = (ROOT / "docs" / "ai-act.md").read_text("utf-8")

    assert f'"{content().words.text("en", MACHINE)}"' in page


@pytest.mark.parametrize("tag", [tag for tag in tags() if tag != "en"])
def test_every_locale_says_it_in_its_own_words(tag: str) -> None:
    words = content().words

    assert words.text(tag, MACHINE) != words.text("en", MACHINE)
    assert told("are_you_human", tag) != told("are_you_human")


def test_who_asks_is_told_that_no_human_is_there() -> None:
    answer = told("are_you_human")

    assert "this is a machine" in answer
    assert "No human reads or answers here" in answer


def test_the_check_in_says_that_a_machine_reads_the_answers() -> None:
    turn = worded(*pressed("check_in.start", state()))

    assert "A machine reads your answers, no person does" in turn.replies[0].text


@pytest.mark.parametrize("intent", ["imminent_risk", "other_endangers_child"])
def test_answers_about_a_child_in_danger_say_that_the_visitor_has_to_call(intent: str) -> None:
    answer = told(intent)

    assert CANNOT_CALL in answer
    assert "can't see who you are" in answer
    assert "all the emergency number" in answer
