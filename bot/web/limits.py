"""Who may talk to the assistant now: limits that hold without knowing anybody.

Only conversations are limited, never pages: help is always there. Nothing is written, and nothing
is kept but numbers and marks under keyed hashes that live for minutes (bot.web.forgetting).
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import os
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

import anyio

from bot.web.connections import room
from bot.web.forgetting import TEN_MINUTES, Clock, Forgetful
from bot.web.proof import Proofs, Sums

Made = TypeVar("Made")

PLACES: Final = 2 * (os.cpu_count() or 1)  # visitors whom the assistant serves at once
ROOM: Final = 32  # visitors who wait for a place
SHARE: Final = 10  # one place of so many is reserved for visitors without scripts
WAIT_SECONDS: Final = 2.0  # for a place

HELD: Final = 0.9  # of all connections may wait for an answer without it; the rest is for pages
LONGEST_HELD: Final = 3.0  # seconds; with delay and wait less than the eight of the proxies
REST: Final = 2.0  # after each of them, so many times as long as it took is left to the pages

MESSAGE_SECONDS: Final = 1.0  # between two messages of a conversation, in the long run
BURST: Final = 5  # messages at once that are not delayed
LONGEST_DELAY: Final = 2.5  # seconds; nobody who waits for answers comes near it
MOST_DELAYED: Final = 64  # messages that are held back at the same time
MOST_TURNS: Final = 200  # of one conversation

NEW_IN_TEN_MINUTES: Final = 30  # conversations that one network may begin under load
HIGH_FOR_SECONDS: Final = 10.0  # load stays high so long after the room was more than half full
TOKEN_SECONDS: Final = 4 * 60 * 60.0  # the longest life of a conversation
RANDOM_BYTES: Final = 24  # of the 32 of a token; the rest tells that it is ours

NEAR: Final = (
    *map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
    *map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10")),
)
"""What no visitor comes from over the internet: RFC 1918, RFC 4193 and link-local addresses."""


class Verdict(StrEnum):
    """What becomes of a message."""

    IN = "in"
    FULL = "full"
    PROVE = "prove"
    OVER = "over"


@dataclass(frozen=True)
class Entry:
    """What a message brings along.

    Attributes:
        token: Of its conversation, or empty.
        address: Where it came from, or empty behind a proxy.
        proof: A solved challenge, or empty.
        sum: A ticket and the answer to its sum, or empty.
        has_scripts: The page's script sent it.
    """

    token: str = ""
    address: str = ""
    proof: str = ""
    sum: tuple[str, str] = ("", "")
    has_scripts: bool = False


class Places:
    """So many at once, and so many who wait, first come, first served."""

    def __init__(self, places: int, room: int, wait_seconds: float = WAIT_SECONDS) -> None:
        self._free, self._room, self._wait_seconds = places, room, wait_seconds
        self._waiting: deque[anyio.Event] = deque()

    @property
    def room(self) -> int:
        """How many may wait."""
        return self._room

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def is_free(self) -> bool:
        """Whether one could come in without waiting."""
        return self._free > 0

    async def take(self) -> bool:
        """Wait for a place; False when the room is full or it takes too long."""
        if self._free > 0:
            self._free -= 1
            return True
        if len(self._waiting) >= self._room:
            return False
        return await self._wait()

    def leave(self) -> None:
        """Give the place to who waits longest."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._free += 1

    async def _wait(self) -> bool:
        turn = anyio.Event()
        self._waiting.append(turn)
        try:
            with anyio.move_on_after(self._wait_seconds):
                await turn.wait()
        except BaseException:  # whoever hangs up gives back what was given meanwhile
            self._give_up(turn)
            raise
        if turn.is_set():
            return True
        self._give_up(turn)
        return False

    def _give_up(self, turn: anyio.Event) -> None:
        if turn.is_set():
            self.leave()
        else:
            self._waiting.remove(turn)


@dataclass
class Pace:
    """The generic cell rate algorithm: one in so many seconds, and some at once."""

    seconds: float
    burst: int

    def next(self, due: float, now: float) -> tuple[float, float]:
        """Return when the next is due after this one, and how many seconds this one waits."""
        due = max(due, now)
        return due + self.seconds, max(0.0, due - now - self.seconds * (self.burst - 1))


@dataclass(frozen=True)
class Spoken:
    """What is known of a conversation.

    Attributes:
        due: When its next message is due.
        turns: How many there were.
        was_let_in: It came under load and had what it takes, whoever made its token.
    """

    due: float = 0.0
    turns: int = 0
    was_let_in: bool = False


