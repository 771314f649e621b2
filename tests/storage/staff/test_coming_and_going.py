"""Accounts: invited, invited anew, closed, and never without a way to sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    BadInvitation,
    BadName,
    ClosedName,
    UnknownAccount,
)
from bot.storage.staff.people import (
    NewPasskey,
    Role,
    checked_name,
    moment,
    stamp,
)
from bot.storage.staff.store import INVITED, StaffStore
from tests.storage.staff.conftest import LATER, NOON, PASSKEY, PASSWORD, accepted


def test_an_invitation_works_once(store: StaffStore) -> None:
    code = store.invite("ana", [Role.AUTHOR], "shell", NOON)
    store.accept(code, PASSKEY, NOON)

    with pytest.raises(BadInvitation):
        store.accept(code, NewPasskey(b"2", b"", 0, ""), NOON)


def test_an_invitation_works_for_seven_days(store: StaffStore) -> None:
    code = store.invite("ana", [Role.AUTHOR], "shell", NOON)

    assert store.invitation(code, NOON + INVITED - timedelta(seconds=1)).name == "ana"
    with pytest.raises(BadInvitation):
        store.invitation(code, NOON + INVITED)
    assert store.invitations(NOON + INVITED) == []


def test_a_second_invitation_makes_the_first_void(store: StaffStore) -> None:
    first, second = (store.invite("ana", [Role.AUTHOR], "shell", NOON) for _ in range(2))
    with pytest.raises(BadInvitation):
        store.invitation(first, NOON)

    assert store.invitation(second.lower().replace("-", " "), NOON).name == "ana"


def test_who_is_invited_anew_loses_the_earlier_ways_to_sign_in(store: StaffStore) -> None:
    account, app = accepted(store)
    account = store.add(account.id, PASSKEY, NOON)
    again = store.accept(
        store.invite("ana", [Role.SIGNER], "ada", NOON), NewPasskey(b"2", b"", 0, ""), NOON
    )

    assert (again.id, again.roles) == (account.id, {Role.SIGNER})
    assert again.generation > account.generation
    assert store.sign_in("ana", PASSWORD, app.at(LATER), LATER) is None
    assert store.account_of_passkey(PASSKEY.id) is None


def test_until_an_invitation_is_accepted_nothing_changes(store: StaffStore) -> None:
    account, app = accepted(store)
    store.invite("ana", [Role.ADMINISTRATOR], "ada", NOON)

    assert store.sign_in("ana", PASSWORD, app.at(LATER), LATER) == account


def test_a_closed_account_signs_in_no_more_and_can_be_invited_anew(store: StaffStore) -> None:
    account, app = accepted(store)
    store.close("ana", "shell", NOON)

    assert store.sign_in("ana", PASSWORD, app.at(LATER), LATER) is None
    assert store.account(account.id) is None
    assert store.account_of_passkey(PASSKEY.id) is None
    with pytest.raises(UnknownAccount):
        store.close("ana", "shell", NOON)
    with pytest.raises(ClosedName, match="same person"):
        store.invite("Ana", [Role.SIGNER], "shell", NOON)
    code = store.invite("ana", [Role.AUTHOR], "shell", NOON, is_again=True)
    again = store.accept(code, PASSKEY, NOON)
    assert again.closed is None
    assert again.generation > account.generation


@pytest.mark.parametrize("name", ["shell", "Nobody "])
def test_names_that_the_trail_uses_itself_are_nobodys(store: StaffStore, name: str) -> None:
    with pytest.raises(BadName, match="choose another name"):
        store.invite(name, [Role.ADMINISTRATOR], "ada", NOON)


def test_the_only_way_to_sign_in_stays(store: StaffStore) -> None:
    account = store.accept(store.invite("ana", [Role.AUTHOR], "shell", NOON), PASSKEY, NOON)

    assert len(store.remove_passkey(account.id, PASSKEY.id, NOON).passkeys) == 1
    store.add(account.id, NewPasskey(b"2", b"", 0, ""), NOON)
    assert len(store.remove_passkey(account.id, PASSKEY.id, NOON).passkeys) == 1


def test_every_change_of_ways_to_sign_in_begins_a_generation(store: StaffStore) -> None:
    account, _ = accepted(store)
    after = [
        store.change_password(account.id, "another long password", NOON),
        store.change_code(account.id, pyotp.random_base32(), 1, NOON),
        store.add(account.id, PASSKEY, NOON),
        store.remove_passkey(account.id, PASSKEY.id, NOON),
    ]

    generations = [account.generation, *(each.generation for each in after)]
    assert generations == sorted(set(generations))


@pytest.mark.parametrize("name", ["", "a", "a b", "-ana", "a" * 41, "a@example.org", "<b>ana"])
def test_what_is_no_name_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(BadName, match=r"^A name has .*\.$"):
        checked_name(name)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_moments_are_kept_to_the_second(given_: datetime) -> None:
    assert moment(stamp(given_)) == given_.replace(microsecond=0)
