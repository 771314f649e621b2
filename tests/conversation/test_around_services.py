"""bot.conversation.around_services: honest about what isn't there, and what to do till it opens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.choices import read_choice
from bot.conversation.dialogue import press
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State
from tests.builders import NOON, content, state

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def turn(choice: str, before: State, now: datetime = NOON) -> tuple[State, Script]:
    after, script = press(content(), before, read_choice(choice, content()), now)
    return finish(content(), after, script, now)


def ids(script: Script) -> list[str]:
    return [bubble.id for bubble in script.says]


@pytest.mark.parametrize("country", ["IT", "ES", "JP", "NG"])
def test_a_country_without_a_service_made_for_this_says_so(country: str) -> None:
    _, script = turn("services.helpline", state(country=country))

    assert "referral.none_here" in ids(script)
    assert script.services


@pytest.mark.parametrize("country", ["", "ZZ", "GB", "DE"])
def test_it_is_not_said_of_a_country_that_has_one_or_that_nobody_chose(country: str) -> None:
    assert "referral.none_here" not in ids(turn("services.helpline", state(country=country))[1])


def test_when_every_line_is_closed_there_is_something_to_do_until_it_opens() -> None:
    _, script = turn("services.helpline", state(country="NZ"), NIGHT)
    _, by_day = turn("services.helpline", state(country="GB"), NOON)

    assert ids(script).count("referral.until_open") <= 1
    assert "referral.until_open" not in ids(by_day)


@pytest.mark.parametrize("intent", ["imminent_risk", "suicide_risk", "other_endangers_child"])
def test_in_a_danger_nothing_of_this_stands_beside_the_cards(intent: str) -> None:
    _, script = turn(f"topic.{intent}", state(country="IT"), NIGHT)

    assert not {"referral.none_here", "referral.until_open"} & set(ids(script))


def test_never_more_than_three_bubbles() -> None:
    known = (name for name in content().answers if content().words.has(f"choice.topic.{name}"))
    for intent in known:
        _, script = turn(f"topic.{intent}", state(country="IT"), NIGHT)
        assert len(script.says) <= 3, intent


def test_a_wish_to_write_is_kept_for_the_services_that_follow() -> None:
    after, script = turn("services.suicide_line.chat", state(country="NL", locale="nl"))
    later, _ = turn("services.helpline", after)

    assert after.wishes == {"way": "chat"}
    assert later.wishes == {"way": "chat"}
    assert "services.suicide_line.phone" in script.choices


def test_the_wishes_of_the_check_in_steer_services_afterwards() -> None:
    step, now = state(country="GB"), NOON
    for choice in ("check_in.start", "check_in.way.chat", "check_in.country.elsewhere",
                   "check_in.language.other"):  # fmt: skip
        step, _ = press(content(), step, read_choice(choice, content()), now)
    for item in content().check_in.items:
        if item.id not in ("way", "country", "language"):
            choice = read_choice(f"check_in.{item.id}.skip", content())
            step, _ = press(content(), step, choice, now)

    assert step.answers == {}
    assert step.wishes == {"way": "chat", "country": "elsewhere", "language": "other"}
