"""The way out: it needs neither scripts nor our server, and leaves nothing to go back to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import Open
from tests.browser.serving import Elsewhere, Served
from tests.browser.visiting import WORRY, Visit, new_context, words

pytestmark = pytest.mark.slow

BLANK_MS = 100
LEAVE = """() => {
    const before = performance.now();
    document.getElementById("exit").click();
    const root = document.documentElement;
    return [performance.now() - before, root.childNodes.length, document.title];
}"""


def talking(visit: Visit, other: Elsewhere) -> Visit:
    """Come from elsewhere, and say something."""
    visit.page.goto(other.address)
    visit.open()
    visit.say(WORRY["en"])
    return visit


def arrived(page: Page, other: Elsewhere) -> None:
    page.wait_for_url(other.address)
    expect(page.locator("body")).to_have_text("Elsewhere")


@pytest.mark.parametrize("path", ["/", "/help", "/about", "/privacy", "/nowhere"])
def test_every_page_has_a_plain_link_out(visitor: Open, other_site: Elsewhere, path: str) -> None:
    visit = visitor("en", has_scripts=False)
    visit.open(path)
    visit.told.clear()  # the browser tells of the 404 that we ask for

    link = visit.page.locator("#exit")

    expect(link).to_have_attribute("href", other_site.address)
    assert {"noreferrer", "nofollow"} <= set((link.get_attribute("rel") or "").split())
    link.click()
    arrived(visit.page, other_site)
    assert "referer" not in other_site.heard[-1]


def test_back_after_leaving_never_shows_the_conversation(
    visitor: Open, other_site: Elsewhere, has_scripts: bool
) -> None:
    visit = talking(visitor("en", has_scripts), other_site)
    visit.page.click("#exit")
    arrived(visit.page, other_site)

    visit.go_back()

    expect(visit.page.locator("body")).not_to_contain_text(WORRY["en"])
    expect(visit.page.locator(".turn")).to_have_count(0)
    if has_scripts:
        assert visit.page.url == other_site.address
    visit.told.clear()  # without scripts the browser asks whether to send the form again


def test_the_way_out_needs_no_server(
    visitor: Open, other_site: Elsewhere, site_alone: Served, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts, served=site_alone).open()
    visit.press("topic.self_help")

    site_alone.running.stop()

    visit.page.click("#exit")
    arrived(visit.page, other_site)
    visit.told.clear()  # the beacon finds nobody


def test_with_scripts_the_page_is_blank_at_once(visitor: Open, other_site: Elsewhere) -> None:
    visit = talking(visitor("en"), other_site)

    took, left_over, title = visit.page.evaluate(LEAVE)

    assert took < BLANK_MS
    assert (left_over, title) == (0, "")
    arrived(visit.page, other_site)


def test_with_scripts_leaving_forgets_the_conversation(
    visitor: Open, other_site: Elsewhere
) -> None:
    visit = talking(visitor("en"), other_site)
    visit.press("module.thoughts")
    token = visit.tokens()[-1]
    assert words("en", "chat.expired") not in visit.served.fragment(token)

    with visit.page.expect_request(f"{visit.served.address}/forget") as forgetting:
        visit.page.click("#exit")

    arrived(visit.page, other_site)
    beacon: Request = forgetting.value
    assert (beacon.method, beacon.post_data) == ("POST", f"token={token}")
    assert words("en", "chat.expired") in visit.served.fragment(token)


def test_three_presses_of_shift_leave(visitor: Open, other_site: Elsewhere) -> None:
    visit = talking(visitor("en"), other_site)
    status = visit.page.locator("#status")
    visit.page.focus("#text")

    visit.page.keyboard.press("Shift")
    expect(status).to_have_text(words("en", "exit.pressed_once"))
    visit.page.keyboard.press("Shift")
    expect(status).to_have_text(words("en", "exit.pressed_twice"))
    visit.page.keyboard.press("Shift")

    arrived(visit.page, other_site)


@pytest.mark.parametrize(
    "keys",
    [
        ("Shift+A", "Shift+B", "Shift+C", "Shift+D"),
        ("Control+Shift", "Control+Shift", "Control+Shift"),
        ("Shift", "Shift", "a", "Shift", "Shift"),
        ("Shift+Tab", "Shift+Tab", "Shift+Tab"),
    ],
    ids=["capitals", "with control", "typing between", "going back"],
)
def test_shift_in_use_does_not_leave(
    visitor: Open, other_site: Elsewhere, keys: tuple[str, ...]
) -> None:
    visit = visitor("en").open()
    visit.page.focus("#text")

    for key in keys:
        visit.page.keyboard.press(key)

    visit.sees("first.title")
    assert visit.page.url == f"{visit.served.address}/"


def test_presses_of_shift_more_than_five_seconds_apart_do_not_leave(
    visitor: Open, other_site: Elsewhere
) -> None:
    visit = visitor("en")
    visit.page.clock.install()
    visit.open()

    for _ in range(3):
        visit.page.keyboard.press("Shift")
        visit.page.clock.fast_forward(2600)

    visit.sees("first.title")
    visit.page.keyboard.press("Shift")
    visit.page.keyboard.press("Shift")
    arrived(visit.page, other_site)


def test_a_hidden_page_is_wiped(visitor: Open, other_site: Elsewhere) -> None:
    visit = talking(visitor("en"), other_site)

    left_over = visit.page.evaluate(
        """() => {
            dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
            return document.documentElement.childNodes.length;
        }"""
    )

    assert left_over == 0


def test_back_never_shows_the_conversation_from_the_browsers_memory(
    product: Served, remembering: Browser, other_site: Elsewhere, has_scripts: bool
) -> None:
    with new_context(remembering, "en", has_scripts) as context:
        visit = Visit(context.new_page(), product, "en", has_scripts)
        talking(visit, other_site).page.goto(other_site.address + "next")
        session = context.new_cdp_session(visit.page)

        session.send("Page.navigateToHistoryEntry", {"entryId": _entry_before(session)})
        visit.page.wait_for_timeout(500)

        shown = session.send(
            "Runtime.evaluate", {"expression": "document.documentElement.outerHTML"}
        )["result"]["value"]
        assert WORRY["en"] not in shown
        assert 'class="turn"' not in shown


def _entry_before(session: object) -> int:
    history = session.send("Page.getNavigationHistory")  # type: ignore[attr-defined]
    return int(history["entries"][history["currentIndex"] - 1]["id"])
