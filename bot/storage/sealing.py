"""Seal a conversation's state under a key that only the visitor's token and a salt give.

Used by both stores: ``sealed`` keeps what is sealed here in memory, ``sealed_redis`` in Redis.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SMALLEST: Final = 2048  # bytes; longer states are padded to the next power of two
NONCE: Final = 12  # bytes, as AES-GCM wants
SALT: Final = 32  # bytes


@dataclass(frozen=True)
class Handle:
    """Where a conversation lies and what opens it; lives for one request.

    Attributes:
        row: 64 hexadecimal digits that say nothing about the token.
        key: 32 bytes for AES-256-GCM.
        began: When the conversation began, for a store that other processes share; else 0.
        is_new: Whether there was none yet.
    """

    row: str
    key: bytes
    began: float = 0.0
    is_new: bool = True

    def __repr__(self) -> str:
        return "Handle(...)"


def derive(token: bytes, salt: bytes) -> Handle:
    """Return row and key of ``token``; the same for the same token and salt."""
    derived = HKDF(SHA256(), length=64, salt=salt, info=b"quietline/state/1").derive(token)
    return Handle(derived[:32].hex(), derived[32:])


def seal(handle: Handle, state: bytes) -> bytes:
    """Return ``state``, padded and sealed for this row alone."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(handle.key).encrypt(nonce, _pad(state), handle.row.encode())


def unseal(handle: Handle, sealed: bytes) -> bytes | None:
    """Return the state, or None if it was changed, cut short, or sealed for another handle."""
    nonce, body = sealed[:NONCE], sealed[NONCE:]
    try:
        return _unpad(AESGCM(handle.key).decrypt(nonce, body, handle.row.encode()))
    except (InvalidTag, ValueError):  # changed, or cut so short that nothing is sealed
        return None


def _pad(state: bytes) -> bytes:
    size = SMALLEST
    while size < len(state) + 4:
        size *= 2
    return len(state).to_bytes(4, "big") + state + bytes(size - 4 - len(state))


def _unpad(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]
