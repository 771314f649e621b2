"""Every page in every locale: axe, narrow windows, large enough targets, calm for those who ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served
from tests.browser.touring import PAGES
from tests.browser.visiting import DESKTOP, PHONE, Visit, new_context

pytestmark = pytest.mark.slow

EVERYTHING = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}, "focus-order-semantics": {"enabled": True}},
}
LEAST_TARGET = 24  # CSS pixels, WCAG 2.2 AA
WIDTHS = ({"width": 320, "height": 640}, {"width": 320, "height": 256})
"""A small phone, and a window of 1280 x 1024 at 400 %."""
SMALL_TARGETS = """least => [...document.querySelectorAll(
    "button, select, textarea, input, summary, a[href]")]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest("[inert]"))
    .filter(e => !e.closest("p") || e.matches("button"))
    .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least)"""
SETTLE = """() => {
    // What a sticky box covers at this moment can be scrolled from under it: the bar covers
    // nothing at the top of the page, and the box for words is put where it is at the end.
    scrollTo({ top: 0, behavior: "instant" });
    document.querySelector(".chat .composer")?.style.setProperty("position", "static");
    const changes = document.getAnimations().filter(a => a instanceof CSSTransition);
    return Promise.all(changes.map(change => change.finished)).then(() => true);
}"""
RUNNING = """() => document.getAnimations().filter(a => a.playState === "running")
    .map(a => a.animationName || a.transitionProperty)"""


@pytest.fixture(scope="module", params=["en", "de", "fr"])
def reader(request: pytest.FixtureRequest, product: Served, chromium: Browser) -> Iterator[Visit]:
    with new_context(chromium, request.param) as context:
        yield Visit(context.new_page(), product, request.param, has_scripts=True)


@pytest.fixture(scope="module", params=PAGES)
def shown(request: pytest.FixtureRequest, reader: Visit) -> Iterator[Visit]:
    """A page of the tour; several tests look at it before the next is opened."""
    reader.page.set_viewport_size(DESKTOP)
    reader.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    PAGES[request.param](reader)
    return reader


def found_by_axe(page: Page) -> list[str]:
    violations = Axe().run(page, options=EVERYTHING).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for violation in violations
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(
    ("window", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"]
)
def test_axe_finds_nothing(shown: Visit, window: dict[str, int], scheme: str) -> None:
    shown.page.set_viewport_size(window)
    shown.page.emulate_media(color_scheme=scheme)
    shown.page.evaluate(SETTLE)

    assert found_by_axe(shown.page) == []


def test_nothing_has_to_be_scrolled_sideways(shown: Visit) -> None:
    for window in WIDTHS:
        shown.page.set_viewport_size(window)
        wide = shown.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= window["width"]


def test_targets_are_large_enough(shown: Visit) -> None:
    shown.page.set_viewport_size(PHONE)

    assert shown.page.evaluate(SMALL_TARGETS, LEAST_TARGET) == []


def test_the_page_says_its_language_and_direction(shown: Visit) -> None:
    root = shown.page.locator("html")

    expect(root).to_have_attribute("lang", shown.tag)
    expect(root).to_have_attribute("dir", "ltr")
    for number in shown.page.locator("a[href^='tel:'] .where").all():
        expect(number).to_have_attribute("dir", "ltr")


def test_the_exit_and_the_help_are_in_view_at_the_end_of_the_page(shown: Visit) -> None:
    shown.page.set_viewport_size(PHONE)
    shown.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    expect(shown.page.locator("#exit")).to_be_in_viewport(ratio=1)
    expect(shown.page.locator("#help-now")).to_be_in_viewport(ratio=1)


def test_nothing_moves_for_those_who_ask_for_calm(shown: Visit) -> None:
    shown.page.emulate_media(reduced_motion="reduce")

    assert shown.page.evaluate(RUNNING) == []
