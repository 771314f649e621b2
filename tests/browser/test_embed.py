"""The chat inside a partner's page, on another site and behind TLS as in real life."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    FrameLocator,
    Page,
    expect,
)

from bot.settings import ROOT
from tests.browser.serving import Elsewhere, serving
from tests.browser.visiting import WORRY, new_context, words
from tests.observatory.tls import Authority, authority, behind_tls

pytestmark = pytest.mark.slow

GUIDE = (ROOT / "docs" / "operators.md").read_text("utf-8")
LINE = re.findall(r"^<iframe .*</iframe>$", GUIDE, re.MULTILINE)[0]
"""What operators give to partners."""
HEAD = '<!doctype html><title>Partner</title><link rel="icon" href="data:,"><h1>Partner</h1>'
SETTLED_MS = 500
EXERCISE = "exercise.stay_safe_plan"
Open = Callable[..., AbstractContextManager[Page]]


@dataclass
class Partner:
    """A site whose first page holds the chat; it notes what browsers tell it."""

    origin: str = ""
    frame: str = ""
    heard: list[str] = field(default_factory=list)


@contextmanager
def partner(trusted: Authority, host: str) -> Iterator[Partner]:
    """Serve a partner's page behind TLS, under one of this machine's names."""
    made = Partner()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.heard.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            frame = made.frame if self.path == "/" else "<p>Next</p>"
            self.wfile.write(f"{HEAD}{frame}".encode())

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with behind_tls(trusted, f"http://127.0.0.1:{server.server_port}") as address:
            made.origin = address.replace("localhost", host)
            yield made
        server.shutdown()


@dataclass(frozen=True)
class Neighbours:
    """The chat's address, and who holds it: of another site, of the same one, and of none named."""

    chat: str
    partner: Partner
    sibling: Partner
    stranger: Partner


@pytest.fixture(scope="module")
def neighbours(
    tmp_path_factory: pytest.TempPathFactory, other_site: Elsewhere
) -> Iterator[Neighbours]:
    folder = tmp_path_factory.mktemp("embed")
    trusted = authority(folder)
    with ExitStack() as open_:
        hosts = ("127.0.0.1", "localhost", "127.0.0.1")
        all_ = [open_.enter_context(partner(trusted, host)) for host in hosts]
        settings = {
            "socket": str(folder / "none.sock"),
            "exit_url": other_site.address,
            "embed": f"{all_[0].origin} {all_[1].origin}",
        }
        served = open_.enter_context(serving(folder, "site", "--once", **settings))
        chat = open_.enter_context(behind_tls(trusted, served.address))
        for each in all_:
            each.frame = LINE.replace("https://YOUR.NAME", chat)
        yield Neighbours(chat, *all_)


@pytest.fixture
def browsing(chromium: Browser) -> Iterator[Callable[[bool], BrowserContext]]:
    """Return a function that makes a browser, which trusts the authority of the tests."""
    with ExitStack() as closing:

        def come(has_scripts: bool, browser: Browser = chromium) -> BrowserContext:
            made = new_context(browser, "en", has_scripts, ignore_https_errors=True)
            closing.callback(made.close)
            return made

        yield come


AGAIN = 10
"""Chromium may read a frame in a process of its own before it tells that to run no scripts."""


def in_frame(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def say(page: Page, text: str) -> None:
    """Write into the frame, and wait for the answer."""
    frame = in_frame(page)
    frame.locator("#text").fill(text)
    frame.locator(".send").click()
    expect(frame.locator("#log .turn").last).to_contain_text(words("en", "chat.unavailable"))


def test_a_partners_page_shows_the_chat_its_help_and_a_way_to_our_own_window(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext], has_scripts: bool
) -> None:
    page = browsing(has_scripts).new_page()
    page.goto(neighbours.partner.origin)
    frame = in_frame(page)

    expect(frame.locator("h1")).to_have_text(words("en", "first.title"))
    expect(frame.locator("#help .need.urgent")).to_be_visible()
    expect(frame.get_by_text(words("en", "embed.around"))).to_be_visible()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name=words("en", "embed.own_window")).click()
    expect(opened.value.locator("h1")).to_have_text(words("en", "first.title"))
    assert opened.value.url == f"{neighbours.chat}/"
    assert opened.value.evaluate("window.opener") is None


@pytest.mark.parametrize("path", ["/embed", "/", "/help"])
def test_no_other_page_can_hold_it_and_no_other_page_can_be_held(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext], path: str
) -> None:
    holder = neighbours.stranger if path == "/embed" else neighbours.partner
    page = browsing(True).new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(holder.origin)
    page.evaluate("src => { document.querySelector('iframe').src = src; }", neighbours.chat + path)
    page.wait_for_timeout(SETTLED_MS)

    assert any("frame-ancestors" in text for text in refused)
    expect(in_frame(page).locator("#exit, #help")).to_have_count(0)


def test_a_conversation_in_the_frame_stays_there_and_out_of_the_address_and_history(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext]
) -> None:
    page = browsing(True).new_page()
    page.goto(neighbours.partner.origin)
    before = page.evaluate("history.length")

    say(page, WORRY["en"])
    say(page, WORRY["en"])

    frame = in_frame(page)
    expect(frame.locator("#exit")).to_have_attribute("target", "_top")
    expect(frame.get_by_text(words("en", "embed.around"))).to_be_visible()
    assert page.evaluate("history.length") == before
    assert {each.url for each in page.frames} == {
        f"{neighbours.partner.origin}/",
        f"{neighbours.chat}/embed",
    }