@dataclass
class Limits:
    """All limits of one running site; each message is let in once, and leaves once."""

    clock: Clock = time.monotonic
    ordinary: Places = field(default_factory=lambda: Places(PLACES, ROOM))
    reserved: Places = field(default_factory=lambda: Places(_share(PLACES), _share(ROOM)))
    holding: Places = field(default_factory=lambda: Places(1, _held(), LONGEST_HELD))
    half: int = ROOM // 2

    def __post_init__(self) -> None:
        """Begin with nothing remembered."""
        self.proofs, self.sums = Proofs(self.clock), Sums(self.clock)
        self._spoken: Forgetful[Spoken] = Forgetful(self.clock)
        self._networks: Forgetful[float] = Forgetful(self.clock)
        self._ours: Forgetful[None] = Forgetful(self.clock, TOKEN_SECONDS)
        self._message = Pace(MESSAGE_SECONDS, BURST)
        self._beginning = Pace(TEN_MINUTES / NEW_IN_TEN_MINUTES, NEW_IN_TEN_MINUTES)
        self._high_until, self._delayed, self._rested = 0.0, 0, 0.0
        self._one = anyio.Lock()

    async def admit(self, entry: Entry) -> tuple[Verdict, Places]:
        """Decide about a message, after its delay and its wait.

        Who is let in holds a place out of those that are returned with the verdict.
        """
        if entry.token:
            verdict = await self._pace(entry.token)
            if verdict is not Verdict.IN:
                return verdict, self.ordinary
        if not self.is_high or self._is_open(entry.token):
            return await self._take(self.ordinary), self.ordinary
        return await self._begin(entry)

    @property
    def is_high(self) -> bool:
        """Whether more than half of the room was taken in the last seconds."""
        return self.clock() < self._high_until

    async def hold(self, answer: Callable[[], Made], quick: Callable[[], Made]) -> Made:
        """Answer a message that isn't let in; one at a time, with a rest after each.

        So whoever floods the chat gets a third of the time, and pages the rest. Who had to wait
        for too long gets what ``quick`` returns: that must need next to no time. Of many whose
        time is over at once, one comes after the other, and pages between.
        """
        came = self.clock()
        if not await self.holding.take():
            async with self._one:
                return quick()
        try:
            await anyio.sleep(max(0.0, self._rested - self.clock()))
            began = self.clock()
            made = answer() if began - came <= WAIT_SECONDS else quick()
            now = self.clock()
            self._rested = now + REST * (now - began)
            return made
        finally:
            self.holding.leave()

    def new_token(self) -> str:
        """Return the only key to a new conversation: 24 random bytes and 8 that tell it is ours."""
        random = secrets.token_bytes(RANDOM_BYTES)
        period, _ = self._ours.periods()
        return _token(random + period.hashed(random))

    def is_ours(self, token: str) -> bool:
        """Tell whether we made ``token``; nobody else can, and nothing is kept to tell."""
        try:
            raw = base64.urlsafe_b64decode(token + "=")
        except ValueError:
            return False
        if _token(raw) != token:  # the last letter has four spellings
            return False
        random, mark = raw[:RANDOM_BYTES], raw[RANDOM_BYTES:]
        return any(
            hmac.compare_digest(period.hashed(random), mark) for period in self._ours.periods()
        )

    def forget(self) -> None:
        """Drop the keys that are too old, and everything under them."""
        for kept in (self._spoken, self._networks, self._ours):
            kept.periods()
        self.proofs.forget()
        self.sums.forget()

    async def _pace(self, token: str) -> Verdict:
        """Hold a message back until it is due; a conversation has an end."""
        name = token.encode()
        spoken = self._spoken.get(name) or Spoken()
        if spoken.turns >= MOST_TURNS:
            return Verdict.OVER
        due, wait = self._message.next(spoken.due, self.clock())
        if wait > LONGEST_DELAY or (wait and self._delayed >= MOST_DELAYED):
            return Verdict.FULL
        self._spoken.put(name, replace(spoken, due=due, turns=spoken.turns + 1))
        if wait:
            self._delayed += 1
            try:
                await anyio.sleep(wait)
            finally:
                self._delayed -= 1
        return Verdict.IN

    async def _begin(self, entry: Entry) -> tuple[Verdict, Places]:
        """Let a new conversation begin under load."""
        name = network(entry.address)
        if name and self._beginning.next(self._networks.get(name) or 0.0, self.clock())[1]:
            return Verdict.FULL, self.ordinary
        places = await self._place_for(entry)
        if places is None:
            return Verdict.PROVE, self.ordinary
        verdict = await self._take(places)
        if verdict is Verdict.IN:
            self._let_in(entry.token, name)
        return verdict, places

    def _let_in(self, token: str, from_network: bytes) -> None:
        if from_network:
            due, _ = self._beginning.next(self._networks.get(from_network) or 0.0, self.clock())
            self._networks.put(from_network, due)
        if spoken := self._spoken.get(token.encode()):
            self._spoken.put(token.encode(), replace(spoken, was_let_in=True))

    def _is_open(self, token: str) -> bool:
        """Tell whether a conversation was let in before; after a restart its token isn't ours."""
        spoken = self._spoken.get(token.encode()) or Spoken()
        return self.is_ours(token) or spoken.was_let_in

    async def _place_for(self, entry: Entry) -> Places | None:
        """Return where a new conversation may wait: by its proof, or without scripts by a sum."""
        if entry.proof and await self.proofs.holds(entry.proof):
            return self.ordinary
        if entry.has_scripts:
            return None
        if self.reserved.is_free or self.sums.holds(*entry.sum):
            return self.reserved
        return None

    async def _take(self, places: Places) -> Verdict:
        if places is self.ordinary and places.waiting >= self.half and not places.is_free:
            self._high_until = self.clock() + HIGH_FOR_SECONDS
        return Verdict.IN if await places.take() else Verdict.FULL


def network(address: str) -> bytes:
    """Return the network of an address: IPv4/24 or IPv6/56; empty without a foreign address.

    Whoever comes from this machine, a container's bridge or the house is a proxy, and says nothing
    about a visitor.
    """
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return b""
    mapped = getattr(host, "ipv4_mapped", None) or host
    if mapped.is_loopback or any(mapped in near for near in NEAR):
        return b""
    length = 24 if mapped.version == 4 else 56
    return ipaddress.ip_network((mapped, length), strict=False).network_address.packed


def _token(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _held() -> int:
    return int(room() * HELD)


def _share(number: int) -> int:
    return -(-number // SHARE)
