"""When too many write: what a visitor sees and has to do, with scripts and without."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from starlette.testclient import TestClient

from bot import settings
from bot.web.limits import PLACES, ROOM, Limits, Places
from bot.web.public.app import create_app
from bot.web.public.server import build
from bot.web.public.static_help import page_in
from tests.browser.conftest import Open
from tests.browser.serving import Elsewhere, Served, serving
from tests.browser.visiting import COUNTRY, DANGER, WORRY, Visit, words

pytestmark = pytest.mark.slow

NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
CROWD = PLACES + ROOM // 2 + 1
"""As many visitors as make the site ask for work: every place is taken, and half of the room."""
SCRIPT = {"X-Requested-With": "fetch"}
SOLVED_MS = 90_000  # a second or two on a quiet machine
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


class Assistant:
    """Listens where the assistant would, and lets who asks wait until it is told to hang up."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(128)
        self._waiting: list[socket.socket] = []
        self._is_gone = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def hang_up(self) -> None:
        """Answer nobody any more, and let nobody wait: the site helps itself."""
        self._is_gone.set()
        self._close()

    def close(self) -> None:
        self.hang_up()
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                self._waiting.append(self._listener.accept()[0])
                if self._is_gone.is_set():
                    self._close()

    def _close(self) -> None:
        while self._waiting:
            self._waiting.pop().close()


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    made = Assistant(tmp_path / "slow.sock")
    yield made
    made.close()


@pytest.fixture
def site(tmp_path: Path, assistant: Assistant, other_site: Elsewhere) -> Iterator[Served]:
    """The site, whose assistant takes its time."""
    settings = {"socket": str(tmp_path / "slow.sock"), "answer_seconds": "120"}
    with serving(tmp_path, "site", "--once", exit_url=other_site.address, **settings) as served:
        yield served


@pytest.fixture
def crowd(site: Served, assistant: Assistant) -> Iterator[ThreadPoolExecutor]:
    """Others, who write all at once."""
    with ThreadPoolExecutor(2 * CROWD) as others:
        yield others
        assistant.hang_up()


def write(site: Served, **how: str) -> httpx2.Response:
    form = {"text": "hello there", "locale": "en", "country": "GB"}
    return httpx2.post(site.address, data=form, headers=how, timeout=120)


def take_every_place(site: Served, crowd: ThreadPoolExecutor) -> None:
    """Have the assistant busy with others."""
    for _ in range(PLACES):
        crowd.submit(write, site)
    time.sleep(1)


def strain(site: Served, crowd: ThreadPoolExecutor) -> None:
    """Have so many write that new conversations are asked for work from now on."""
    until = time.monotonic() + 60
    while True:
        for _ in range(CROWD):
            crowd.submit(write, site)
        time.sleep(
            1
        )  # the places are taken now, so that ours isn't the one that waits for an answer
        if 'id="proof"' in write(site, **{"X-Requested-With": "page"}).text:
            return
        assert time.monotonic() < until


def answer_of(page: Page) -> int:
    """Read the sum on the page, and add it up."""
    asked = re.search(
        r"How much is (\w+) plus (\w+)\?", page.locator("label[for=sum]").inner_text()
    )
    assert asked
    return sum(NUMBERS.index(word) + 2 for word in asked.groups())


def shows_the_help(visit: Visit) -> None:
    help_ = visit.page.locator("#help")
    expect(help_.locator("a[href='tel:999']").first).to_be_visible()
    expect(visit.page.locator("#exit")).to_be_visible()


def test_with_scripts_the_work_is_done_unseen_and_the_answer_comes(
    visitor: Open, site: Served, assistant: Assistant, crowd: ThreadPoolExecutor
) -> None:
    visit = visitor("en", served=site).open(country=COUNTRY["en"])
    visit.page.fill("#text", WORRY["en"])
    strain(site, crowd)
    assistant.hang_up()

    visit.page.click(".send")

    expect(visit.page.locator(".turn")).to_be_visible(timeout=SOLVED_MS)
    sent = [request.post_data or "" for request in visit.sent if request.method == "POST"]
    assert ["proof=" in body for body in sent[-2:]] == [False, True]
    assert all("sum=" not in body for body in sent)
    expect(visit.page.locator("#busy, #sum, #proof")).to_have_count(0)


def test_danger_is_answered_before_any_work_is_asked_for(
    visitor: Open, site: Served, crowd: ThreadPoolExecutor
) -> None:
    visit = visitor("en", served=site).open(country=COUNTRY["en"])
    visit.page.fill("#text", DANGER["en"])
    strain(site, crowd)

    visit.page.click(".send")

    expect(visit.page.locator("#busy .turn a[href='tel:116123']").first).to_be_visible()
    visit.sees("busy.prove")
    shows_the_help(visit)
    assert violations(visit.page) == []


