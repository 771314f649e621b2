"""Limits without identity: delay before refusal, help in every state, and nothing remembered."""

from __future__ import annotations

import asyncio
import gc
import html
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import altcha
import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.web.forgetting import TEN_MINUTES, Forgetful
from bot.web.limits import (
    BURST,
    HIGH_FOR_SECONDS,
    LONGEST_DELAY,
    MOST_TURNS,
    NEW_IN_TEN_MINUTES,
    ROOM,
    Entry,
    Limits,
    Places,
    Verdict,
    network,
)
from bot.web.proof import COST, GOOD_FOR_SECONDS, Proofs, Sums
from bot.web.public.app import create_app
from bot.web.public.site import Site
from bot.web.security import LONGEST_HEAD, MOST_HEADERS
from tests.web.conftest import StandIn
from tests.web.reading import FETCH, has_help_block, token_in, words_in

SCRIPT = {"X-Requested-With": "page"}
DANGER = {"text": "I want to kill myself", "locale": "en", "country": "GB"}
HELLO = {"text": "hello there", "locale": "en", "country": "GB"}
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    """Two places and no waiting, so that two visitors are a crowd."""
    return Limits(clock, ordinary=Places(2, 0), half=0)


@pytest.fixture
def visitor(site: Site, limits: Limits) -> Iterator[TestClient]:
    with TestClient(create_app(replace(site, limits=limits))) as client:
        yield client


@contextmanager
def full(limits: Limits) -> Iterator[None]:
    """Take every place as long as the block lasts."""
    for places in (limits.ordinary, limits.reserved):
        while places.is_free:
            asyncio.run(places.take())
    yield
    for places, count in ((limits.ordinary, 2), (limits.reserved, 1)):
        for _ in range(count):
            places.leave()


def strain(limits: Limits) -> None:
    """Bring load about: one comes while every place is taken."""
    with full(limits):
        assert admit(limits) is Verdict.FULL
    assert limits.is_high


def admit(limits: Limits, entry: Entry | None = None, *, leaves: bool = True) -> Verdict:
    """Let a message in as the site does, and out again."""

    async def go() -> Verdict:
        verdict, place = await limits.admit(entry or Entry())
        if verdict is Verdict.IN and leaves:
            place.leave()
        return verdict

    return asyncio.run(go())


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that messages were held back; the clock of the machine isn't waited for."""
    seconds: list[float] = []

    async def note(delay: float) -> None:
        seconds.append(delay)

    monkeypatch.setattr(anyio, "sleep", note)
    return seconds


# ---------- a conversation's pace ----------


def test_five_messages_at_once_are_not_delayed_and_the_next_are(
    limits: Limits, slept: list[float]
) -> None:
    entry = Entry(token=limits.new_token())
    verdicts = [admit(limits, entry) for _ in range(BURST + 2)]

    assert verdicts == [Verdict.IN] * (BURST + 2)
    assert slept == [1.0, 2.0]


def test_one_message_a_second_is_never_delayed(
    limits: Limits, clock: Clock, slept: list[float]
) -> None:
    entry = Entry(token=limits.new_token())
    for _ in range(60):
        assert admit(limits, entry) is Verdict.IN
        clock.now += 1

    assert slept == []


def test_nobody_is_delayed_for_another(limits: Limits, slept: list[float]) -> None:
    for _ in range(40):
        assert admit(limits, Entry(token=limits.new_token())) is Verdict.IN

    assert slept == []


def test_who_sends_without_waiting_is_held_and_counts_no_further(
    limits: Limits, clock: Clock, slept: list[float]
) -> None:
    entry = Entry(token=limits.new_token())
    verdicts = [admit(limits, entry) for _ in range(50)]

    assert verdicts.count(Verdict.IN) == BURST + int(LONGEST_DELAY)
    assert max(slept) <= LONGEST_DELAY
    clock.now += 3
    assert admit(limits, entry) is Verdict.IN


def test_the_turn_after_the_last_ends_a_conversation_kindly(
    visitor: TestClient, clock: Clock, assistant: StandIn
) -> None:
    token = token_in(visitor.post("/", data=HELLO).text)
    for _ in range(MOST_TURNS):
        clock.now += 1
        assert "become very long" not in visitor.post("/", data=HELLO | {"token": token}).text
    asked = len(assistant.asked)
    clock.now += 1
    last = visitor.post("/", data=HELLO | {"token": token})
    danger = visitor.post("/", data=DANGER | {"token": token}, headers=FETCH)

    assert last.status_code == 200
    assert "become very long" in last.text
    assert has_help_block(last.text)
    assert "116 123" in danger.text
    assert len(assistant.asked) == asked


