"""With the keyboard alone, and what a screen reader is told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.visiting import WORRY, words

pytestmark = pytest.mark.slow

FOCUSED = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const top = document.elementFromPoint(x, y);
    return {
        what: e.id || e.value || e.className || e.getAttribute("href") || e.tagName,
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: !top || e.contains(top) || top.contains(e),
    };
}"""


def pressed_tab(page: Page, most: int = 1) -> list[str]:
    """Press Tab at most so often, up to the end of the page, and return the stops.

    Each must show that it has the focus, and may not be covered.
    """
    stops: list[str] = []
    while len(stops) < most:
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["what"] == "BODY":
            break
        assert at["ring"], f"no visible focus on {at['what']}"
        assert at["seen"], f"covered: {at['what']}"
        stops.append(at["what"])
    return stops


def test_skip_link_exit_and_help_come_first(visitor: Open, has_scripts: bool) -> None:
    visit = visitor("en", has_scripts).open()

    assert pressed_tab(visit.page, 3) == ["skip", "exit", "help-now"]


def test_the_skip_link_leads_to_the_content(visitor: Open) -> None:
    visit = visitor("en").open()
    pressed_tab(visit.page)

    visit.page.keyboard.press("Enter")

    expect(visit.page.locator("#content")).to_be_focused()
    assert pressed_tab(visit.page) == ["locale"]


def test_the_whole_first_screen_is_reached_and_the_focus_is_always_seen(visitor: Open) -> None:
    visit = visitor("en").open()

    stops = pressed_tab(visit.page, 60)

    for stop in ("locale", "country", "text", "topic.suicide_risk", "topic.under_18"):
        assert stop in stops


def test_a_conversation_is_led_with_the_keyboard_alone(visitor: Open) -> None:
    visit = visitor("en").open(country="GB")
    page = visit.page
    page.focus("#country")

    assert pressed_tab(page) == ["text"]
    page.keyboard.type(WORRY["en"])
    with visit.answering():
        page.keyboard.press("Enter")
    expect(visit.turn).to_be_focused()
    expect(page.locator("#text")).to_have_value("")

    stops = pressed_tab(page, 30)
    page.locator("button[value='module.thoughts']").focus()
    with visit.answering():
        page.keyboard.press("Space")
    expect(visit.turn).to_be_focused()
    visit.sees("module.thoughts.not_an_act.title", where=visit.turn)
    assert "module.thoughts" in stops


def test_without_scripts_the_keyboard_leads_a_conversation_too(visitor: Open) -> None:
    visit = visitor("en", has_scripts=False).open()
    page = visit.page

    page.focus("#text")
    page.keyboard.type(WORRY["en"])
    pressed_tab(page)
    with visit.answering():
        page.keyboard.press("Enter")

    visit.sees("answer.worried_thoughts.1", where=visit.turn)


def test_shift_and_enter_make_a_new_line(visitor: Open) -> None:
    visit = visitor("en").open()
    visit.page.focus("#text")

    visit.page.keyboard.type("one")
    visit.page.keyboard.press("Shift+Enter")
    visit.page.keyboard.type("two")

    expect(visit.page.locator("#text")).to_have_value("one\ntwo")


def test_the_panel_takes_the_focus_and_gives_it_back(visitor: Open) -> None:
    visit = visitor("en").open(country="GB")
    visit.press("topic.self_help")
    page = visit.page
    page.focus("#help-now")

    page.keyboard.press("Enter")
    expect(page.locator("#panel h2").first).to_be_focused()
    expect(page.locator("#frame")).to_have_js_property("inert", True)
    expect(page.locator("#panel")).to_have_attribute("aria-label", words("en", "help.title"))
    page.keyboard.press("Escape")

    expect(page.locator("#panel")).to_have_count(0)
    expect(page.locator("#help-now")).to_be_focused()
    expect(page.locator("#frame")).to_have_js_property("inert", False)


def test_a_screen_reader_is_told_of_the_answer(visitor: Open) -> None:
    visit = visitor("en").open()
    visit.press("topic.self_help")
    log = visit.page.get_by_role("log")

    visit.press_unseen("module.urges")

    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_contain_text(words("en", "module.urges.away_first.title"))
    expect(log.get_by_role("article")).to_have_count(2)
    expect(visit.turn).to_be_focused()
    expect(visit.page.get_by_role("heading", name=words("en", "chat.you_said"))).not_to_have_count(
        0
    )


def test_the_language_stays_focused_when_it_is_changed(visitor: Open) -> None:
    visit = visitor("en").open()

    visit.choose("locale", "fr")

    expect(visit.page.locator("#locale")).to_be_focused()
