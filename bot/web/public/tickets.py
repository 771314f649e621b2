"""Leave to keep something under a number that this site made: once, and soon after it was made."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Final

from bot.web.forgetting import Clock, Forgetful, Period, keyed_hash

PERIOD_SECONDS: Final = 60 * 60.0  # a ticket is good for one to two of them: to find pen and paper
RANDOM_BYTES: Final = 16
MARK_BYTES: Final = 16


class Tickets:
    """Tickets, of which nothing is remembered until they are used; a restart ends them all."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._used: Forgetful[bool] = Forgetful(clock, PERIOD_SECONDS)

    def new(self, number: str) -> str:
        """Return a ticket for ``number`` and no other."""
        random = secrets.token_bytes(RANDOM_BYTES)
        return (random + _mark(self._used.periods()[0], random, number)).hex()

    def holds(self, ticket: str, number: str) -> bool:
        """Tell whether ``ticket`` is ours, for this number, in time and not used yet."""
        random, mark = _parted(ticket)
        if self._used.get(random):
            return False
        return any(
            hmac.compare_digest(_mark(period, random, number), mark)
            for period in self._used.periods()
        )

    def use(self, ticket: str) -> None:
        """Remember that a ticket was used, for longer than it could be good."""
        self._used.put(_parted(ticket)[0], True)

    def forget(self) -> None:
        """Drop the keys that are too old, and everything under them."""
        self._used.periods()


def _parted(ticket: str) -> tuple[bytes, bytes]:
    try:
        raw = bytes.fromhex(ticket)
    except ValueError:
        return b"", b""
    return raw[:RANDOM_BYTES], raw[RANDOM_BYTES:]


def _mark(period: Period[bool], random: bytes, number: str) -> bytes:
    return keyed_hash(period.key, b"progress" + random + number.encode())[:MARK_BYTES]
