"""What the site remembers against abuse: under keyed hashes, in memory, for minutes.

The hash of a network address can be guessed by whoever has the key. So the key is random, is never
written, and lives for two periods at most; what it hid goes with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

Clock = Callable[[], float]
"""Returns seconds that only go forward, as time.monotonic does."""
Value = TypeVar("Value")

TEN_MINUTES: Final = 600.0  # seconds
MOST_REMEMBERED: Final = 20_000  # values of one period; the oldest gives way
HASH_BYTES: Final = 8


@dataclass(frozen=True)
class Period(Generic[Value]):
    """One key and what is remembered under it."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    values: dict[bytes, Value] = field(default_factory=dict, repr=False)

    def hashed(self, name: bytes) -> bytes:
        """Return what ``name`` is called while the key lives."""
        return keyed_hash(self.key, name)[:HASH_BYTES]


class Forgetful(Generic[Value]):
    """Values by name: kept for this period and the next, unless they are used again."""

    def __init__(
        self, clock: Clock, seconds: float = TEN_MINUTES, most: int = MOST_REMEMBERED
    ) -> None:
        self._clock, self._seconds, self._most = clock, seconds, most
        self._now, self._before = Period[Value](), Period[Value]()
        self._began = clock()

    def get(self, name: bytes) -> Value | None:
        """Return what is remembered of ``name``, or None."""
        for period in self.periods():
            found = period.values.get(period.hashed(name))
            if found is not None:
                return found
        return None

    def put(self, name: bytes, value: Value) -> None:
        """Remember ``value``; when there is no more room, the oldest is forgotten for it."""
        now, before = self.periods()
        before.values.pop(before.hashed(name), None)
        if self.is_full():
            now.values.pop(next(iter(now.values)), None)
        now.values[now.hashed(name)] = value

    def is_full(self) -> bool:
        """Tell whether another name would push one out."""
        return len(self.periods()[0].values) >= self._most

    def periods(self) -> tuple[Period[Value], Period[Value]]:
        """Return this period and the one before, and forget what is older.

        Somebody must ask now and then, also when nobody visits: see bot.web.public.app.
        """
        passed = self._clock() - self._began
        if passed >= self._seconds:
            self._before = self._now if passed < 2 * self._seconds else Period()
            self._now, self._began = Period(), self._clock()
        return self._now, self._before


def keyed_hash(key: bytes, name: bytes) -> bytes:
    """Return HMAC-SHA256."""
    return hmac.digest(key, name, hashlib.sha256)
