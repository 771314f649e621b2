"""bot.storage.sealed_redis: what only a shared store can do (test_redis_faults: what fails)."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bot.storage.sealed_redis import EPOCH_SECONDS, SALT_SECONDS, SharedStore
from bot.storage.sealing import Handle
from tests.redis_server import Server
from tests.seizure.marks import TOKEN as MARKED
from tests.seizure.marks import TYPED, WORD, found_in, marks
from tests.seizure.memory import Unreadable, found_in_memory

pytestmark = pytest.mark.slow

IDLE, LIFETIME = 30 * 60.0, 4 * 60 * 60.0
NOON = 3_000 * EPOCH_SECONDS + 6 * 60 * 60.0
TOKEN, OTHER = b"t" * 32, b"o" * 32


class Clock:
    """A node's wall clock; ``seconds`` may be moved."""

    def __init__(self, seconds: float = NOON) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def node(redis_server: Server) -> AsyncIterator[Callable[..., SharedStore]]:
    """Starts nodes that share one Redis, which was emptied."""
    nodes: list[SharedStore] = []

    def start(clock: Callable[[], float], idle: float = IDLE) -> SharedStore:
        nodes.append(SharedStore(redis_server.url, idle, LIFETIME, clock))
        return nodes[-1]

    yield start
    for one in nodes:
        await one.close()


@pytest.fixture
def store(node: Callable[..., SharedStore], clock: Clock) -> SharedStore:
    return node(clock)


async def say(store: SharedStore, state: bytes, token: bytes = TOKEN) -> Handle:
    """Keep ``state`` as a turn does."""
    handle = await store.handle(token)
    await store.put(handle, state)
    return handle


async def heard(store: SharedStore, token: bytes = TOKEN) -> bytes | None:
    return await store.get(await store.handle(token))


def row(handle: Handle) -> str:
    return f"quietline:row:{handle.row}"


async def test_two_nodes_hold_one_conversation(
    node: Callable[..., SharedStore], clock: Clock
) -> None:
    here, there = node(clock), node(clock)
    await say(here, b"said here")
    assert await heard(there) == b"said here"

    await say(there, b"said there")
    assert await heard(here) == b"said there"
    await here.forget(await here.handle(TOKEN))
    assert await heard(there) is None


async def test_what_is_forgotten_at_another_node_in_the_middle_of_a_turn_stays_forgotten(
    node: Callable[..., SharedStore], clock: Clock, redis_server: Server
) -> None:
    here, there = node(clock), node(clock)
    await say(here, b"said before")
    handle = await here.handle(TOKEN)
    await there.forget(await there.handle(TOKEN))
    await here.put(handle, b"said meanwhile")

    assert await heard(here) is None
    assert row(handle) not in redis_server.names()


async def test_nodes_that_start_at_once_agree_on_the_salt(
    node: Callable[..., SharedStore], clock: Clock, redis_server: Server
) -> None:
    handles = await asyncio.gather(*(node(clock).handle(TOKEN) for _ in range(20)))

    assert len(set(handles)) == 1
    assert len(redis_server.names()) == 1


async def test_every_key_has_an_expiry_from_the_command_on_that_makes_it(
    store: SharedStore, redis_server: Server
) -> None:
    redis_server.ask("CONFIG", "RESETSTAT")
    for number in range(5):
        await say(store, b"state", bytes([number]) * 32)
        assert min(redis_server.ask("PTTL", key) for key in redis_server.names()) > 0
    used = set(redis_server.ask("INFO", "commandstats"))

    assert "cmdstat_set" in used
    assert not [name for name in used if "expire" in name or "persist" in name]


async def test_a_row_ends_with_the_idle_time_or_the_lifetime_whichever_is_sooner(
    store: SharedStore, clock: Clock, redis_server: Server
) -> None:
    handle = await say(store, b"state")
    assert IDLE - 5 < redis_server.ask("TTL", row(handle)) <= IDLE

    while clock.seconds < NOON + LIFETIME - IDLE:
        clock.seconds += IDLE / 2
        await say(store, b"state")
    clock.seconds += IDLE - 10
    await store.put(handle, b"state")
    assert 0 < redis_server.ask("TTL", row(handle)) <= 10


