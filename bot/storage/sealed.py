"""Conversation state that only the visitor's token opens, in memory and for a short time.

The server holds random-looking ids and ciphertext. The salt lives in this process only: when it
ends, nothing that was ever stored can be opened again, not even with the token.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SMALLEST: Final = 2048  # bytes; longer states are padded to the next power of two
NONCE: Final = 12  # bytes, as AES-GCM wants
MOST_ROWS: Final = 50_000  # conversations at once; the longest idle goes first


@dataclass(frozen=True)
class Handle:
    """Where a conversation lies and what opens it; lives for one request.

    Attributes:
        row: 64 hexadecimal digits that say nothing about the token.
        key: 32 bytes for AES-256-GCM.
    """

    row: str
    key: bytes

    def __repr__(self) -> str:
        return "Handle(...)"


@dataclass(frozen=True)
class _Row:
    sealed: bytes
    began: float
    used: float


class SealedStore:
    """Sealed states in memory; thread-safe enough for one event loop, which is all it gets."""

    def __init__(
        self,
        idle_seconds: float,
        lifetime_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idle, self._lifetime, self._clock = idle_seconds, lifetime_seconds, clock
        self._salt = secrets.token_bytes(32)
        self._rows: dict[str, _Row] = {}

    def handle(self, token: bytes) -> Handle:
        """Return row and key of ``token``; the same for the same token while this process lives."""
        material = HKDF(SHA256(), length=64, salt=self._salt, info=b"quietline/state/1")
        derived = material.derive(token)
        return Handle(derived[:32].hex(), derived[32:])

    def put(self, handle: Handle, state: bytes) -> None:
        """Seal ``state`` in place of what was there; the lifetime goes on from the first put."""
        now = self._clock()
        earlier = self._alive(handle.row, now)
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + AESGCM(handle.key).encrypt(nonce, _pad(state), handle.row.encode())
        self._rows.pop(handle.row, None)
        self._rows[handle.row] = _Row(sealed, earlier.began if earlier else now, now)
        while len(self._rows) > MOST_ROWS:
            del self._rows[next(iter(self._rows))]

    def get(self, handle: Handle) -> bytes | None:
        """Return the state, or None if there is none, it expired, or the key doesn't open it."""
        row = self._alive(handle.row, self._clock())
        if row is None:
            return None
        nonce, sealed = row.sealed[:NONCE], row.sealed[NONCE:]
        try:
            return _unpad(AESGCM(handle.key).decrypt(nonce, sealed, handle.row.encode()))
        except (InvalidTag, ValueError):  # changed, or cut so short that nothing is sealed
            return None

    def has(self, handle: Handle) -> bool:
        """Tell whether there is a live state, without opening it."""
        return self._alive(handle.row, self._clock()) is not None

    def forget(self, handle: Handle) -> None:
        """Delete the state now."""
        self._rows.pop(handle.row, None)

    def sweep(self) -> None:
        """Delete every state that idled or lived too long."""
        now = self._clock()
        for row in list(self._rows):
            self._alive(row, now)

    def _alive(self, row_id: str, now: float) -> _Row | None:
        row = self._rows.get(row_id)
        if row and (now - row.used > self._idle or now - row.began > self._lifetime):
            del self._rows[row_id]
            return None
        return row


def _pad(state: bytes) -> bytes:
    size = SMALLEST
    while size < len(state) + 4:
        size *= 2
    return len(state).to_bytes(4, "big") + state + bytes(size - 4 - len(state))


def _unpad(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]
