"""What a new conversation may have to bring under load: some work of the browser, or a sum.

The work is ALTCHA's: find the number whose key, derived slowly, begins with a zero byte. A browser
needs about a second for it, and we a millisecond to see that it is right. Where no script runs, a
visitor answers a sum in words. Both are good once, for five minutes.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
import time
from collections.abc import Callable
from typing import Any, Final

import altcha
from anyio import CapacityLimiter, to_thread

from bot.web.forgetting import Clock, Forgetful, Period, keyed_hash

ALGORITHM: Final = "PBKDF2/SHA-256"  # what crypto.subtle has in every browser
COST: Final = 5_000  # rounds for each number that is tried; 256 of them on average
GOOD_FOR_SECONDS: Final = 300
LONGEST_PROOF: Final = 2_000  # characters
MOST_USED: Final = 100_000  # in a period; then no proof counts until some are forgotten

SMALLEST, LARGEST = 2, 9
"""The numbers of a sum."""
NONCE: Final = struct.Struct(">16sI")
"""What a sum's ticket begins with: random bytes, and when it ends, in seconds of our clock."""
MARK_BYTES: Final = 16


class Proofs:
    """Challenges, of which nothing is remembered, and solutions, of which each counts once."""

    def __init__(self, clock: Clock, wall_clock: Callable[[], float] = time.time) -> None:
        self._wall_clock = wall_clock
        self._used: Forgetful[bool] = Forgetful(clock, most=MOST_USED)
        self._one_at_a_time = CapacityLimiter(1)

    def challenge(self) -> dict[str, Any]:
        """Return a new challenge as JSON values."""
        made = altcha.create_challenge(
            ALGORITHM,
            COST,
            expires_at=int(self._wall_clock()) + GOOD_FOR_SECONDS,
            hmac_secret=self._used.periods()[0].key,
        )
        return made.to_dict()

    async def holds(self, proof: str) -> bool:
        """Tell whether a challenge of ours was solved, in time and for the first time."""
        signature = _signature(proof)
        if not signature or self._used.is_full() or self._used.get(signature):
            return False
        solved = await to_thread.run_sync(
            _solved, proof, self._used.periods(), limiter=self._one_at_a_time
        )
        if not solved or self._used.get(signature):  # the second time may be on its way as well
            return False
        self._used.put(signature, True)
        return True

    def forget(self) -> None:
        """Drop the keys that are too old."""
        self._used.periods()


class Sums:
    """Sums and their tickets; an answer counts once, right or wrong."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used: Forgetful[bool] = Forgetful(clock, most=MOST_USED)

    def new(self) -> tuple[int, int, str]:
        """Return two numbers, and the ticket to send along with what they make together."""
        first, second = (_any_number() for _ in range(2))
        head = NONCE.pack(secrets.token_bytes(16), int(self._clock()) + GOOD_FOR_SECONDS)
        mark = _mark(self._used.periods()[0], head, first + second)
        return first, second, base64.urlsafe_b64encode(head + mark).decode()

    def holds(self, ticket: str, answer: str) -> bool:
        """Tell whether ``answer`` is what the sum of ``ticket`` makes."""
        head, mark = _parted(ticket)
        if not head or self._used.is_full() or self._used.get(head):
            return False
        if NONCE.unpack(head)[1] < self._clock() or not answer.strip().isdecimal():
            return False
        total = self._total(head, mark)
        if total is None:  # not remembered, or whoever makes up many would use up all room
            return False
        self._used.put(head, True)
        return len(answer) < 10 and int(answer) == total

    def forget(self) -> None:
        """Drop the keys that are too old."""
        self._used.periods()

    def _total(self, head: bytes, mark: bytes) -> int | None:
        """Return what the two numbers of a ticket make together, or None if it isn't ours."""
        for total in range(2 * SMALLEST, 2 * LARGEST + 1):
            for period in self._used.periods():
                if hmac.compare_digest(_mark(period, head, total), mark):
                    return total
        return None


def _solved(proof: str, periods: tuple[Period[bool], Period[bool]]) -> bool:
    return any(altcha.verify_solution(proof, period.key).verified for period in periods)


def _signature(proof: str) -> bytes:
    """Return what a challenge is known by, or nothing if this is none."""
    if len(proof) > LONGEST_PROOF:
        return b""
    try:
        signature = altcha.Payload.from_base64(proof).challenge.signature or ""
        return signature.encode("ascii")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return b""


def _parted(ticket: str) -> tuple[bytes, bytes]:
    try:
        raw = base64.urlsafe_b64decode(ticket)
    except ValueError:
        return b"", b""
    is_whole = len(raw) == NONCE.size + MARK_BYTES
    return (raw[: NONCE.size], raw[NONCE.size :]) if is_whole else (b"", b"")


def _mark(period: Period[bool], head: bytes, total: int) -> bytes:
    return keyed_hash(period.key, b"sum" + head + str(total).encode())[:MARK_BYTES]


def _any_number() -> int:
    return SMALLEST + secrets.randbelow(LARGEST - SMALLEST + 1)
