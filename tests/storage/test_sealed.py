"""bot.storage.sealed: only the visitor's token opens a conversation, and not for long."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.storage import sealed
from bot.storage.sealed import SMALLEST, Handle, SealedStore

IDLE, LIFETIME = 30 * 60.0, 4 * 60 * 60.0
TOKEN, OTHER = b"t" * 32, b"o" * 32


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> SealedStore:
    return SealedStore(IDLE, LIFETIME, clock)


def new_store() -> SealedStore:
    return SealedStore(IDLE, LIFETIME, Clock())


def sealed_bytes(store: SealedStore, handle: Handle) -> bytes:
    return store._rows[handle.row].sealed


tokens = st.binary(min_size=32, max_size=32)


def test_row_and_key_are_derived_as_rfc_5869_says(store: SealedStore) -> None:
    extracted, info = hmac.digest(store._salt, TOKEN, "sha256"), b"quietline/state/1"
    row = hmac.digest(extracted, info + b"\x01", "sha256")
    key = hmac.digest(extracted, row + info + b"\x02", "sha256")

    assert store.handle(TOKEN) == Handle(row.hex(), key)
    assert len(store._salt) == len(key)


@given(tokens, st.binary(max_size=5_000))
def test_a_token_opens_what_was_stored_under_it(token: bytes, state: bytes) -> None:
    store = new_store()
    store.put(store.handle(token), state)

    assert store.get(store.handle(token)) == state


@given(tokens, tokens, st.binary(max_size=100))
def test_no_other_token_opens_it(token: bytes, other: bytes, state: bytes) -> None:
    store = new_store()
    store.put(store.handle(token), state)

    assert other == token or store.get(store.handle(other)) is None
    assert other == token or not store.has(store.handle(other))


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_makes_it_unreadable(place: int, change: int) -> None:
    store = new_store()
    handle = store.handle(TOKEN)
    store.put(handle, b"state")
    row = store._rows[handle.row]
    changed = bytearray(row.sealed)
    changed[place % len(changed)] ^= change
    store._rows[handle.row] = replace(row, sealed=bytes(changed))

    assert store.get(handle) is None


def test_the_right_key_at_another_row_opens_nothing(store: SealedStore) -> None:
    mine, other = store.handle(TOKEN), store.handle(OTHER)
    store.put(mine, b"state")
    store._rows[other.row] = store._rows[mine.row]

    assert store.get(Handle(other.row, mine.key)) is None
    assert store.get(other) is None


def test_the_row_without_the_key_opens_nothing(store: SealedStore) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"state")

    assert store.get(Handle(handle.row, secrets.token_bytes(32))) is None


def test_a_new_process_opens_nothing_of_an_earlier_one() -> None:
    first, second = new_store(), new_store()
    first.put(first.handle(TOKEN), b"state")
    second._rows = first._rows

    assert second.get(second.handle(TOKEN)) is None
    assert first.handle(TOKEN) != second.handle(TOKEN)


def test_a_state_takes_the_place_of_the_one_before(store: SealedStore) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"first")
    store.put(handle, b"second")

    assert store.get(handle) == b"second"
    assert len(store._rows) == 1


def test_sealing_the_same_state_twice_gives_different_bytes(store: SealedStore) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"state")
    before = sealed_bytes(store, handle)
    store.put(handle, b"state")

    assert sealed_bytes(store, handle) != before


def test_a_conversation_is_forgotten_when_it_idles(store: SealedStore, clock: Clock) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"state")
    clock.seconds += IDLE
    assert store.has(handle)

    clock.seconds += 1
    assert store.get(handle) is None
    assert not store.has(handle)


def test_each_message_begins_the_idle_time_anew(store: SealedStore, clock: Clock) -> None:
    handle = store.handle(TOKEN)
    for _ in range(4):
        store.put(handle, b"state")
        clock.seconds += IDLE - 1

    assert store.has(handle)


def test_only_looking_doesnt_begin_the_idle_time_anew(store: SealedStore, clock: Clock) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"state")
    clock.seconds += IDLE - 1
    store.get(handle)
    clock.seconds += 2

    assert not store.has(handle)


def test_a_conversation_is_forgotten_at_the_end_of_its_lifetime_whatever_happens(
    store: SealedStore, clock: Clock
) -> None:
    handle, began = store.handle(TOKEN), clock.seconds
    while clock.seconds - began <= LIFETIME:
        store.put(handle, b"state")
        clock.seconds += IDLE / 2

    assert store.get(handle) is None


def test_a_conversation_that_begins_again_has_a_new_lifetime(
    store: SealedStore, clock: Clock
) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"state")
    clock.seconds += LIFETIME + 1
    store.put(handle, b"new")
    clock.seconds += IDLE

    assert store.get(handle) == b"new"


def test_to_forget_deletes_at_once_and_only_this_conversation(store: SealedStore) -> None:
    mine, other = store.handle(TOKEN), store.handle(OTHER)
    store.put(mine, b"mine")
    store.put(other, b"other")
    store.forget(mine)
    store.forget(mine)

    assert store.get(mine) is None
    assert store.get(other) == b"other"


def test_a_sweep_deletes_what_is_over_without_being_asked_for_it(
    store: SealedStore, clock: Clock
) -> None:
    store.put(store.handle(TOKEN), b"old")
    clock.seconds += IDLE + 1
    store.put(store.handle(OTHER), b"new")
    store.sweep()

    assert list(store._rows) == [store.handle(OTHER).row]


@given(st.integers(0, SMALLEST - 4), st.integers(0, SMALLEST - 4))
def test_small_states_all_have_the_same_length(one: int, other: int) -> None:
    store = new_store()
    handles = [store.handle(TOKEN), store.handle(OTHER)]
    for handle, length in zip(handles, (one, other), strict=True):
        store.put(handle, b"x" * length)

    first, second = (sealed_bytes(store, handle) for handle in handles)
    assert len(first) == len(second)


@given(st.integers(0, 70_000))
@example(SMALLEST - 4)
@example(SMALLEST - 3)
def test_the_length_of_any_state_falls_on_a_power_of_two(length: int) -> None:
    store = new_store()
    handle = store.handle(TOKEN)
    store.put(handle, b"x" * length)
    padded = len(sealed_bytes(store, handle)) - sealed.NONCE - 16  # AES-GCM's tag

    assert padded >= SMALLEST
    assert padded.bit_count() == 1
    assert padded >= length + 4
    assert padded == SMALLEST or padded // 2 < length + 4


def test_when_it_is_full_the_longest_idle_goes_first(
    store: SealedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "MOST_ROWS", 2)
    handles = [store.handle(bytes([number]) * 32) for number in range(3)]
    store.put(handles[0], b"0")
    store.put(handles[1], b"1")
    store.put(handles[0], b"0 again")
    store.put(handles[2], b"2")

    assert [store.has(handle) for handle in handles] == [True, False, True]


def test_nothing_is_shown_of_a_handle_or_a_store(store: SealedStore) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"a word that nobody may see")
    shown = f"{handle} {handle!r} {store} {store!r} {[handle]}"

    assert handle.row not in shown
    assert handle.key.hex() not in shown
    assert repr(handle.key) not in shown
    assert "word" not in shown
    assert repr(handle) == "Handle(...)"


def test_the_row_says_nothing_about_the_token(store: SealedStore) -> None:
    handle = store.handle(TOKEN)

    assert len(bytes.fromhex(handle.row)) == 32
    assert TOKEN.hex() not in handle.row
    assert handle.key != bytes.fromhex(handle.row)


def test_the_state_is_nowhere_in_what_lies_in_memory(store: SealedStore) -> None:
    handle = store.handle(TOKEN)
    store.put(handle, b"a word that nobody may see")

    assert b"word" not in sealed_bytes(store, handle)
