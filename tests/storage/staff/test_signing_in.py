"""Signing in: a name, a password and a code that counts once, or a passkey."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from bot.errors import (
    PasskeyRefused,
)
from bot.storage.staff.codes import step_of
from bot.storage.staff.people import (
    Role,
)
from bot.storage.staff.store import StaffStore
from tests.storage.staff.conftest import LATER, NOON, PASSKEY, PASSWORD, accepted


def test_the_right_name_password_and_code_sign_in(store: StaffStore) -> None:
    account, app = accepted(store)

    assert store.sign_in(" ANA ", PASSWORD, app.at(LATER), LATER) == account


@pytest.mark.parametrize("wrong", ["name", "password", "code"])
def test_nothing_tells_which_of_the_three_was_wrong(store: StaffStore, wrong: str) -> None:
    _, app = accepted(store)
    given_ = {"name": "ana", "password": PASSWORD, "code": app.at(LATER)}

    assert store.sign_in(**(given_ | {wrong: "000000"}), now=LATER) is None


def test_a_code_counts_once(store: StaffStore) -> None:
    _, app = accepted(store)
    code = app.at(LATER)

    assert store.sign_in("ana", PASSWORD, code, LATER) is not None
    assert store.sign_in("ana", PASSWORD, code, LATER) is None


def test_the_code_that_proved_the_app_does_not_sign_in(store: StaffStore) -> None:
    _, app = accepted(store)

    assert store.sign_in("ana", PASSWORD, app.at(NOON), NOON) is None


def test_a_code_counts_once_also_when_it_comes_many_times_at_once(store: StaffStore) -> None:
    _, app = accepted(store)
    code = app.at(LATER)
    with ThreadPoolExecutor(4) as threads:
        tried = [threads.submit(store.sign_in, "ana", PASSWORD, code, LATER) for _ in range(8)]
        done = [each.result() for each in tried]

    assert sum(account is not None for account in done) == 1


@pytest.mark.parametrize(("steps_off", "counts"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_one_step(steps_off: int, counts: bool) -> None:
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(NOON, counter_offset=steps_off)

    assert (step_of(secret, code, NOON) is not None) is counts


def test_an_account_with_passkeys_only_has_no_password_to_guess(store: StaffStore) -> None:
    code = store.invite("ana", [Role.AUTHOR], "shell", NOON)
    account = store.accept(code, PASSKEY, NOON)

    assert not account.has_password
    assert not store.has_password(account.id, "")
    assert store.sign_in("ana", "", "", NOON) is None


def test_a_passkey_that_counts_must_count_upward(store: StaffStore) -> None:
    code = store.invite("ana", [Role.AUTHOR], "shell", NOON)
    store.accept(code, PASSKEY, NOON)

    assert store.used_passkey(PASSKEY.id, 0)
    assert store.used_passkey(PASSKEY.id, 5)
    assert not store.used_passkey(PASSKEY.id, 5)
    assert not store.used_passkey(b"unknown", 6)


def test_a_passkey_belongs_to_one_account(store: StaffStore) -> None:
    store.accept(store.invite("ana", [Role.AUTHOR], "shell", NOON), PASSKEY, NOON)
    other = store.invite("ben", [Role.AUTHOR], "shell", NOON)
    with pytest.raises(PasskeyRefused):
        store.accept(other, PASSKEY, NOON)

    found = store.account_of_passkey(PASSKEY.id)
    assert found is not None
    assert found.name == "ana"
    assert [account.name for account in store.accounts()] == ["ana"]
    assert store.invitation(other, NOON).name == "ben"
