"""Places: whoever finds none gets help at once, and danger is heard all the same."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import contextmanager

import anyio
import pytest
from anyio.lowlevel import checkpoint
from starlette.testclient import TestClient

from bot.settings import ROOT as CHECKOUT
from bot.web.connections import room
from bot.web.limits import (
    HIGH_FOR_SECONDS,
    LONGEST_DELAY,
    LONGEST_HELD,
    MOST_DELAYED,
    PLACES,
    ROOM,
    WAIT_SECONDS,
    Entry,
    Limits,
    Places,
)
from bot.web.security import LONGEST_HEAD, MOST_HEADERS
from tests.web.conftest import StandIn
from tests.web.limits.conftest import DANGER, HELLO, Clock, full, strain
from tests.web.reading import FETCH, has_help_block, token_in


async def test_places_are_given_in_the_order_of_coming() -> None:
    places, came = Places(1, 2), []

    async def come(name: str) -> None:
        assert await places.take()
        came.append(name)
        await anyio.sleep(0.01)
        places.leave()

    async with anyio.create_task_group() as tasks:
        for name in ("first", "second", "third"):
            tasks.start_soon(come, name)

    assert came == ["first", "second", "third"]
    assert places.is_free


async def test_a_full_room_refuses_at_once_and_a_wait_has_an_end() -> None:
    places = Places(1, 1, wait_seconds=0.05)
    assert await places.take()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(refused, places)
        await checkpoint()
        assert not await places.take()

    assert places.waiting == 0


async def test_who_hangs_up_while_waiting_takes_no_place_along() -> None:
    places = Places(1, 4)
    assert await places.take()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(places.take)
        await checkpoint()
        tasks.cancel_scope.cancel()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(come_and_go, places)
        await checkpoint()
        places.leave()  # it is given the place and hangs up in the same moment
        tasks.cancel_scope.cancel()

    assert places.waiting == 0
    assert places.is_free


async def test_who_is_held_too_long_gets_the_quick_answer_with_the_same_rest() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert await limits.holding.take()
    seen: list[str] = []

    async def message() -> None:
        seen.append(await limits.hold(lambda: "whole", lambda: "quick"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(message)
        await checkpoint()
        clock.now += WAIT_SECONDS + 1
        tasks.start_soon(message)
        await checkpoint()
        limits.holding.leave()

    assert seen == ["quick", "whole"]


async def test_of_many_whose_time_is_over_one_is_answered_in_each_round() -> None:
    limits, rounds, answered = Limits(holding=Places(0, 0)), 0, list[int]()
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(limits.hold, lambda: None, lambda: answered.append(rounds))
        while len(answered) < 20:
            rounds += 1
            await checkpoint()

    assert max(Counter(answered).values()) == 1


def test_all_waiting_together_ends_before_the_proxy_gives_up() -> None:
    proxy = (CHECKOUT / "deploy/nginx/quietline/proxy.conf").read_text()
    found = re.search(r"proxy_read_timeout (\d+)s;", proxy)

    assert found
    assert int(found[1]) > LONGEST_DELAY + WAIT_SECONDS + LONGEST_HELD


def test_messages_that_are_held_leave_connections_to_the_pages() -> None:
    assert 0 < Limits().holding.room + ROOM + MOST_DELAYED + PLACES < room()


def cards(page: str) -> str:
    """Return what stands between a danger's cards and the field to write in."""
    return page.partition('class="services"')[2].partition('id="text"')[0]


async def come_and_go(places: Places) -> None:
    if await places.take():
        places.leave()


async def refused(places: Places) -> None:
    assert not await places.take()


def test_without_a_place_the_answer_is_the_whole_help_page(
    visitor: TestClient, limits: Limits, assistant: StandIn
) -> None:
    with full(limits):
        answer = visitor.post("/", data={"text": "bonjour", "locale": "fr", "country": "FR"})

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert '<html lang="fr"' in answer.text
    assert "3114" in answer.text
    shown = visitor.get("/help?locale=fr&country=FR").text
    cards = re.findall(r'class="name"[^>]*>([^<]+)<', shown)
    assert len(cards) > 5
    assert all(card in answer.text for card in cards)
    assert ">bonjour</textarea>" in answer.text
    assert not assistant.asked


@pytest.mark.parametrize("sent", [{"text": "I want to kill myself"},
                                  {"choice": "topic.suicide_risk"}])  # fmt: skip
@pytest.mark.parametrize("headers", [{}, FETCH], ids=["page", "turn"])
def test_danger_gets_its_card_though_there_is_no_place(
    visitor: TestClient, limits: Limits, sent: dict[str, str], headers: dict[str, str]
) -> None:
    limits.half = 1  # so that this is no load yet
    with full(limits):
        data = {"locale": "en", "country": "GB"} | sent
        answer = visitor.post("/", data=data, headers=headers)
        ordinary = visitor.post("/", data=HELLO, headers=headers)

    assert (answer.status_code, ordinary.status_code) == (503, 503)
    assert answer.text.index("116 123") < (answer.text + 'id="text"').index('id="text"')
    assert 'class="services"' in answer.text
    assert 'class="services"' not in ordinary.text


