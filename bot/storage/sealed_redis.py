"""Conversation state that only the visitor's token opens, in a Redis that several nodes share.

Redis holds random-looking ids and ciphertext, each with an expiry, and the salts. So whoever has
what is in Redis lacks one thing, the token, which is 192 random bits in the visitor's page. What a
conversation may live is sealed with it: who has only Redis can delete it, or put an earlier state
of the same conversation back for as long as that one lives, and nothing else.
"""

from __future__ import annotations

import asyncio
import secrets
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.errors import StateUnavailable
from bot.storage.forgetful_redis import insist_that_it_forgets
from bot.storage.sealing import SALT, Handle, derive, seal, unseal

ROW: Final = "quietline:row:"
SALT_OF: Final = "quietline:salt:"
EPOCH_SECONDS: Final = 12 * 60 * 60  # then new conversations get another salt; none lives longer
SALT_SECONDS: Final = 26 * 60 * 60  # two epochs, and always longer than a row: it is the last to go
ANSWER_SECONDS: Final = 0.5  # for one question, with a new connection if need be
SKEW_SECONDS: Final = 60.0  # by which the clocks of two nodes may differ
TURN_SECONDS: Final = 15.0  # the longest that a turn takes
_TIMES: Final = struct.Struct(">dd")


@dataclass(frozen=True)
class _Opened:
    """A live state and when its conversation began, in seconds of the wall clock."""

    state: bytes
    began: float


class SharedStore:
    """Sealed states in Redis (see States); for one event loop.

    Args:
        clock: The wall clock of this node. Redis' own is not asked: who has Redis could set it.
    """

    def __init__(
        self,
        url: str,
        idle_seconds: float,
        lifetime_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._idle, self._lifetime, self._clock = idle_seconds, lifetime_seconds, clock
        self._redis: Redis = Redis.from_url(
            url,
            protocol=2,  # asks and answers alone; version 3 would have Redis call us
            driver_info=None,  # and no name of a library to be told
            retry=Retry(NoBackoff(), 0),
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            redis_connect_func=insist_that_it_forgets,
        )

    async def check(self) -> None:
        """Return if Redis is there and forgets.

        Raises:
            Refused: It would keep what it holds; says what to set.
            StateUnavailable: It isn't within reach.
        """
        await self._ask(self._redis.ping())

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()

    async def handle(self, token: bytes) -> Handle:
        """Return row and key of ``token``: of the conversation that there is, else of a new one."""
        handles = [derive(token, salt) for salt in await self._salts()]
        rows = await self._ask(self._redis.mget([ROW + handle.row for handle in handles]))
        for handle, row in zip(handles, rows, strict=True):
            if opened := self._opened(handle, row):
                return replace(handle, began=opened.began, is_new=False)
        return replace(handles[0], began=self._clock())

    async def put(self, handle: Handle, state: bytes) -> None:
        """Seal ``state`` in place of what was there, until it idled or lived too long.

        Its beginning is that of ``handle``, which Redis can't have changed since. What was
        forgotten at another node meanwhile stays forgotten.
        """
        now = self._clock()
        left = min(self._idle, handle.began + self._lifetime - now)
        sealed = seal(handle, _TIMES.pack(handle.began, now) + state)
        milliseconds = max(1, int(left * 1_000))
        row, goes_on = ROW + handle.row, not handle.is_new
        await self._ask(self._redis.set(row, sealed, px=milliseconds, xx=goes_on))

    async def get(self, handle: Handle) -> bytes | None:
        """Return the state, or None if there is none, it expired, or the key doesn't open it.

        One of another beginning isn't the one that ``handle`` found, and would live longer if it
        were kept as that. A little earlier or later is well: two first messages came together.
        """
        opened = self._opened(handle, await self._ask(self._redis.get(ROW + handle.row)))
        if opened is None or abs(opened.began - handle.began) > TURN_SECONDS:
            return None
        return opened.state

    async def has(self, handle: Handle) -> bool:
        """Tell whether there is a live state; what can't be opened is none."""
        return await self.get(handle) is not None

    async def forget(self, handle: Handle) -> None:
        """Delete the state now."""
        await self._ask(self._redis.delete(ROW + handle.row))

    async def sweep(self) -> None:
        """Do nothing: Redis deletes what expires by itself."""

    def _opened(self, handle: Handle, row: bytes | None) -> _Opened | None:
        """Open a row and look whether it lives; that Redis has not deleted it proves nothing."""
        plain = unseal(handle, row) if row else None
        if plain is None or len(plain) < _TIMES.size:
            return None
        began, used = _TIMES.unpack_from(plain)
        is_alive = self._is_alive(began, used, self._clock())
        return _Opened(plain[_TIMES.size :], began) if is_alive else None

    def _is_alive(self, began: float, used: float, now: float) -> bool:
        # What is from the future was kept before a clock went back: forgotten, not kept longer.
        is_past = used <= now + SKEW_SECONDS
        return is_past and now - used <= self._idle and now - began <= self._lifetime

    async def _salts(self) -> list[bytes]:
        """Return the salt of new conversations, then those under which others still live.

        Where clocks differ, another node may have begun the next epoch already.
        """
        epoch = int(self._clock() // EPOCH_SECONDS)
        names = [f"{SALT_OF}{each}" for each in (epoch, epoch - 1, epoch + 1)]
        current, *others = await self._ask(self._redis.mget(names))
        return [current or await self._new_salt(names[0]), *filter(None, others)]

    async def _new_salt(self, name: str) -> bytes:
        """Return a salt that all nodes agree on: that of the first who asks."""
        salt = secrets.token_bytes(SALT)
        await self._ask(self._redis.set(name, salt, nx=True, ex=SALT_SECONDS))
        agreed: bytes | None = await self._ask(self._redis.get(name))
        if not agreed:  # gone at once: Redis has no room
            raise StateUnavailable
        return agreed

    async def _ask(self, question: Awaitable[Any] | Any) -> Any:
        """Return the answer to one question.

        Raises:
            StateUnavailable: There is none in time. Redis' own errors quote rows: they end here.
        """
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await question
        except (RedisError, OSError):  # a timeout is an OSError
            raise StateUnavailable from None
