"""What browsers were asked to sign with a passkey, in memory; each challenge counts once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from bot.errors import PasskeyRefused

CHALLENGE_SECONDS: Final = 10 * 60
MOST_CHALLENGES: Final = 1_000  # the oldest goes first

Purpose = Literal["add", "sign_in"]


class Challenges:
    """Challenges by the form token of the browser that was asked."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._asked: dict[tuple[str, Purpose], tuple[bytes, float]] = {}

    def ask(self, form_token: str, purpose: Purpose, challenge: bytes) -> None:
        """Remember a challenge; it replaces an earlier one."""
        self._asked.pop((form_token, purpose), None)
        until = self._clock() + CHALLENGE_SECONDS
        self._asked[form_token, purpose] = (challenge, until)
        if len(self._asked) > MOST_CHALLENGES:
            del self._asked[next(iter(self._asked))]

    def take(self, form_token: str, purpose: Purpose) -> bytes:
        """Return the challenge and forget it.

        Raises:
            PasskeyRefused: There is none, or it is too old.
        """
        challenge, until = self._asked.pop((form_token, purpose), (b"", 0.0))
        if not challenge or self._clock() >= until:
            raise PasskeyRefused
        return challenge
