"""Networks and tokens are remembered for minutes, under keys that go, and in no log."""

from __future__ import annotations

import gc
import logging
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.web.forgetting import TEN_MINUTES, Forgetful
from bot.web.limits import (
    NEW_IN_TEN_MINUTES,
    Entry,
    Limits,
    Places,
    Verdict,
    network,
)
from tests.web.limits.conftest import DANGER, HELLO, SCRIPT, Clock, admit, full, strain


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


@pytest.mark.parametrize(
    "address",
    ["10.89.0.1", "172.17.0.1", "172.31.255.1", "192.168.1.1", "::ffff:10.0.0.1", "169.254.1.1",
     "fd00::1", "fe80::1%eth0"],
)  # fmt: skip
def test_behind_a_containers_bridge_visitors_are_not_taken_for_one(address: str) -> None:
    assert network(address) == b""


@pytest.mark.parametrize("address", ["172.32.0.1", "11.0.0.1", "203.0.113.9", "2001:db8::1"])
def test_what_comes_over_the_internet_has_a_network(address: str) -> None:
    assert network(address)


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


def test_a_token_has_one_spelling(limits: Limits) -> None:
    token = limits.new_token()
    letters = string.ascii_letters + string.digits + "-_"

    assert [last for last in letters if limits.is_ours(token[:-1] + last)] == [token[-1]]


@given(st.text(max_size=60))
def test_nothing_that_somebody_types_is_a_token_of_ours(token: str) -> None:
    assert not Limits().is_ours(token)


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
