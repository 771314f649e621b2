"""Ask the assistant over its Unix socket, and give up early when it doesn't answer."""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import anyio
import httpx2

from bot.conversation.turn import Turn, from_json
from bot.errors import AssistantUnavailable

HEADER: Final = "X-Quietline-Token"
FAILURES: Final = 5  # so many of them
WITHIN_SECONDS: Final = 30.0  # in so short a time
SHORT_SECONDS: Final = 0.3  # and nobody waits longer than this
SHORT_FOR_SECONDS: Final = 30.0  # for so long
NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody, and a Unix socket asks for none; else a start would read the authorities."""


@dataclass(frozen=True)
class Asked:
    """One message or button on its way to the assistant; one of the two is empty."""

    text: str
    choice: str
    locale: str
    country: str


@dataclass(frozen=True)
class Answered:
    """The assistant's turn, and whether it knew the conversation before."""

    turn: Turn
    known: bool


class Assistant(Protocol):
    """What the pages ask of the assistant."""

    async def turn(self, token: str, asked: Asked) -> Answered:
        """Return its answer, or raise AssistantUnavailable within the time it has."""

    async def forget(self, token: str) -> None:
        """Delete the conversation; silent when it can't, because its state expires anyway."""

    async def close(self) -> None:
        """Let go of the connection."""


@dataclass
class Patience:
    """How long to wait: the full time, or a moment when it has just failed again and again."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    _short_until: float = 0.0

    def now(self) -> float:
        """Return the seconds that the next question may take."""
        return SHORT_SECONDS if self.clock() < self._short_until else self.seconds

    def failed(self) -> None:
        """Note that a question got no answer; in a short wait that proves nothing."""
        now = self.clock()
        if now < self._short_until:
            return
        self._failures.append(now)
        if len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_SECONDS:
            self._short_until = now + SHORT_FOR_SECONDS

    def worked(self) -> None:
        """Note an answer: all is well again."""
        self._failures.clear()
        self._short_until = 0.0


class SocketAssistant:
    """The assistant behind a Unix socket."""

    def __init__(self, socket: Path, answer_seconds: float) -> None:
        self._client = httpx2.AsyncClient(
            transport=httpx2.AsyncHTTPTransport(uds=str(socket), verify=NO_TLS),
            base_url="http://assistant/webhooks/site/",
            timeout=answer_seconds,
            trust_env=False,
        )
        self._patience = Patience(answer_seconds)

    async def turn(self, token: str, asked: Asked) -> Answered:
        """Return its answer (see Assistant).

        Raises:
            AssistantUnavailable: It is missing, slow, broken, or said what nobody understands.
        """
        try:
            with anyio.fail_after(self._patience.now()):
                response = await self._client.post(
                    "turn", headers={HEADER: token}, json=vars(asked)
                )
            answered = _read(response)
        except Exception:  # whatever it is, the visitor needs an answer and the log no words
            self._patience.failed()
            raise AssistantUnavailable from None
        self._patience.worked()
        return answered

    async def forget(self, token: str) -> None:
        """Delete the conversation (see Assistant)."""
        try:
            with anyio.fail_after(self._patience.now()):
                await self._client.post("forget", headers={HEADER: token})
        except Exception:  # see turn
            self._patience.failed()

    async def close(self) -> None:
        """Let go of the connection (see Assistant)."""
        await self._client.aclose()


def _read(response: httpx2.Response) -> Answered:
    data = response.raise_for_status().json()
    return Answered(from_json(data["turn"]), data["known"] is True)
