"""Take a sealed summary to a programme's inbox, and try again for a while, from memory only."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import anyio
import httpx2

TRY_AGAIN_AFTER: Final = (5.0, 30.0, 120.0, 600.0)  # seconds
SECONDS: Final = 4.0  # for one try as a whole, while the visitor waits
MOST_A_MINUTE: Final = 30  # summaries to one inbox, so that nobody can flood it through us
MINUTE: Final = 60.0  # seconds
MOST_WAITING: Final = 200  # summaries; what doesn't fit isn't tried again


class Delivery(StrEnum):
    """What became of a summary."""

    TAKEN = "taken"
    WAITING = "waiting"
    REFUSED = "refused"


class Courier:
    """Posts sealed bytes over HTTPS, with nothing about the visitor around them."""

    def __init__(
        self,
        verify: ssl.SSLContext | bool = True,
        try_again_after: Sequence[float] = TRY_AGAIN_AFTER,
    ) -> None:
        self._verify, self._pauses = verify, tuple(try_again_after)
        self._client: httpx2.AsyncClient | None = None
        self._waiting: set[asyncio.Task[None]] = set()
        self._latest: dict[str, deque[float]] = {}

    async def deliver(self, address: str, sealed: bytes) -> Delivery:
        """Post once, and again later if nobody is there; a refusal is final."""
        if not self._has_room(address):
            return Delivery.REFUSED
        outcome = await self._post(address, sealed)
        if outcome is Delivery.WAITING:
            if len(self._waiting) >= MOST_WAITING:
                return Delivery.REFUSED
            task = asyncio.create_task(self._try_again(address, sealed))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        return outcome

    async def close(self) -> None:
        """Give up what waits, and let go of connections."""
        for task in self._waiting:
            task.cancel()
        if self._client is not None:
            await self._client.aclose()

    def _has_room(self, address: str) -> bool:
        """Tell whether the inbox may get one more, and count it."""
        latest = self._latest.setdefault(address, deque(maxlen=MOST_A_MINUTE))
        now = time.monotonic()
        if len(latest) == MOST_A_MINUTE and now - latest[0] < MINUTE:
            return False
        latest.append(now)
        return True

    async def _try_again(self, address: str, sealed: bytes) -> None:
        for pause in self._pauses:
            await asyncio.sleep(pause)
            if await self._post(address, sealed) is not Delivery.WAITING:
                return

    async def _post(self, address: str, sealed: bytes) -> Delivery:
        if self._client is None:  # at the first summary: most sites never send one
            self._client = httpx2.AsyncClient(
                verify=self._verify, timeout=SECONDS, trust_env=False, follow_redirects=False
            )
        headers = {"Content-Type": "application/octet-stream", "User-Agent": "quietline"}
        try:
            with anyio.fail_after(SECONDS):
                response = await self._client.post(address, content=sealed, headers=headers)
        except Exception:  # whatever it is, it may pass, and the visitor needs an answer
            return Delivery.WAITING
        if response.is_success:
            return Delivery.TAKEN
        return Delivery.REFUSED if response.is_client_error else Delivery.WAITING
