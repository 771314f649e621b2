"""After the exit: what is painted, and what back, forward and reload can bring back."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.serving import Elsewhere, Served
from tests.browser.visiting import WORRY, Visit, new_context

pytestmark = pytest.mark.slow

BLANK_MS = 100
SLOW_SECONDS = 1.5
SETTLED_MS = 500  # until a page has come, also a slow one on a busy machine
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
        history = History(context.new_cdp_session(visit.page))

        for step in (-1, 0, 1, 0, -1, 1, 0):
            history.go(step)
            visit.page.wait_for_timeout(SETTLED_MS)
            place, content = history.now()
            assert place.startswith(other_site.address), "the exit kept our place in the history"
            assert WORRY["en"] not in content
            assert 'class="turn"' not in content


class History:
    """The browser's buttons; Playwright's own wait for what a page out of memory never tells."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    def go(self, steps: int) -> None:
        """Go back or forward, or reload for 0."""
        if not steps:
            self._session.send("Page.reload")
            return
        history = self._session.send("Page.getNavigationHistory")
        entry = history["entries"][history["currentIndex"] + steps]
        self._session.send("Page.navigateToHistoryEntry", {"entryId": entry["id"]})

    def now(self) -> tuple[str, str]:
        """Return the address and all that is on the page."""
        asked = {"expression": "location.href + ' ' + document.documentElement.outerHTML"}
        shown = self._session.send("Runtime.evaluate", asked)["result"]["value"]
        return shown.partition(" ")[::2]


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
