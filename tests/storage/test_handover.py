"""bot.storage.handover: only one key opens a summary, and its size says nothing."""

from __future__ import annotations

import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CannotOpen
from bot.storage.handover import (
    _SUITE,
    INFO,
    SEALED_SIZE,
    SIZE,
    _bytes,
    new_keys,
    seal,
    unseal,
)

PRIVATE, PUBLIC = new_keys()
fields = st.dictionaries(st.text(max_size=20), st.text(max_size=300), max_size=5)


@given(fields)
def test_what_was_sealed_comes_out_again_and_always_has_the_same_size(
    given_fields: dict[str, str],
) -> None:
    sealed = seal(given_fields, PUBLIC)

    assert len(sealed) == SEALED_SIZE
    assert unseal(sealed, PRIVATE) == given_fields


def test_two_seals_of_the_same_words_share_no_bytes() -> None:
    first, second = (seal({"note": "the same"}, PUBLIC) for _ in range(2))

    assert first != second
    assert b"the same" not in first


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        unseal(seal({"note": "a"}, PUBLIC), new_keys()[0])


@given(st.integers(0, SEALED_SIZE - 1))
def test_one_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(seal({"note": "a"}, PUBLIC))
    sealed[place] ^= 1

    with pytest.raises(CannotOpen):
        unseal(bytes(sealed), PRIVATE)


@given(st.binary(max_size=SEALED_SIZE))
def test_bytes_that_were_never_sealed_are_refused(anything: bytes) -> None:
    with pytest.raises(CannotOpen):
        unseal(anything, PRIVATE)


def test_keys_are_32_bytes_in_base64url_without_padding_and_may_come_with_it() -> None:
    assert all(re.fullmatch(r"[\w-]{43}", key, re.ASCII) for key in new_keys())
    assert unseal(seal({"note": "a"}, PUBLIC + "="), PRIVATE + "=") == {"note": "a"}


def test_fields_fit_to_the_last_byte_in_any_script_and_longer_ones_are_refused() -> None:
    room = SIZE - len(json.dumps({"note": ""}))
    fields = {"note": "щ" * (room // len("щ".encode()))}

    assert unseal(seal(fields, PUBLIC), PRIVATE) == fields
    with pytest.raises(ValueError, match=r"^too long$"):
        seal({"note": fields["note"] + "x"}, PUBLIC)


@pytest.mark.parametrize("plain", [b"5", b"null", b"[1]", b'{"code": {"a": 1}}', b"x"])
def test_sealed_bytes_that_hold_no_fields_are_refused(plain: bytes) -> None:
    public = X25519PrivateKey.from_private_bytes(_bytes(PRIVATE)).public_key()
    sealed = bytes(_SUITE.encrypt(plain.ljust(SIZE), public, INFO))

    with pytest.raises(CannotOpen):
        unseal(sealed, PRIVATE)