async def test_nothing_but_salts_is_left_when_conversations_have_ended(
    node: Callable[..., SharedStore], redis_server: Server
) -> None:
    short = node(time.time, idle=0.3)
    for number in range(20):
        await say(short, b"state", bytes([number]) * 32)
    assert len(redis_server.rows()) == 20

    await asyncio.sleep(0.4)
    assert redis_server.rows() == []
    (salt,) = redis_server.names()
    assert 0 < redis_server.ask("TTL", salt) <= SALT_SECONDS


async def test_who_has_only_redis_cant_make_a_conversation_live_longer(
    store: SharedStore, clock: Clock, redis_server: Server
) -> None:
    handle = await say(store, b"state")
    redis_server.ask("PERSIST", row(handle))
    clock.seconds += IDLE + 1
    assert await heard(store) is None

    handle = await say(store, b"new")
    for _ in range(9):
        redis_server.ask("DEL", row(handle))  # in the middle of each turn
        clock.seconds += IDLE - 1
        await store.put(handle, b"new")
        redis_server.ask("PERSIST", row(handle))
    assert await store.get(handle) is None


async def test_an_old_row_that_is_hidden_for_a_moment_isnt_taken_for_a_new_conversation(
    store: SharedStore, clock: Clock, redis_server: Server
) -> None:
    handle = await say(store, b"state")
    copied = redis_server.ask("GET", row(handle))
    clock.seconds += IDLE / 2
    redis_server.ask("DEL", row(handle))
    new = await store.handle(TOKEN)
    redis_server.ask("SET", row(handle), copied)

    assert new.row == handle.row
    assert await store.get(new) is None


async def test_two_first_messages_at_once_are_one_conversation(
    node: Callable[..., SharedStore], clock: Clock
) -> None:
    store = node(clock)
    one = await store.handle(TOKEN)
    clock.seconds += 1
    other = await store.handle(TOKEN)
    await store.put(one, b"the first message")

    assert await store.get(other) == b"the first message"


async def test_an_earlier_value_that_is_put_back_opens_as_long_as_it_would_have_lived_and_no_longer(
    store: SharedStore, clock: Clock, redis_server: Server
) -> None:
    """What we can't prevent: with Redis alone, nobody can tell that there was a later one."""
    handle = await say(store, b"earlier")
    copied = redis_server.ask("GET", row(handle))
    await say(store, b"later")
    await store.forget(handle)
    redis_server.ask("SET", row(handle), copied)

    assert await heard(store) == b"earlier"
    clock.seconds += IDLE + 1
    assert await heard(store) is None


async def test_a_conversation_goes_on_while_the_salt_changes(
    store: SharedStore, clock: Clock, redis_server: Server
) -> None:
    clock.seconds = 3_000 * EPOCH_SECONDS - 1.0
    before = await say(store, b"state")
    clock.seconds += 2
    new = await say(store, b"another", OTHER)
    assert (await store.handle(TOKEN)).row == before.row
    await say(store, b"goes on")

    assert await heard(store) == b"goes on"
    assert await heard(store, OTHER) == b"another"
    assert len([key for key in redis_server.names() if b"salt" in key]) == 2
    clock.seconds += LIFETIME + 1
    assert (await store.handle(TOKEN)).row != before.row
    assert (await store.handle(OTHER)).row == new.row


async def test_nodes_whose_clocks_differ_find_a_conversation_across_the_change_of_salt(
    node: Callable[..., SharedStore],
) -> None:
    late = node(Clock(3_000 * EPOCH_SECONDS - 1.0))
    early = node(Clock(3_000 * EPOCH_SECONDS + 1.0))
    await say(early, b"said early")
    assert await heard(late) == b"said early"

    await say(late, b"said late", OTHER)
    assert await heard(early, OTHER) == b"said late"


async def test_when_a_clock_goes_back_conversations_are_forgotten_and_not_kept_longer(
    store: SharedStore, clock: Clock
) -> None:
    await say(store, b"state")
    clock.seconds -= 3_600

    assert await heard(store) is None


async def test_neither_token_nor_key_nor_words_are_in_what_redis_holds(
    store: SharedStore, redis_server: Server
) -> None:
    raw = base64.urlsafe_b64decode(MARKED + "=")
    handle = await say(store, f"{TYPED} {WORD}".encode(), raw)
    sought = marks([MARKED, base64.urlsafe_b64encode(handle.key).decode().rstrip("=")])
    assert found_in(redis_server.dumped(), sought) == {}

    assert redis_server.process
    try:
        assert found_in_memory(redis_server.process.pid, sought) == {}
    except Unreadable as reason:
        pytest.skip(str(reason))
