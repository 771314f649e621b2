"""bot.conversation.dialogue.without_assistant: what the site says by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.dialogue import without_assistant
from bot.conversation.turn import Turn
from bot.errors import UnknownChoice
from bot.safety.topics import Outcome
from tests.builders import NOON, content, every_choice, state

CONTENT = content()


def alone(text: str = "", choice: str = "", locale: str = "en", country: str = "GB") -> Turn:
    return without_assistant(CONTENT, state(locale=locale, country=country), text, choice, NOON)


@pytest.mark.parametrize(
    ("text", "locale", "country"),
    [
        ("I want to kill myself", "en", "GB"),
        ("ich will nicht mehr leben", "de", "DE"),
        ("I want to kill myself", "de", "AT"),
    ],
)
def test_danger_that_a_phrase_tells_of_is_routed(text: str, locale: str, country: str) -> None:
    turn = alone(text, locale=locale, country=country)

    assert turn.outcome == Outcome.ROUTE
    assert {"suicide_line", "emergency"} <= set(turn.offers)


def test_a_phrase_that_is_unsure_leads_to_the_question() -> None:
    turn = alone("I am scared of myself")

    assert turn.outcome == Outcome.ASK
    assert turn.choices[0].id == "safety.imminent_risk.yes"


def test_any_other_text_gets_the_menu_with_services() -> None:
    turn = alone("hello there")

    assert turn.outcome == Outcome.MENU
    assert turn.services
    assert len(turn.choices) == 4


@pytest.mark.parametrize("choice", every_choice(CONTENT))
def test_every_button_works(choice: str) -> None:
    turn = alone(choice=choice)

    assert turn.replies
    assert turn.counts == ()


@pytest.mark.parametrize("reply", ["yes", "unsure"])
def test_an_answer_whose_question_is_lost_gets_services_all_the_same(reply: str) -> None:
    assert alone(choice=f"safety.imminent_risk.{reply}").services


def test_a_button_that_is_not_ours_is_refused() -> None:
    with pytest.raises(UnknownChoice):
        alone(choice="module.gardening")


@given(st.text(max_size=200))
def test_any_text_gets_an_answer_and_is_counted_nowhere(text: str) -> None:
    turn = alone(text)

    assert turn.replies
    assert turn.choices
    assert turn.counts == ()
