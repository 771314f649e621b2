"""Where conversations are kept: in this process, or in a Redis that several nodes share."""

from __future__ import annotations

from typing import Protocol

from bot.settings import Settings
from bot.storage.sealed import SealedStore
from bot.storage.sealing import Handle


class States(Protocol):
    """Sealed states, each for a short time.

    Every method may raise StateUnavailable if they aren't within reach; nothing is then kept
    anywhere else.
    """

    async def check(self) -> None:
        """Return if states can be kept, or raise Refused if they would be kept for long."""

    async def handle(self, token: bytes) -> Handle:
        """Return where the conversation of ``token`` lies, or will lie, and what opens it."""

    async def put(self, handle: Handle, state: bytes) -> None:
        """Seal ``state`` in place of what was there; the lifetime goes on from the first put."""

    async def get(self, handle: Handle) -> bytes | None:
        """Return the state, or None if there is none, it expired, or the key doesn't open it."""

    async def has(self, handle: Handle) -> bool:
        """Tell whether there is a live state."""

    async def forget(self, handle: Handle) -> None:
        """Delete the state now."""

    async def sweep(self) -> None:
        """Delete every state that idled or lived too long."""

    async def close(self) -> None:
        """Let go of connections, if there are any."""


def states(chosen: Settings) -> States:
    """Return the store that the settings ask for; a shared one is reached at its first use."""
    if not chosen.state_url:
        return SealedStore(chosen.idle_seconds, chosen.lifetime_seconds)
    from bot.storage.sealed_redis import SharedStore

    return SharedStore(chosen.state_url, chosen.idle_seconds, chosen.lifetime_seconds)