def test_without_scripts_a_sum_lets_in_and_a_wrong_one_is_asked_anew(
    visitor: Open, site: Served, assistant: Assistant, crowd: ThreadPoolExecutor
) -> None:
    visit = visitor("en", has_scripts=False, served=site).open(country=COUNTRY["en"])
    visit.page.fill("#text", WORRY["en"])
    strain(site, crowd)
    hold_the_reserved_place(site, crowd)
    with visit.answering():
        visit.page.click(".send")

    visit.sees("busy.prove")
    shows_the_help(visit)
    expect(visit.page.locator("#text")).to_have_value(WORRY["en"])
    visit.page.fill("#sum", str(answer_of(visit.page) + 1))
    with visit.answering():
        visit.page.click(".send")
    visit.sees("busy.prove")
    visit.page.fill("#sum", str(answer_of(visit.page)))
    assistant.hang_up()
    with visit.answering():
        visit.page.click(".send")

    expect(visit.turn).to_contain_text(words("en", "chat.unavailable"))
    expect(visit.page.locator("#busy, #sum")).to_have_count(0)


def hold_the_reserved_place(site: Served, crowd: ThreadPoolExecutor) -> None:
    """Have others without scripts in the place that is kept for such."""
    until = time.monotonic() + 60
    while 'id="sum"' not in (asked := quickly(site)):
        assert time.monotonic() < until, asked[:200]
        strain(site, crowd)


def quickly(site: Served) -> str:
    """Write without scripts, and give up on an answer that doesn't come at once."""
    with suppress(httpx2.TimeoutException):
        form = {"text": "hello there", "locale": "en", "country": "GB"}
        return httpx2.post(site.address, data=form, timeout=5).text
    return ""


Answer = Callable[[Route], None]


@pytest.fixture(scope="module")
def crowded() -> Iterator[Answer]:
    """What the site answers when a crowd leaves no time: the page for everybody."""
    limits = Limits(ordinary=Places(0, 0), reserved=Places(0, 0), holding=Places(0, 0))
    built = build(settings.read())
    with TestClient(create_app(replace(built, limits=limits))) as client:

        def answer(route: Route) -> None:
            headers = {"Content-Type": "application/x-www-form-urlencoded"} | SCRIPT
            sent = client.post("/", content=route.request.post_data_buffer, headers=headers)
            route.fulfill(status=sent.status_code, body=sent.content, content_type="text/html")

        yield answer


@pytest.fixture(scope="module")
def down() -> Answer:
    """What the proxy answers while the site is down: its own help page."""
    built = build(settings.read())
    page = page_in(built, built.locales[0])
    return lambda route: route.fulfill(status=503, body=page, content_type="text/html")


@pytest.mark.parametrize("instead", ["crowded", "down"])
def test_help_that_comes_instead_of_an_answer_costs_no_conversation(
    visitor: Open, instead: str, request: pytest.FixtureRequest
) -> None:
    visit = visitor("en").open(country=COUNTRY["en"])
    visit.say(DANGER["en"])
    visit.page.route(visit.served.address + "/", request.getfixturevalue(instead))
    visit.say(WORRY["en"])

    help_ = visit.page.locator("#panel")
    expect(help_.locator("a[href='tel:999']").first).to_be_visible()
    visit.sees("chat.failed", where=visit.page.locator("#sending"))
    help_.locator(".close").click()
    expect(visit.page.locator("#text")).to_have_value(WORRY["en"])
    expect(visit.page.locator("#log .turn a[href='tel:116123']").first).to_be_visible()
    visit.page.unroute_all()
    answer = visit.say(WORRY["en"])
    assert words("en", "chat.expired") not in answer.inner_text()
    visit.told.clear()  # the browser tells of the 503


def test_danger_gets_its_card_in_the_open_conversation_of_a_crowd(
    visitor: Open, crowded: Answer
) -> None:
    visit = visitor("en").open(country=COUNTRY["en"])
    visit.say(WORRY["en"])
    visit.page.route(visit.served.address + "/", crowded)
    answer = visit.say(DANGER["en"])

    expect(visit.page.locator("#log .turn")).to_have_count(2)
    expect(answer.locator("a[href='tel:116123']").first).to_be_visible()
    visit.page.unroute_all()
    answer = visit.say(WORRY["en"])
    assert words("en", "chat.expired") not in answer.inner_text()
    visit.told.clear()  # the browser tells of the 503


@pytest.mark.parametrize("kind", ["full", "sum"])
def test_axe_finds_nothing_on_the_pages_for_those_who_wait(
    visitor: Open, site: Served, crowd: ThreadPoolExecutor, kind: str
) -> None:
    visit = visitor("en", served=site)
    visit.has_scripts = False  # axe needs scripts, but ours doesn't come
    visit.page.route("**/static/site.js", lambda route: route.abort())
    visit.open(country=COUNTRY["en"])
    visit.page.fill("#text", WORRY["en"])
    if kind == "full":
        take_every_place(site, crowd)
    else:
        strain(site, crowd)
        hold_the_reserved_place(site, crowd)
    with visit.answering():
        visit.page.click(".send")

    visit.sees("busy.full" if kind == "full" else "busy.prove")
    shows_the_help(visit)
    assert violations(visit.page) == []
    visit.told.clear()  # the browser tells of the script that it didn't get, and of the 503


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]