def test_what_a_visitor_wrote_can_be_copied_and_printed_from_the_frame(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext]
) -> None:
    page = browsing(True).new_page()
    page.goto(neighbours.partner.origin)
    frame = opened_exercise(page)

    frame.locator("[data-do=copy]").click()
    expect(frame.locator(".told")).to_have_text(words("en", "exercise.copied"))
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    frame.locator("[data-do=print]").click()
    page.wait_for_timeout(SETTLED_MS)
    assert refused == [], "a sandbox that forbids printing says so, to nobody but the console"


def test_what_a_partner_forbids_to_copy_is_selected_instead(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext]
) -> None:
    page = browsing(True).new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(neighbours.partner.origin)
    page.evaluate(
        """() => {
            const frame = document.querySelector('iframe');
            frame.removeAttribute('allow');
            frame.src = frame.src;
        }"""
    )
    frame = opened_exercise(page)

    frame.locator("[data-do=copy]").click()
    page.wait_for_timeout(SETTLED_MS)
    expect(frame.locator(".told")).to_have_text("")
    assert frame.locator("body").evaluate("() => getSelection().isCollapsed") is False
    assert failed == []


def opened_exercise(page: Page) -> FrameLocator:
    """Open an exercise with fields to write in, inside the frame."""
    frame = in_frame(page)
    frame.locator("nav a[href^='/library']").click()
    frame.locator(f"#panel button[value='{EXERCISE}']").first.click()
    expect(frame.locator("#panel [data-do=copy]")).to_be_visible()
    return frame


def test_without_scripts_answers_open_in_a_window_of_their_own(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext]
) -> None:
    page = browsing(False).new_page()
    page.goto(neighbours.sibling.origin)
    frame = in_frame(page)
    for _ in range(AGAIN):
        if frame.locator("noscript p").count():
            break
        page.reload()

    expect(frame.locator("#text")).to_be_hidden()
    expect(frame.locator("noscript p")).to_have_text(words("en", "embed.no_script"))
    expect(frame.locator("noscript p")).to_be_visible()
    with page.expect_popup() as opened:
        frame.locator("button[value='topic.suicide_risk']").click()

    expect(opened.value.locator(".turn")).to_contain_text(words("en", "answer.suicide_risk.1"))
    assert opened.value.url == f"{neighbours.chat}/"
    expect(opened.value.locator("#exit")).not_to_have_attribute("target", "_top")
    expect(frame.locator("h1")).to_have_text(words("en", "first.title"))


@pytest.mark.parametrize("way", ["click", "keys", "click without scripts"])
def test_the_exit_leaves_the_partners_page_as_well(
    neighbours: Neighbours,
    browsing: Callable[..., BrowserContext],
    other_site: Elsewhere,
    way: str,
) -> None:
    page = browsing(way != "click without scripts").new_page()
    page.goto(other_site.address + "before")
    page.goto(neighbours.partner.origin)
    if way == "keys":
        in_frame(page).locator("#text").click()
        for _ in range(3):
            page.keyboard.press("Shift")
    else:
        in_frame(page).locator("#exit").click()

    page.wait_for_url(other_site.address)
    assert "referer" not in other_site.heard[-1]
    if way != "click without scripts":
        page.go_back()
        assert page.url == f"{other_site.address}before", "the partner's page was kept"


def test_back_to_a_partners_page_never_brings_the_conversation_back(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext], remembering: Browser
) -> None:
    page = browsing(True, remembering).new_page()
    page.goto(neighbours.sibling.origin)
    say(page, WORRY["en"])
    session = page.context.new_cdp_session(page)
    assert WORRY["en"] in everything_in(session)

    page.goto(f"{neighbours.sibling.origin}/next")
    history = session.send("Page.getNavigationHistory")
    before = history["entries"][history["currentIndex"] - 1]
    session.send("Page.navigateToHistoryEntry", {"entryId": before["id"]})
    page.wait_for_timeout(3 * SETTLED_MS)

    shown = everything_in(session)
    assert words("en", "first.title") in shown, "the frame is there, and began anew"
    assert WORRY["en"] not in shown


def everything_in(session: CDPSession) -> str:
    """Return a page and the frames in it as one text, also where Playwright lost sight of them."""
    saved = message_from_string(session.send("Page.captureSnapshot", {"format": "mhtml"})["data"])
    parts = (part.get_payload(decode=True) for part in saved.walk())
    return "\n".join(part.decode("utf-8", "replace") for part in parts if isinstance(part, bytes))


def test_the_partner_hears_of_nothing(
    neighbours: Neighbours, browsing: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = browsing(True).new_page()
    page.goto(neighbours.partner.origin)
    page.evaluate(
        "() => { window.told = []; addEventListener('message', (e) => told.push(e.data)); }"
    )
    neighbours.partner.heard.clear()

    say(page, WORRY["en"])

    assert page.evaluate("window.told") == []
    assert neighbours.partner.heard == []
