"""A clock that stands still, limits of two places, and what their pages ask for."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import altcha
import anyio
import pytest
from starlette.testclient import TestClient

from bot.web.limits import (
    Entry,
    Limits,
    Places,
    Verdict,
)
from bot.web.public.app import create_app
from bot.web.public.site import Site

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
