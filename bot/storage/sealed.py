"""Conversation state that only the visitor's token opens, in memory and for a short time.

The server holds random-looking ids and ciphertext. The salt lives in this process only: when it
ends, nothing that was ever stored can be opened again, not even with the token.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.storage.sealing import SALT, Handle, derive, seal, unseal

MOST_ROWS: Final = 50_000  # conversations at once; the longest idle goes first


@dataclass(frozen=True)
class _Row:
    sealed: bytes
    began: float
    used: float


class SealedStore:
    """Sealed states in memory (see States); for one event loop, which is all it gets."""

    def __init__(
        self,
        idle_seconds: float,
        lifetime_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idle, self._lifetime, self._clock = idle_seconds, lifetime_seconds, clock
        self._salt = secrets.token_bytes(SALT)
        self._rows: dict[str, _Row] = {}

    async def check(self) -> None:
        """Do nothing: this memory is ours, and there."""

    async def handle(self, token: bytes) -> Handle:
        """Return row and key of ``token``: always the same while this process lives."""
        handle = derive(token, self._salt)
        return replace(handle, is_new=self._alive(handle.row, self._clock()) is None)

    async def put(self, handle: Handle, state: bytes) -> None:
        """Seal ``state`` in place of what was there; the lifetime goes on from the first put.

        What was forgotten in the middle of a turn stays forgotten.
        """
        now = self._clock()
        earlier = self._alive(handle.row, now)
        if earlier is None and not handle.is_new:
            return
        sealed = seal(handle, state)
        self._rows.pop(handle.row, None)
        self._rows[handle.row] = _Row(sealed, earlier.began if earlier else now, now)
        while len(self._rows) > MOST_ROWS:
            del self._rows[next(iter(self._rows))]

    async def get(self, handle: Handle) -> bytes | None:
        """Return the state, or None if there is none, it expired, or the key doesn't open it."""
        row = self._alive(handle.row, self._clock())
        return unseal(handle, row.sealed) if row else None

    async def has(self, handle: Handle) -> bool:
        """Tell whether there is a live state, without opening it."""
        return self._alive(handle.row, self._clock()) is not None

    async def forget(self, handle: Handle) -> None:
        """Delete the state now."""
        self._rows.pop(handle.row, None)

    async def sweep(self) -> None:
        """Delete every state that idled or lived too long."""
        now = self._clock()
        for row in list(self._rows):
            self._alive(row, now)

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def _alive(self, row_id: str, now: float) -> _Row | None:
        row = self._rows.get(row_id)
        if row and (now - row.used > self._idle or now - row.began > self._lifetime):
            del self._rows[row_id]
            return None
        return row
