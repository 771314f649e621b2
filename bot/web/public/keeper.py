"""Kept progress as the pages reach it: beside the event loop, two numbers at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from bot.web.forgetting import Clock
from bot.web.public.tickets import Tickets
from bot.web.tries import Tries

if TYPE_CHECKING:
    from bot.storage.progress import Key, ProgressStore

Answer = TypeVar("Answer")
AT_ONCE: Final = 2  # derivations, each of 64 MiB
PURGE_SECONDS: Final = 60 * 60.0


class Keeper:
    """Opens the database when it is needed first: a site starts, and helps, without it.

    Attributes:
        is_on: Progress can be kept and opened; else what is left can be deleted, and ends.
        tries: Whose numbers have to wait.
        tickets: Which numbers are ours and new.
    """

    def __init__(self, url: str, clock: Clock = time.monotonic, is_on: bool = True) -> None:
        self._url, self._two, self.is_on = url, CapacityLimiter(AT_ONCE), is_on
        self.tries, self.tickets = Tries(clock), Tickets(clock)

    def forget(self) -> None:
        """Drop what was remembered against abuse once it is old."""
        self.tries.forget()
        self.tickets.forget()

    async def ask(self, number: str, work: Callable[[ProgressStore, Key], Answer]) -> Answer:
        """Return what ``work`` returns for the key of ``number``.

        Raises:
            BadSetting: The database can't be opened, or is locked.
        """

        def whole() -> Answer:
            return work(self._store, self._store.key(number))

        return await to_thread.run_sync(whole, limiter=self._two)

    async def purge_now_and_then(self, today: Callable[[], date]) -> None:
        """Delete what is over, at once and by the clock alone; what fails is tried again."""
        while True:
            with suppress(Exception):  # a broken database must not end the site's other tasks
                await to_thread.run_sync(self._purge, today())
            await anyio.sleep(PURGE_SECONDS)

    def _purge(self, today: date) -> None:
        self._store.purge(today)

    @cached_property
    def _store(self) -> ProgressStore:
        # Imported here: who keeps nothing needs neither its libraries nor the time to load them.
        from bot.storage.progress import ProgressStore

        return ProgressStore(self._url)
