"""What browsers are asked to sign with a passkey: nothing is kept until an answer comes.

A challenge proves by itself when it was made here, for which browser and for what. So strangers
who open the page again and again push nobody's challenge out.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable
from typing import Final, Literal

from bot.errors import PasskeyRefused

CHALLENGE_SECONDS: Final = 10 * 60
NONCE: Final = 16  # bytes
HEAD: Final = struct.Struct(f">d{NONCE}s")
"""When it was made, in seconds of the clock, and a nonce; a digest comes after it."""

Purpose = Literal["add", "sign_in"]


class Challenges:
    """Makes challenges, and takes each of them once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._key = clock, secrets.token_bytes(32)
        self._used: dict[bytes, float] = {}

    def ask(self, form_token: str, purpose: Purpose) -> bytes:
        """Return a challenge for the browser that has this form token."""
        head = HEAD.pack(self._clock(), secrets.token_bytes(NONCE))
        return head + self._digest(form_token, purpose, head)

    def take(self, form_token: str, purpose: Purpose, challenge: bytes) -> bytes:
        """Return the challenge that an answer names; from now on it is used.

        Raises:
            PasskeyRefused: It isn't ours, is for another browser or purpose, was used or is too
                old.
        """
        head, digest = challenge[: HEAD.size], challenge[HEAD.size :]
        if not hmac.compare_digest(digest, self._digest(form_token, purpose, head)):
            raise PasskeyRefused
        now, until = self._clock(), HEAD.unpack(head)[0] + CHALLENGE_SECONDS
        self._used = {each: end for each, end in self._used.items() if end > now}
        if now >= until or challenge in self._used:
            raise PasskeyRefused
        self._used[challenge] = until
        return challenge

    def _digest(self, form_token: str, purpose: Purpose, head: bytes) -> bytes:
        about = f"{purpose}\0{form_token}\0".encode() + head
        return hmac.digest(self._key, about, hashlib.sha256)
