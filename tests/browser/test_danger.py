"""Danger is heard wherever it is said, and its card stays until the visitor moves on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visiting import COUNTRY, DANGER

pytestmark = pytest.mark.slow

MIDDLES = (
    ("module.urges.2", "module.urges.3"),
    ("check_in.start", "check_in.child_unsafe.no"),
    ("exercise.stay_safe_plan",),
)


def test_danger_is_heard_at_once_in_the_middle_of_anything(
    visitor: Open, tag: str, has_scripts: bool
) -> None:
    visit = visitor(tag, has_scripts).open(country=COUNTRY[tag])

    for choices in MIDDLES:
        for choice in choices:
            visit.press_unseen(choice)
        answer = visit.say(DANGER[tag])

        visit.sees("answer.suicide_risk.1", where=answer)
        expect(answer.locator(".card a[href^='tel:']")).not_to_have_count(0)
        expect(answer.locator(".progress")).to_have_count(0)


def test_the_card_of_a_danger_stays_until_the_visitor_moves_on(
    visitor: Open, tag: str, has_scripts: bool
) -> None:
    visit = visitor(tag, has_scripts).open(country=COUNTRY[tag])
    visit.press("topic.suicide_risk")

    for choice in ("menu", "topic.self_help"):
        visit.press_unseen(choice)
        visit.sees("chat.kept", where=visit.kept)
        expect(visit.kept.locator("a[href^='tel:']")).not_to_have_count(0)
    visit.press_unseen("safety.moved_on")
    expect(visit.kept).to_have_count(0)
    visit.press_unseen("module.urges")
    expect(visit.kept).to_have_count(0)


def test_only_the_latest_answer_shows_the_kept_card(visitor: Open) -> None:
    visit = visitor("en").open(country="GB")
    visit.say(DANGER["en"])

    visit.press_unseen("menu")
    visit.press_unseen("topic.self_help")

    expect(visit.kept).to_have_count(1)
    expect(visit.turn.locator(".kept")).to_have_count(1)


def test_danger_in_another_language_than_the_page_is_heard(visitor: Open) -> None:
    visit = visitor("en").open(country="GB")

    answer = visit.say(DANGER["de"])

    visit.sees("answer.suicide_risk.1", where=answer)


def test_words_of_danger_beside_a_pressed_button_win(visitor: Open, has_scripts: bool) -> None:
    visit = visitor("en", has_scripts).open(country="GB")
    visit.press("topic.self_help")
    visit.page.fill("#text", DANGER["en"])

    if has_scripts:
        # The page sends the button alone and leaves the words in the box, for the next sending.
        visit.press_unseen("menu")
        expect(visit.page.locator("#text")).to_have_value(DANGER["en"])
        return
    visit.press_unseen("menu")

    visit.sees("answer.suicide_risk.1", where=visit.turn)
