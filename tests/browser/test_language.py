"""A visitor who writes in another language than the page is in is offered it, and can change."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visiting import WORRY, Visit, words

pytestmark = pytest.mark.slow

GERMAN = "Ich habe Angst vor meinen Gedanken und möchte mit jemandem reden"
RUSSIAN = "Я боюсь своих мыслей и хочу с кем-нибудь поговорить"


def speak(visit: Visit, tag: str) -> None:
    """Press the button that goes on in another language."""
    with visit.answering():
        visit.turn.locator(f'button[name=speak][value="{tag}"]').click()
    visit.tag = tag


def test_the_offer_is_in_the_visitors_language_and_its_button_changes_the_page(
    visitor: Open, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts).open(country="AT")
    answer = visit.say(GERMAN)

    expect(answer.locator(".language p")).to_have_text(words("de", "language.offer"))
    expect(answer.locator(".language p")).to_have_attribute("lang", "de")
    speak(visit, "de")

    expect(visit.page.locator("html")).to_have_attribute("lang", "de")
    expect(visit.page.locator("#locale")).to_have_value("de")
    expect(visit.page.locator("#country")).to_have_value("AT")
    visit.sees("answer.menu.1", where=visit.turn)


def test_with_scripts_what_was_said_stays_in_its_language_and_what_is_written_in_the_box(
    visitor: Open,
) -> None:
    visit = visitor("en").open()
    visit.say(GERMAN)
    visit.page.fill("#text", "noch nicht gesendet")
    speak(visit, "de")

    expect(visit.log).to_contain_text(GERMAN)
    expect(visit.page.locator(".turn")).to_have_count(2)
    expect(visit.page.locator(".turn").first).to_have_attribute("lang", "en")
    expect(visit.page.locator("button[name=speak]")).to_have_count(0)
    expect(visit.page.locator("#text")).to_have_value("noch nicht gesendet")


def test_a_conversation_goes_on_in_the_new_language_with_the_same_key(
    visitor: Open, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts).open()
    visit.say(GERMAN)
    speak(visit, "de")
    answer = visit.say(WORRY["de"])

    visit.sees("answer.worried_thoughts.1", where=answer)
    expect(answer.locator(".language")).to_have_count(0)
    assert len([token for token in visit.tokens() if token]) == 1


def test_a_language_that_we_do_not_have_gets_every_language_and_services(
    visitor: Open, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts).open()
    answer = visit.say(RUSSIAN)

    expect(answer.locator(".language p")).to_have_text(words("en", "language.missing"))
    expect(answer.locator("button[name=speak][lang=fr]")).to_have_text("Français")
    expect(answer.locator(".card")).not_to_have_count(0)
    expect(visit.say(RUSSIAN).locator(".language")).to_have_count(0)