# ---------- places and the waiting room ----------


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


def test_who_cannot_be_looked_through_in_time_gets_the_help_page_all_the_same(
    visitor: TestClient, limits: Limits
) -> None:
    limits.screening = Places(0, 0)
    with full(limits):
        answer = visitor.post("/", data=HELLO)

    assert answer.status_code == 503
    assert "116 123" in answer.text
    assert "hello there" not in answer.text


# ---------- help in every state ----------


@pytest.mark.parametrize("state", ["calm", "full", "high", "exhausted"])
@pytest.mark.parametrize("path", ["/", "/help?country=GB", "/about", "/privacy", "/library"])
def test_pages_are_never_limited_delayed_or_challenged(
    visitor: TestClient, limits: Limits, slept: list[float], state: str, path: str
) -> None:
    if state in ("high", "exhausted"):
        strain(limits)
    if state == "exhausted":
        limits.screening = Places(0, 0)
    with full(limits) if state != "calm" else contextmanager(lambda: iter([None]))():
        answers = [visitor.get(path) for _ in range(12)]
        posted = visitor.post("/help", data={"country": "GB", "locale": "en"})

    assert {answer.status_code for answer in (*answers, posted)} == {200}
    assert all('id="help"' in answer.text for answer in (*answers, posted))
    assert not any('id="proof"' in answer.text for answer in (*answers, posted))
    assert slept == []


# ---------- under load ----------


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


def test_a_new_conversation_is_challenged_and_an_open_one_never(
    visitor: TestClient, limits: Limits
) -> None:
    token = token_in(visitor.post("/", data=HELLO).text)
    strain(limits)
    new = visitor.post("/", data=HELLO, headers=SCRIPT)
    made_up = visitor.post("/", data=HELLO | {"token": "a" * 43}, headers=SCRIPT)
    open_ = visitor.post("/", data=HELLO | {"token": token}, headers=SCRIPT)

    assert 'id="proof"' in new.text
    assert 'id="proof"' in made_up.text
    assert new.status_code == made_up.status_code == 200
    assert 'id="proof"' not in open_.text
    assert token_in(open_.text) == token


def test_danger_comes_before_the_challenge(visitor: TestClient, limits: Limits) -> None:
    strain(limits)
    answer = visitor.post("/", data=DANGER, headers=SCRIPT)

    assert answer.text.index("116 123") < answer.text.index('id="proof"')
    assert 'class="services"' in answer.text


def test_who_solves_the_challenge_begins_and_the_same_solution_begins_nothing(
    visitor: TestClient, limits: Limits
) -> None:
    strain(limits)
    challenge = challenge_in(visitor.post("/", data=HELLO, headers=SCRIPT).text)
    proof = solved(challenge)
    first = visitor.post("/", data=HELLO | {"proof": proof}, headers=SCRIPT)
    again = visitor.post("/", data=HELLO | {"proof": proof}, headers=SCRIPT)

    assert token_in(first.text)
    assert 'id="proof"' not in first.text
    assert 'id="proof"' in again.text
    assert not token_in(again.text)


def test_without_scripts_a_reserved_place_is_open_and_then_a_sum_helps(
    visitor: TestClient, limits: Limits
) -> None:
    strain(limits)
    at_once = visitor.post("/", data=HELLO)
    asyncio.run(limits.reserved.take())
    asked = visitor.post("/", data=HELLO)
    limits.reserved.leave()
    asyncio.run(limits.reserved.take())
    wrong = visitor.post("/", data=HELLO | answered(asked.text, plus=1))
    limits.reserved.leave()

    assert token_in(at_once.text)
    assert "How much is" in words_in(asked.text)
    assert not token_in(asked.text)
    assert "How much is" in words_in(wrong.text)
    assert admit(limits, Entry(sum=sum_in(wrong.text))) is Verdict.IN


