"""bot.storage.sealed_redis: what can happen to Redis, and which Redis is refused."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from bot.errors import Refused, StateUnavailable
from bot.storage.sealed_redis import ANSWER_SECONDS, SharedStore
from bot.storage.sealing import Handle
from tests.redis_server import Server, running_redis
from tests.seizure.marks import WORD
from tests.storage.test_sealed_redis import IDLE, LIFETIME, TOKEN, heard, say

pytestmark = pytest.mark.slow

PATIENCE = 3 * ANSWER_SECONDS  # on a busy machine


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A Redis that a test may break."""
    with running_redis() as server:
        yield server


@pytest.fixture
async def store(own_server: Server) -> AsyncIterator[SharedStore]:
    store = SharedStore(own_server.url, IDLE, LIFETIME)
    yield store
    await store.close()


Act = Callable[[SharedStore, Handle], Awaitable[object]]
ACTS: dict[str, Act] = {
    "check": lambda store, handle: store.check(),
    "handle": lambda store, handle: store.handle(TOKEN),
    "put": lambda store, handle: store.put(handle, WORD.encode()),
    "get": lambda store, handle: store.get(handle),
    "has": lambda store, handle: store.has(handle),
    "forget": lambda store, handle: store.forget(handle),
}


async def fails_at_once(act: Act, store: SharedStore, handle: Handle) -> None:
    """See that it fails soon, and that the error says nothing about anybody."""
    began = time.monotonic()
    with pytest.raises(StateUnavailable) as failed:
        await act(store, handle)

    assert time.monotonic() - began < PATIENCE
    said = f"{failed.value} {failed.value!r}"
    assert "QUIETLINE_STATE_URL" in said
    assert handle.row not in said
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


async def test_without_redis_everything_fails_at_once_and_works_again_when_it_is_back(
    store: SharedStore, own_server: Server
) -> None:
    handle = await say(store, b"state")
    own_server.kill()
    for act in ACTS.values():
        await fails_at_once(act, store, handle)

    own_server.start()
    assert await heard(store) is None  # what it held was nowhere else
    await say(store, b"new")
    assert await heard(store) == b"new"


async def test_a_redis_that_hangs_is_given_up_soon(store: SharedStore, own_server: Server) -> None:
    handle = await say(store, b"state")
    own_server.ask("CLIENT", "PAUSE", "1500")
    for name in ("handle", "get"):
        await fails_at_once(ACTS[name], store, handle)

    await asyncio.sleep(1)
    assert await heard(store) == b"state"


async def test_a_redis_without_room_keeps_nothing_until_it_has_some(
    store: SharedStore, own_server: Server
) -> None:
    handle = await store.handle(TOKEN)
    own_server.ask("CONFIG", "SET", "maxmemory", "1mb")
    await fails_at_once(ACTS["put"], store, handle)
    await fails_at_once(ACTS["handle"], store, handle)

    own_server.ask("CONFIG", "SET", "maxmemory", "256mb")
    await say(store, b"state")
    assert await heard(store) == b"state"


async def test_a_full_redis_drops_conversations_before_salts(
    store: SharedStore, own_server: Server
) -> None:
    await say(store, b"state")
    room = own_server.ask("INFO", "memory")["used_memory"] + 400_000
    own_server.ask("CONFIG", "SET", "maxmemory", str(room))
    for number in range(300):
        handle = await say(store, b"state", number.to_bytes(32, "big"))

    assert await store.has(handle)
    assert len(own_server.rows()) < 300
    assert len(own_server.names()) == len(own_server.rows()) + 1


WRONG = {
    'save "3600 1"': 'save ""',
    "appendonly yes": "appendonly no",
    "slowlog-log-slower-than 10000": "slowlog-log-slower-than -1",
    "maxmemory-policy allkeys-lru": "maxmemory-policy volatile-ttl",
    "maxmemory-policy noeviction": "maxmemory-policy volatile-ttl",
}


@pytest.mark.parametrize("line", WRONG)
async def test_a_redis_that_would_keep_or_betray_is_refused_whenever_it_comes(
    store: SharedStore, own_server: Server, line: str
) -> None:
    await say(store, b"state")
    own_server.kill()
    own_server.start(line)
    await asyncio.sleep(0.05)  # until the node hears that its connection has ended
    for _ in range(2):
        with pytest.raises(Refused, match=re.escape(f"set in its redis.conf: {WRONG[line]}.")):
            await say(store, b"state")

    assert own_server.names() == []


async def test_a_redis_that_doesnt_show_its_settings_is_refused(
    store: SharedStore, own_server: Server
) -> None:
    own_server.ask("ACL", "SETUSER", "default", "-config|get")

    with pytest.raises(Refused, match=r"\+config\|get"):
        await store.check()


async def test_a_wrong_password_is_no_way_in_and_is_not_shown(
    own_server: Server,
) -> None:
    own_server.ask("ACL", "SETUSER", "default", "resetpass", ">right")
    wrong = SharedStore(own_server.url.replace("unix://", "unix://:wrong@"), IDLE, LIFETIME)
    with pytest.raises(StateUnavailable) as failed:
        await wrong.check()
    await wrong.close()

    assert "wrong" not in str(failed.value)
    right = SharedStore(own_server.url.replace("unix://", "unix://:right@"), IDLE, LIFETIME)
    await right.check()
    assert "right" not in repr(right)
    await right.close()