@pytest.mark.parametrize("sent", [{"text": "I want to kill myself"},
                                  {"choice": "topic.suicide_risk"}])  # fmt: skip
@pytest.mark.parametrize("headers", [{}, FETCH], ids=["page", "turn"])
def test_danger_gets_its_card_in_a_crowd_that_leaves_no_time(
    visitor: TestClient, limits: Limits, sent: dict[str, str], headers: dict[str, str]
) -> None:
    limits.holding = Places(0, 0)
    with full(limits):
        others = visitor.post("/", data=HELLO)
        children = visitor.post("/", data=DANGER | {"text": "", "choice": "topic.imminent_risk"})
        answer = visitor.post("/", data=DANGER | {"text": ""} | sent, headers=headers)

    assert answer.status_code == 503
    assert 'class="services"' not in others.text
    assert "116 123" in cards(answer.text)
    assert "999" in cards(children.text)
    assert "116 123" not in cards(children.text)


@pytest.mark.parametrize("sent", [HELLO, DANGER], ids=["hello", "danger"])
def test_a_crowd_that_leaves_no_time_costs_nobody_the_conversation(
    visitor: TestClient, limits: Limits, sent: dict[str, str]
) -> None:
    limits.holding = Places(0, 0)
    tokens = ["a" * 43, "b" * 43, ""]
    with full(limits):
        pages = [visitor.post("/", data=sent | {"token": token}) for token in tokens]

    assert [token_in(page.text) for page in pages] == tokens
    assert all("116 123" in page.text for page in pages)
    assert len({len(page.content) for page in pages}) == 1


def test_a_button_that_had_to_wait_goes_along_unless_words_are_sent(
    visitor: TestClient, limits: Limits, assistant: StandIn
) -> None:
    with full(limits):
        page = visitor.post("/", data=HELLO | {"text": "", "choice": "topic.self_help"}).text
    form = {"locale": "en", "country": "GB", "held_choice": "topic.self_help"}
    visitor.post("/", data=form | {"text": ""})
    visitor.post("/", data=form | {"text": "she is next door and I am on my way"})

    assert 'name="held_choice" value="topic.self_help"' in page
    assert [(asked.text, asked.choice) for _, asked in assistant.asked] == [
        ("", "topic.self_help"),
        ("she is next door and I am on my way", ""),
    ]


def test_who_cannot_be_answered_in_time_gets_the_help_page_all_the_same(
    visitor: TestClient, limits: Limits
) -> None:
    limits.holding = Places(0, 0)
    with full(limits):
        answer = visitor.post("/", data=HELLO)

    assert answer.status_code == 503
    assert "116 123" in answer.text
    assert "hello there" not in answer.text


@pytest.mark.parametrize("state", ["calm", "full", "high", "exhausted"])
@pytest.mark.parametrize("path", ["/", "/help?country=GB", "/about", "/privacy", "/library"])
def test_pages_are_never_limited_delayed_or_challenged(
    visitor: TestClient, limits: Limits, slept: list[float], state: str, path: str
) -> None:
    if state in ("high", "exhausted"):
        strain(limits)
    if state == "exhausted":
        limits.holding = Places(0, 0)
    with full(limits) if state != "calm" else contextmanager(lambda: iter([None]))():
        answers = [visitor.get(path) for _ in range(12)]
        posted = visitor.post("/help", data={"country": "GB", "locale": "en"})

    assert {answer.status_code for answer in (*answers, posted)} == {200}
    assert all('id="help"' in answer.text for answer in (*answers, posted))
    assert not any('id="proof"' in answer.text for answer in (*answers, posted))
    assert slept == []


def test_load_is_over_some_seconds_after_the_room_was_half_full(
    limits: Limits, clock: Clock
) -> None:
    strain(limits)
    clock.now += HIGH_FOR_SECONDS - 0.1
    assert limits.is_high
    clock.now += 0.2

    assert not limits.is_high


async def test_load_begins_when_more_than_half_of_the_room_waits(clock: Clock) -> None:
    limits = Limits(clock, ordinary=Places(0, ROOM, wait_seconds=0.01))
    states: list[bool] = []
    async with anyio.create_task_group() as tasks:
        for _ in range(ROOM // 2 + 1):
            tasks.start_soon(limits.admit, Entry())
            await asyncio.sleep(0)
            states.append(limits.is_high)

    assert states == [False] * (ROOM // 2) + [True]


def test_a_head_that_is_a_bomb_is_refused_with_a_page(client: TestClient) -> None:
    wide = client.get("/", headers={f"X-{n}": "a" for n in range(MOST_HEADERS)})
    long = client.get("/", headers={"X-Long": "a" * LONGEST_HEAD})

    for answer in (wide, long):
        assert answer.status_code == 431
        assert has_help_block(answer.text)


def test_a_packed_body_is_refused_with_a_page_and_not_unpacked(client: TestClient) -> None:
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/", content=b"\x1f\x8b", headers=packed)

    assert answer.status_code == 415
    assert has_help_block(answer.text)
