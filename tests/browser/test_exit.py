"""After the exit: what is painted, and what back, forward and reload can bring back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Route, expect

from tests.browser.conftest import FLAGS, Open
from tests.browser.serving import Elsewhere, Served
from tests.browser.visiting import WORRY, Visit, new_context

pytestmark = pytest.mark.slow

BLANK_MS = 100
SLOW_SECONDS = 1.5
PAINTED = """async () => {
    const before = performance.now();
    document.getElementById("exit").click();
    // The second frame begins once the first, the one without the page, has been painted.
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    return [performance.now() - before, document.documentElement.textContent, document.title];
}"""
LEAVE_BY = ("click", "keys")


@pytest.fixture
def remembering(driver: Playwright, chromium_path: str) -> Iterator[Browser]:
    """A browser that keeps left pages alive for the Back button, as people's browsers do."""
    browser = driver.chromium.launch(
        executable_path=chromium_path,
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


def test_a_blank_page_is_painted_within_100_ms_even_if_the_next_is_slow(
    visitor: Open, other_site: Elsewhere
) -> None:
    visit = visitor("en").open(country="GB")
    visit.say(WORRY["en"])

    def slowly(route: Route) -> None:
        time.sleep(SLOW_SECONDS)
        route.continue_()

    visit.page.route(other_site.address, slowly)
    took, shown, title = visit.page.evaluate(PAINTED)

    assert took < BLANK_MS
    assert (shown, title) == ("", "")
    visit.page.wait_for_url(other_site.address)


@pytest.mark.parametrize("way", LEAVE_BY)
def test_back_forward_and_reload_after_the_exit_bring_nothing_back(
    product: Served, remembering: Browser, other_site: Elsewhere, way: str
) -> None:
    with new_context(remembering, "en", True) as context:
        visit = Visit(context.new_page(), product, "en", True)
        visit.page.goto(other_site.address + "before")
        visit.open(country="GB").say(WORRY["en"])
        leave(visit, way)
        visit.page.wait_for_url(other_site.address)

        for step in (visit.page.go_back, visit.page.reload, visit.page.go_forward,
                     visit.page.reload, visit.page.go_back, visit.page.go_forward):  # fmt: skip
            step()
            assert visit.page.url.startswith(other_site.address), "the exit kept our place"
            shows_nothing(visit.page)


def test_a_reload_in_the_conversation_begins_anew(product: Served, remembering: Browser) -> None:
    with new_context(remembering, "en", True) as context:
        visit = Visit(context.new_page(), product, "en", True)
        visit.open(country="GB").say(WORRY["en"])

        visit.page.reload()

        shows_nothing(visit.page)
        expect(visit.page.locator("#exit")).to_be_visible()


def leave(visit: Visit, way: str) -> None:
    """Leave by the button, or by pressing Shift three times."""
    if way == "click":
        visit.page.click("#exit")
        return
    visit.page.focus("#text")
    for _ in range(3):
        visit.page.keyboard.press("Shift")


def shows_nothing(page: Page) -> None:
    expect(page.locator("html")).not_to_contain_text(WORRY["en"])
    expect(page.locator(".turn, .said")).to_have_count(0)


def test_the_browser_knows_every_feature_that_is_forbidden(
    product: Served, chromium: Browser
) -> None:
    said: list[str] = []
    with new_context(chromium, "en") as context:
        page = context.new_page()

        def note(message: ConsoleMessage) -> None:
            said.append(message.text)

        page.on("console", note)
        page.goto(product.address)
        expect(page.locator("#exit")).to_be_visible()

    assert said == []
