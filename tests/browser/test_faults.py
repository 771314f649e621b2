"""What a visitor sees when parts of the product fail while the page is open."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.serving import Served
from tests.browser.visiting import DANGER, WORRY, words

pytestmark = pytest.mark.slow

ANSWER_SECONDS = 3.5


@pytest.fixture
def mended(product: Served) -> Iterator[Served]:
    """The product, whose assistant answers again when the test is over."""
    yield product
    product.wait_until_it_converses()


@pytest.mark.parametrize("fault", [signal.SIGSTOP, signal.SIGKILL], ids=["hung", "killed"])
def test_help_comes_in_time_when_the_assistant_fails_in_the_middle(
    visitor: Open, mended: Served, has_scripts: bool, fault: signal.Signals
) -> None:
    visit = visitor("en", has_scripts).open(country="GB")
    visit.say(WORRY["en"])
    assistant = mended.running.working("assistant")

    assistant.send_signal(fault)
    began = time.monotonic()
    answer = visit.say(DANGER["en"])
    took = time.monotonic() - began
    if fault == signal.SIGSTOP:
        assistant.send_signal(signal.SIGCONT)

    assert took < ANSWER_SECONDS
    visit.sees("chat.unavailable", "answer.suicide_risk.1", where=answer)
    expect(answer.locator("a[href^='tel:']")).not_to_have_count(0)
    visit.sees("help.title", where=visit.page.locator("#help"))


def test_a_conversation_goes_on_when_the_assistant_is_back(visitor: Open, mended: Served) -> None:
    visit = visitor("en").open(country="GB")
    visit.press("topic.suicide_risk")
    assistant = mended.running.working("assistant")

    assistant.send_signal(signal.SIGSTOP)
    answer = visit.press_unseen("module.urges")
    visit.sees("chat.unavailable", "module.urges.away_first.title", where=answer)
    assistant.send_signal(signal.SIGCONT)
    mended.wait_until_it_converses()

    answer = visit.press("module.urges.2")
    visit.sees("module.urges.wave.title", "chat.kept", where=answer)
    assert words("en", "chat.expired") not in answer.inner_text()


def test_without_an_assistant_the_buttons_and_the_help_still_work(
    visitor: Open, site_alone: Served, has_scripts: bool
) -> None:
    visit = visitor("en", has_scripts, served=site_alone).open(country="GB")

    answer = visit.say(WORRY["en"])
    visit.sees("chat.unavailable", "answer.menu.1", where=answer)
    visit.press_unseen("module.urges")
    visit.sees("module.urges.away_first.title", where=visit.turn)

    visit.open("/help?country=GB")
    expect(visit.page.locator("a[href='tel:999']").first).to_be_visible()


def test_a_stopped_server_costs_neither_words_nor_help_nor_the_way_out(
    visitor: Open, site_alone: Served
) -> None:
    visit = visitor("en", served=site_alone).open(country="GB")
    visit.press("topic.self_help")
    page = visit.page
    page.fill("#text", WORRY["en"])

    site_alone.running.stop()
    page.click(".send")

    expect(page.locator("#sending")).to_have_text(words("en", "chat.failed"))
    expect(page.locator("#text")).to_have_value(WORRY["en"])
    expect(page.locator("html.busy")).to_have_count(0)
    page.click("#help-now")
    expect(page.locator("#panel a[href='tel:999']").first).to_be_visible()
    expect(page.locator("#exit")).to_be_visible()
    visit.told.clear()  # the browser tells of the server that is gone
