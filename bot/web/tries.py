"""How often numbers may be tried, without knowing who tries them."""

from __future__ import annotations

import time
from typing import Final

from bot.web.forgetting import Clock, Forgetful
from bot.web.limits import Pace

TRY_SECONDS: Final = 120.0  # between two wrong numbers of one sender, in the long run
TRIES: Final = 5  # at once
ANY_SECONDS: Final = 1.0  # between two numbers of anybody, in the long run
ANY_AT_ONCE: Final = 20


class Tries:
    """A pace for each conversation, and one for all together; addresses count for nothing here.

    A name is a conversation's token; it is kept under a keyed hash, for minutes.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._due: Forgetful[float] = Forgetful(clock)
        self._each, self._all = Pace(TRY_SECONDS, TRIES), Pace(ANY_SECONDS, ANY_AT_ONCE)
        self._due_of_all = 0.0

    def begin(self, name: bytes) -> bool:
        """Tell whether one more number may be tried now; an empty name has the pace of all only."""
        now = self._clock()
        due, wait = self._each.next(self._due.get(name) or 0.0, now)
        due_of_all, wait_of_all = self._all.next(self._due_of_all, now)
        if (name and wait) or wait_of_all:
            return False
        self._due_of_all = due_of_all
        if name:
            self._due.put(name, due)
        return True

    def was_right(self, name: bytes) -> None:
        """Give a try back: only wrong numbers count for a sender."""
        due = self._due.get(name) if name else None
        if due is not None:
            self._due.put(name, due - TRY_SECONDS)

    def forget(self) -> None:
        """Drop the keys that are too old, and everything under them."""
        self._due.periods()
