"""bot.storage.sealing: only the visitor's token opens a state, and nothing shows through."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from bot.storage.sealing import NONCE, SALT, SMALLEST, Handle, derive, seal, unseal

TOKEN, OTHER = b"t" * 32, b"o" * 32
SALTED = secrets.token_bytes(SALT)

tokens = st.binary(min_size=32, max_size=32)


def handle(token: bytes = TOKEN) -> Handle:
    return derive(token, SALTED)


def test_row_and_key_are_derived_as_rfc_5869_says() -> None:
    extracted, info = hmac.digest(SALTED, TOKEN, "sha256"), b"quietline/state/1"
    row = hmac.digest(extracted, info + b"\x01", "sha256")
    key = hmac.digest(extracted, row + info + b"\x02", "sha256")

    assert handle() == Handle(row.hex(), key)
    assert handle().began == 0
    assert SALT == len(key) == 32


@given(tokens, st.binary(max_size=5_000))
def test_a_token_opens_what_was_sealed_under_it(token: bytes, state: bytes) -> None:
    assert unseal(handle(token), seal(handle(token), state)) == state


@given(tokens, tokens, st.binary(max_size=100))
def test_no_other_token_opens_it(token: bytes, other: bytes, state: bytes) -> None:
    assert other == token or unseal(handle(other), seal(handle(token), state)) is None


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_makes_it_unreadable(place: int, change: int) -> None:
    changed = bytearray(seal(handle(), b"state"))
    changed[place % len(changed)] ^= change

    assert unseal(handle(), bytes(changed)) is None


@given(st.binary(max_size=100))
@example(b"")
def test_what_was_never_sealed_opens_as_nothing(junk: bytes) -> None:
    assert unseal(handle(), junk) is None


@given(st.integers(0, SMALLEST + 27))
def test_what_was_cut_short_opens_as_nothing(length: int) -> None:
    assert unseal(handle(), seal(handle(), b"state")[:length]) is None


def test_the_right_key_at_another_row_opens_nothing() -> None:
    assert unseal(replace(handle(), row=handle(OTHER).row), seal(handle(), b"state")) is None


def test_the_row_without_the_key_opens_nothing() -> None:
    stranger = replace(handle(), key=secrets.token_bytes(32))

    assert unseal(stranger, seal(handle(), b"state")) is None


def test_another_salt_leads_to_another_row_and_opens_nothing() -> None:
    later = derive(TOKEN, secrets.token_bytes(SALT))

    assert later.row != handle().row
    assert unseal(later, seal(handle(), b"state")) is None


def test_sealing_the_same_state_twice_gives_different_bytes() -> None:
    assert seal(handle(), b"state") != seal(handle(), b"state")


@given(st.integers(0, SMALLEST - 4), st.integers(0, SMALLEST - 4))
def test_small_states_all_have_the_same_length(one: int, other: int) -> None:
    assert len(seal(handle(), b"x" * one)) == len(seal(handle(OTHER), b"x" * other))


@given(st.integers(0, 70_000))
@example(SMALLEST - 4)
@example(SMALLEST - 3)
def test_the_length_of_any_state_falls_on_a_power_of_two(length: int) -> None:
    padded = len(seal(handle(), b"x" * length)) - NONCE - 16  # AES-GCM's tag

    assert padded >= SMALLEST
    assert padded.bit_count() == 1
    assert padded >= length + 4
    assert padded == SMALLEST or padded // 2 < length + 4


def test_nothing_is_shown_of_a_handle() -> None:
    shown = f"{handle()} {handle()!r} {[handle()]}"

    assert handle().row not in shown
    assert handle().key.hex() not in shown
    assert repr(handle().key) not in shown
    assert repr(handle()) == "Handle(...)"


def test_the_row_says_nothing_about_the_token() -> None:
    assert len(bytes.fromhex(handle().row)) == 32
    assert TOKEN.hex() not in handle().row
    assert handle().key != bytes.fromhex(handle().row)
