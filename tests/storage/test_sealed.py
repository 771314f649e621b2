"""bot.storage: only the visitor's token opens a conversation, and not for long.

What holds for the store in memory holds for the one in Redis: each test runs with both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import pytest

from bot.settings import read
from bot.storage import sealed
from bot.storage.sealed import SealedStore
from bot.storage.sealed_redis import SharedStore
from bot.storage.sealing import Handle
from bot.storage.states import States, states

IDLE, LIFETIME = 30 * 60.0, 4 * 60 * 60.0
TOKEN, OTHER = b"t" * 32, b"o" * 32


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class Kept:
    """A way to what lies in a store, past the store itself.

    Attributes:
        read: Returns the sealed bytes of a row.
        write: Puts bytes in their place.
        count: Tells how many rows there are.
    """

    read: Callable[[Handle], bytes]
    write: Callable[[Handle, bytes], object]
    count: Callable[[], int]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
async def both(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[tuple[States, Kept]]:
    if request.param == "memory":
        store = SealedStore(IDLE, LIFETIME, clock)
        yield store, kept_in_memory(store)
        await store.close()
        return
    server = request.getfixturevalue("redis_server")
    shared = SharedStore(server.url, IDLE, LIFETIME, clock)
    yield (
        shared,
        Kept(
            lambda handle: server.ask("GET", name(handle)),
            lambda handle, value: server.ask("SET", name(handle), value, "EX", "60"),
            lambda: len(server.rows()),
        ),
    )
    await shared.close()


@pytest.fixture
def store(both: tuple[States, Kept]) -> States:
    return both[0]


@pytest.fixture
def kept(both: tuple[States, Kept]) -> Kept:
    return both[1]


@pytest.fixture
def in_memory(clock: Clock) -> SealedStore:
    return SealedStore(IDLE, LIFETIME, clock)


def kept_in_memory(store: SealedStore) -> Kept:
    rows = store._rows

    def write(handle: Handle, value: bytes) -> None:
        some = next(iter(rows.values()))
        rows[handle.row] = replace(rows.get(handle.row, some), sealed=value)

    return Kept(lambda handle: rows[handle.row].sealed, write, lambda: len(rows))


def name(handle: Handle) -> str:
    return f"quietline:row:{handle.row}"


def test_without_an_address_of_a_redis_conversations_are_kept_in_memory() -> None:
    assert type(states(read({}))) is SealedStore
    chosen = read({"QUIETLINE_STATE_URL": "redis://127.0.0.1:6379/0"})
    assert type(states(chosen)) is SharedStore


async def test_a_token_opens_what_was_stored_under_it(store: States) -> None:
    await store.check()
    await store.put(await store.handle(TOKEN), b"state")
    await store.sweep()

    assert await store.get(await store.handle(TOKEN)) == b"state"
    assert await store.has(await store.handle(TOKEN))


async def test_no_other_token_opens_it(store: States) -> None:
    await store.put(await store.handle(TOKEN), b"state")

    assert await store.get(await store.handle(OTHER)) is None
    assert not await store.has(await store.handle(OTHER))


async def test_a_changed_byte_makes_it_unreadable(store: States, kept: Kept) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"state")
    whole = kept.read(handle)
    for place in (0, 11, 12, 500, len(whole) - 1):
        kept.write(handle, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert await store.get(handle) is None


@pytest.mark.parametrize("junk", [b"", b"x", b"\0" * 12, b"\0" * 28, b"{}" * 5_000])
async def test_what_was_never_sealed_counts_as_none(store: States, kept: Kept, junk: bytes) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"state")
    kept.write(handle, junk)

    assert await store.get(await store.handle(TOKEN)) is None
    await store.put(handle, b"new")
    assert await store.get(await store.handle(TOKEN)) == b"new"


async def test_what_is_copied_to_another_row_opens_with_no_key(store: States, kept: Kept) -> None:
    mine, other = await store.handle(TOKEN), await store.handle(OTHER)
    await store.put(mine, b"state")
    kept.write(other, kept.read(mine))

    assert await store.get(replace(other, key=mine.key)) is None
    assert await store.get(other) is None


async def test_a_state_takes_the_place_of_the_one_before(store: States, kept: Kept) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"first")
    first = kept.read(handle)
    await store.put(handle, b"second")

    assert await store.get(handle) == b"second"
    assert kept.read(handle) != first
    assert kept.count() == 1


async def test_sealing_the_same_state_twice_gives_different_bytes(
    store: States, kept: Kept
) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"state")
    before = kept.read(handle)
    await store.put(handle, b"state")

    assert kept.read(handle) != before


async def test_states_of_any_usual_size_have_one_length(store: States, kept: Kept) -> None:
    lengths = set()
    for state in (b"", b"x", b"x" * 2_000):
        handle = await store.handle(TOKEN)
        await store.put(handle, state)
        lengths.add(len(kept.read(handle)))

    assert len(lengths) == 1


async def test_a_conversation_is_forgotten_when_it_idles(store: States, clock: Clock) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"state")
    clock.seconds += IDLE
    assert await store.has(handle)

    clock.seconds += 1
    assert await store.get(handle) is None
    assert not await store.has(handle)


async def test_each_message_begins_the_idle_time_anew(store: States, clock: Clock) -> None:
    for _ in range(4):
        await store.put(await store.handle(TOKEN), b"state")
        clock.seconds += IDLE - 1

    assert await store.has(await store.handle(TOKEN))


async def test_only_looking_doesnt_begin_the_idle_time_anew(store: States, clock: Clock) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"state")
    clock.seconds += IDLE - 1
    await store.get(handle)
    clock.seconds += 2

    assert not await store.has(handle)


async def test_a_conversation_is_forgotten_at_the_end_of_its_lifetime_whatever_happens(
    store: States, clock: Clock
) -> None:
    began = clock.seconds
    while clock.seconds - began <= LIFETIME:
        await store.put(await store.handle(TOKEN), b"state")
        clock.seconds += IDLE / 2

    assert await store.get(await store.handle(TOKEN)) is None


async def test_a_conversation_that_begins_again_has_a_new_lifetime(
    store: States, clock: Clock
) -> None:
    await store.put(await store.handle(TOKEN), b"state")
    clock.seconds += LIFETIME + 1
    await store.put(await store.handle(TOKEN), b"new")
    clock.seconds += IDLE

    assert await store.get(await store.handle(TOKEN)) == b"new"


async def test_what_is_forgotten_in_the_middle_of_a_turn_stays_forgotten(
    store: States, kept: Kept
) -> None:
    await store.put(await store.handle(TOKEN), b"said before")
    in_a_turn = await store.handle(TOKEN)
    await store.forget(await store.handle(TOKEN))
    await store.put(in_a_turn, b"said meanwhile")

    assert kept.count() == 0
    await store.put(await store.handle(TOKEN), b"said anew")
    assert await store.get(await store.handle(TOKEN)) == b"said anew"


async def test_to_forget_deletes_at_once_and_only_this_conversation(
    store: States, kept: Kept
) -> None:
    mine, other = await store.handle(TOKEN), await store.handle(OTHER)
    await store.put(mine, b"mine")
    await store.put(other, b"other")
    await store.forget(mine)
    await store.forget(mine)

    assert kept.count() == 1
    assert await store.get(mine) is None
    assert await store.get(other) == b"other"


async def test_the_state_is_nowhere_in_what_lies_in_memory(store: States, kept: Kept) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"a word that nobody may see")

    assert b"word" not in kept.read(handle)


async def test_nothing_is_shown_of_a_store(store: States) -> None:
    handle = await store.handle(TOKEN)
    await store.put(handle, b"a word that nobody may see")
    shown = f"{store} {store!r}"

    assert handle.row not in shown
    assert handle.key.hex() not in shown
    assert "word" not in shown


async def test_a_sweep_deletes_what_is_over_without_being_asked_for_it(
    in_memory: SealedStore, clock: Clock
) -> None:
    await in_memory.put(await in_memory.handle(TOKEN), b"old")
    clock.seconds += IDLE + 1
    await in_memory.put(await in_memory.handle(OTHER), b"new")
    await in_memory.sweep()

    assert list(in_memory._rows) == [(await in_memory.handle(OTHER)).row]


async def test_a_new_process_opens_nothing_of_an_earlier_one() -> None:
    first, second = (SealedStore(IDLE, LIFETIME, Clock()) for _ in range(2))
    await first.put(await first.handle(TOKEN), b"state")
    second._rows = first._rows

    assert await second.get(await second.handle(TOKEN)) is None
    assert await first.handle(TOKEN) != await second.handle(TOKEN)
    assert len(first._salt) == 32


async def test_when_it_is_full_the_longest_idle_goes_first(
    in_memory: SealedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "MOST_ROWS", 2)
    handles = [await in_memory.handle(bytes([number]) * 32) for number in range(3)]
    await in_memory.put(handles[0], b"0")
    await in_memory.put(handles[1], b"1")
    await in_memory.put(handles[0], b"0 again")
    await in_memory.put(handles[2], b"2")

    assert [await in_memory.has(handle) for handle in handles] == [True, False, True]