def test_the_sum_is_asked_in_the_language_of_the_page(
    visitor: TestClient, limits: Limits, site: Site
) -> None:
    strain(limits)
    asyncio.run(limits.reserved.take())
    for locale in site.locales:
        page = visitor.post("/", data=HELLO | {"locale": locale.tag}).text
        words = words_in(page)
        numbers = [site.content.words.text(locale.tag, f"busy.numbers.n{n}") for n in range(2, 10)]
        assert f'<html lang="{locale.tag}"' in page
        assert any(f" {number} " in words for number in numbers), locale.tag
        assert not re.search(r'<label for="sum">[^<]*[0-9]', page)


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8:77:aa01::5"])
def test_under_load_a_network_begins_so_many_conversations_and_no_more(
    limits: Limits, clock: Clock, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    strain(limits)
    verdicts = []
    for _ in range(NEW_IN_TEN_MINUTES + 1):
        verdicts.append(admit(limits, Entry(address=address)))
    elsewhere = admit(limits, Entry(address="198.51.100.4"))
    behind_a_proxy = admit(limits, Entry(address="127.0.0.1"))
    clock.now += TEN_MINUTES / NEW_IN_TEN_MINUTES
    limits._high_until = clock.now + 1

    assert verdicts == [Verdict.IN] * NEW_IN_TEN_MINUTES + [Verdict.FULL]
    assert (elsewhere, behind_a_proxy) == (Verdict.IN, Verdict.IN)
    assert admit(limits, Entry(address=address)) is Verdict.IN
    assert admit(limits, Entry(address=address)) is Verdict.FULL


def test_without_load_no_network_is_limited_or_remembered(limits: Limits) -> None:
    verdicts = {admit(limits, Entry(address="203.0.113.7")) for _ in range(100)}

    assert verdicts == {Verdict.IN}
    assert not any(period.values for period in limits._networks.periods())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.250", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("::ffff:203.0.113.7", "203.0.113.9", True),
        ("2001:db8:77:aa01::5", "2001:db8:77:aaff::9", True),
        ("2001:db8:77:aa01::5", "2001:db8:77:ab01::5", False),
    ],
)
def test_a_network_is_what_one_household_or_company_has(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same


@pytest.mark.parametrize("address", ["", "testclient", "127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_no_foreign_address_is_no_network(address: str) -> None:
    assert network(address) == b""


# ---------- tokens ----------


def test_our_tokens_are_known_for_a_conversations_life_and_no_other_is(
    limits: Limits, clock: Clock
) -> None:
    token = limits.new_token()
    clock.now += 4 * 60 * 60

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert limits.is_ours(token)
    assert not limits.is_ours("a" * 43)
    assert not limits.is_ours(Limits(clock).new_token())
    clock.now += 4 * 60 * 60
    assert not limits.is_ours(token)


@given(st.text(max_size=60))
def test_nothing_that_somebody_types_is_a_token_of_ours(token: str) -> None:
    assert not Limits().is_ours(token)


# ---------- forgetting ----------


def test_what_is_remembered_is_gone_after_two_periods_at_most(clock: Clock) -> None:
    kept: Forgetful[int] = Forgetful(clock)
    kept.put(b"name", 7)
    clock.now += TEN_MINUTES
    assert kept.get(b"name") == 7
    clock.now += TEN_MINUTES

    assert kept.get(b"name") is None


def test_what_is_used_stays_and_what_is_too_much_gives_way(clock: Clock) -> None:
    kept: Forgetful[int] = Forgetful(clock, most=3)
    for number in range(5):
        kept.put(str(number).encode(), number)
    clock.now += TEN_MINUTES
    kept.put(b"4", 5)

    assert [kept.get(str(number).encode()) for number in range(5)] == [None, None, 2, 3, 5]


def test_no_address_and_no_token_is_in_memory_once_the_keys_are_gone(clock: Clock) -> None:
    limits = Limits(clock, ordinary=Places(2, 0), half=0)
    strain(limits)
    address = ".".join(("203", "0", "113", str(6 * 13)))
    token = limits.new_token()
    admit(limits, Entry(address=address))
    admit(limits, Entry(token=token, address=address))
    hashes = {h for kept in (limits._networks, limits._spoken) for h in kept.periods()[0].values}
    sought = [address.encode(), network(address), token.encode(), *hashes]
    assert hashes
    assert not reachable(limits, sought[:3])
    assert reachable(limits, list(hashes)) == hashes

    for _ in range(2):
        clock.now += TEN_MINUTES
        limits.forget()

    assert reachable(limits, sought) == set()


def reachable(root: object, sought: list[bytes]) -> set[bytes]:
    """Return which of ``sought`` stand in any string or bytes that ``root`` leads to."""
    found, seen, to_see = set[bytes](), {id(root)}, [root]
    while to_see:
        thing = to_see.pop()
        raw = thing.encode("utf-8", "replace") if isinstance(thing, str) else thing
        if isinstance(raw, bytes):
            found |= {one for one in sought if one in raw}
        for other in gc.get_referents(thing):
            if id(other) not in seen and type(other).__name__ not in ("module", "type", "function"):
                seen.add(id(other))
                to_see.append(other)
    return found


def test_nothing_is_logged_whatever_becomes_of_a_message(
    visitor: TestClient,
    limits: Limits,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    strain(limits)
    with full(limits):
        visitor.post("/", data=DANGER)
        visitor.post("/", data=HELLO | {"proof": "x", "ticket": "y", "sum": "z"}, headers=SCRIPT)
    visitor.post("/", data=HELLO)

    assert [r for r in caplog.records if r.name.split(".")[0] not in ("asyncio", "httpx2")] == []
    assert capfd.readouterr() == ("", "")


# ---------- proofs and sums ----------


def challenge_in(page: str) -> dict[str, object]:
    """Return the challenge that a page holds."""
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found
    challenge: dict[str, object] = json.loads(html.unescape(found.group(1)))
    return challenge


def solved(challenge: dict[str, object]) -> str:
    """Do the work of a browser."""
    known = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(known)
    assert solution
    return altcha.Payload(known, solution).to_base64()


def sum_in(page: str) -> tuple[str, str]:
    """Read the sum of an English page as a visitor would, and answer it."""
    asked = re.search(r"How much is (\w+) plus (\w+)\?", page)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert asked
    assert ticket
    return ticket.group(1), str(sum(NUMBERS.index(word) + 2 for word in asked.groups()))


def answered(page: str, plus: int = 0) -> dict[str, str]:
    ticket, total = sum_in(page)
    return {"ticket": ticket, "sum": str(int(total) + plus)}


async def test_a_proof_counts_once_even_when_it_comes_twice_at_the_same_time(clock: Clock) -> None:
    proofs = Proofs(clock)
    proof = solved(proofs.challenge())
    held = await asyncio.gather(*(proofs.holds(proof) for _ in range(4)))

    assert sorted(held) == [False, False, False, True]
    clock.now += TEN_MINUTES / 2
    assert not await proofs.holds(proof)


async def test_a_proof_of_another_site_or_of_none_is_nothing(clock: Clock) -> None:
    proofs = Proofs(clock)
    forged = altcha.create_challenge("PBKDF2/SHA-256", COST, hmac_secret="ours?").to_dict()

    assert not await proofs.holds(solved(Proofs(clock).challenge()))
    assert not await proofs.holds(solved(forged))
    for junk in ("", "x", "e30=", "bnVsbA==", "W10=", "A" * 5_000, "\ud83d"):
        assert not await proofs.holds(junk)


@pytest.mark.parametrize("easier", [{"cost": 1}, {"keyPrefix": ""}, {"algorithm": "SHA-256"},
                                    {"expiresAt": 9_999_999_999}])  # fmt: skip
async def test_a_challenge_that_was_made_easier_is_not_ours(
    clock: Clock, easier: dict[str, object]
) -> None:
    proofs = Proofs(clock)
    challenge = proofs.challenge()
    challenge["parameters"] |= easier

    assert not await proofs.holds(solved(challenge))


async def test_a_wrong_solution_is_none(clock: Clock) -> None:
    proofs = Proofs(clock)
    challenge = proofs.challenge()
    known = altcha.Challenge.from_dict(challenge)
    wrong = altcha.Payload(known, altcha.Solution(1, "00" * 32)).to_base64()

    assert not await proofs.holds(wrong)
    assert await proofs.holds(solved(challenge))


async def test_a_proof_that_comes_late_is_none(clock: Clock) -> None:
    late = Proofs(clock, wall_clock=lambda: time.time() - GOOD_FOR_SECONDS - 2)
    forgotten = Proofs(clock)
    proof = solved(forgotten.challenge())
    clock.now += 2 * TEN_MINUTES

    assert not await late.holds(solved(late.challenge()))
    assert not await forgotten.holds(proof)


def test_a_sum_counts_once_right_or_wrong_and_not_late(clock: Clock) -> None:
    sums = Sums(clock)

    def asked(answer: Callable[[int], str]) -> tuple[str, str]:
        first, second, ticket = sums.new()
        return ticket, answer(first + second)

    right, wrong, late = asked(str), asked(lambda n: str(n + 1)), asked(str)
    assert sums.holds(*right)
    assert not sums.holds(*right)
    assert not sums.holds(*wrong)
    assert not sums.holds(wrong[0], str(int(wrong[1]) - 1))
    assert not Sums(clock).holds(*asked(str))
    assert sums.holds(*asked(lambda n: f" {n} "))
    clock.now += GOOD_FOR_SECONDS + 1
    assert not sums.holds(*late)


@given(st.text(max_size=80), st.text(max_size=30))
def test_no_made_up_ticket_lets_anybody_in(ticket: str, answer: str) -> None:
    assert not Sums(Clock()).holds(ticket, answer)


# ---------- bombs ----------


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
