"""Make guessing slow: after some attempts a name has to wait, longer each time.

By name and not by address: here addresses are neither kept nor trusted. The wait has an end, so
that nobody can be shut out for good; a passkey needs no wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FREE_ATTEMPTS: Final = 3
LONGEST_SECONDS: Final = 15 * 60
FORGOTTEN_SECONDS: Final = 24 * 60 * 60
MOST_NAMES: Final = 10_000  # what was tried longest ago goes first
_MOST_DOUBLINGS: Final = 10


@dataclass(frozen=True)
class _Tried:
    attempts: int
    last: float


class Delays:
    """Attempts by name, in memory. An attempt counts until ``succeeded`` says otherwise."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tried: dict[str, _Tried] = {}

    def attempt(self, name: str) -> float:
        """Count an attempt and return 0, or return the seconds to wait before another."""
        tried, now = self._tried.get(name), self._clock()
        if tried is None or now - tried.last >= FORGOTTEN_SECONDS:
            tried = _Tried(0, now)
        left = tried.last + _wait(tried.attempts) - now
        if left > 0:
            return left
        self._tried.pop(name, None)
        self._tried[name] = _Tried(tried.attempts + 1, now)
        if len(self._tried) > MOST_NAMES:
            del self._tried[next(iter(self._tried))]
        return 0

    def succeeded(self, name: str) -> None:
        """Forget the attempts of a name."""
        self._tried.pop(name, None)


def _wait(attempts: int) -> float:
    """Return the seconds after the last attempt: 2, 4, 8 ... from the third on."""
    over = attempts - FREE_ATTEMPTS + 1
    return min(2.0 ** min(over, _MOST_DOUBLINGS), LONGEST_SECONDS) if over > 0 else 0
