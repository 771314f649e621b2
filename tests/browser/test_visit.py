"""A visitor's way through the site, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visiting import COUNTRY, WORRY, words

pytestmark = pytest.mark.slow


def test_the_first_screen_comes_in_the_language_of_the_browser(
    visitor: Open, tag: str, has_scripts: bool
) -> None:
    visit = visitor(tag, has_scripts).open()

    expect(visit.page.locator("html")).to_have_attribute("lang", tag)
    expect(visit.page.locator("html")).to_have_attribute("dir", "ltr")
    visit.sees("first.title", "first.what", "first.machine")
    visit.sees("first.report_question", "first.report_chat", "first.report_service")


def test_a_person_is_heard_in_own_words_and_referred(
    visitor: Open, tag: str, has_scripts: bool
) -> None:
    visit = visitor(tag, has_scripts).open(country=COUNTRY[tag])

    answer = visit.say(WORRY[tag])

    visit.sees("answer.worried_thoughts.1", where=answer)
    expect(visit.log).to_contain_text(WORRY[tag])
    expect(answer.locator(".card")).not_to_have_count(0)
    expect(answer.locator("a[href^='tel:']")).not_to_have_count(0)
    assert visit.page.title() == "Quietline"
    assert words(tag, "chat.unavailable") not in visit.page.content()
