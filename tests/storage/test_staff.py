"""bot.storage.staff on a real SQLite file: accounts, codes that count once, and the trail."""

from __future__ import annotations

import base64
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from bot.errors import (
    BadInvitation,
    BadName,
    BadSetting,
    CannotOpen,
    ClosedName,
    PasskeyRefused,
    UnknownAccount,
)
from bot.storage.database import bring_up_to_date, go_back, open_engine
from bot.storage.staff.codes import digest_of, new_code, step_of
from bot.storage.staff.people import (
    Account,
    NewPasskey,
    NewPassword,
    Role,
    checked_name,
    moment,
    stamp,
)
from bot.storage.staff.sealing import Safe, Work, hashed, matches, new_key, read_key
from bot.storage.staff.store import INVITED, StaffStore
from bot.storage.staff.tables import Tables
from bot.storage.staff.trail import Act

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=30)
PASSWORD = "correct horse battery"
KEY = bytes(range(32))
LIGHT = Work(memory_kib=64, iterations=1, lanes=1)
PASSKEY = NewPasskey(b"id of a passkey", b"public key", 0, "telephone")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "staff.sqlite"


@pytest.fixture
def store(database: Path) -> Iterator[StaffStore]:
    made = StaffStore(f"sqlite:///{database}", KEY, LIGHT)
    yield made
    made.close_engine()


def accepted(
    store: StaffStore, name: str = "ana", *roles: Role, is_again: bool = False
) -> tuple[Account, pyotp.TOTP]:
    """Return a new account with a password, and its code app."""
    code = store.invite(name, roles or (Role.AUTHOR,), "shell", NOON, is_again=is_again)
    secret = store.safe.code_secret(code)
    app = pyotp.TOTP(secret)
    chosen = NewPassword(PASSWORD, secret, app.timecode(NOON))
    return store.accept(code, chosen, NOON), app


def run(database: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Change the database by hand."""
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement, values).fetchall()


# ---------- signing in ----------


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


# ---------- coming and going ----------


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


# ---------- what is kept ----------


def test_neither_password_nor_code_nor_secret_is_in_the_database(
    store: StaffStore, database: Path
) -> None:
    code = store.invite("ana", [Role.AUTHOR], "shell", NOON)
    secret = store.safe.code_secret(code)
    store.accept(code, NewPassword(PASSWORD, secret, 1), NOON)
    later = store.invite("ben", [Role.AUTHOR], "shell", NOON)
    store.close_engine()

    kept = database.read_bytes()
    raw = base64.b32decode(secret)
    for what in (PASSWORD, code, code.replace("-", ""), later, later.replace("-", ""), secret):
        assert what.encode() not in kept
    assert raw not in kept
    assert b"$argon2id$" in kept


def test_a_database_made_with_another_key_is_refused_at_the_start(
    store: StaffStore, database: Path
) -> None:
    accepted(store)

    with pytest.raises(BadSetting, match="QUIETLINE_STAFF_KEY is not the key"):
        StaffStore(f"sqlite:///{database}", bytes(32), LIGHT)


def test_what_is_sealed_opens_in_its_own_place_only() -> None:
    safe = Safe(KEY)
    sealed = safe.seal("secret", b"here")

    assert safe.unseal(sealed, b"here") == "secret"
    for other, place in ((safe, b"there"), (Safe(bytes(32)), b"here")):
        with pytest.raises(CannotOpen):
            other.unseal(sealed, place)


def test_the_work_of_a_guess_is_what_rfc_9106_advises() -> None:
    phc = hashed(PASSWORD, Work())

    assert phc.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert matches(PASSWORD, phc)
    assert not matches(PASSWORD + " ", phc)


def test_an_unknown_name_is_held_against_a_hash_of_the_same_work(
    store: StaffStore, database: Path
) -> None:
    accepted(store)
    [(kept,)] = run(database, "select password from account")

    assert store._nobodys_password.split("$")[:4] == str(kept).split("$")[:4]


def test_a_password_is_the_same_however_the_keyboard_composes_it() -> None:
    assert matches("cafe\u0301 au lait", hashed("caf\u00e9 au lait", LIGHT))


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "staff.key"
    first, second = read_key({}, path), read_key({}, path)

    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_key_of_the_environment_counts_first(tmp_path: Path) -> None:
    key = new_key()

    assert read_key({"QUIETLINE_STAFF_KEY": key}, tmp_path / "none") == (
        base64.b64decode(key),
        False,
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("key", ["short", "!" * 44, base64.b64encode(bytes(31)).decode()])
def test_what_is_no_key_is_one_clear_sentence(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadSetting, match=r"^QUIETLINE_STAFF_KEY must hold a key; make one with"):
        read_key({"QUIETLINE_STAFF_KEY": key}, tmp_path / "none")


def test_codes_of_invitations_are_long_and_forgive_how_they_are_typed() -> None:
    code = new_code()

    assert len(code.replace("-", "")) == 24
    assert len({new_code() for _ in range(100)}) == 100
    assert digest_of(code) == digest_of(f" {code.lower().replace('-', ' ')} ")
    assert digest_of(code) != digest_of(code[:-1])


# ---------- the trail ----------


def test_every_change_has_a_line(store: StaffStore) -> None:
    account, _ = accepted(store)
    store.give_roles("ana", [Role.SIGNER], "ada", NOON)
    store.change_password(account.id, "another long password", NOON)
    store.change_code(account.id, pyotp.random_base32(), 1, NOON)
    store.add(account.id, PASSKEY, NOON)
    store.remove_passkey(account.id, PASSKEY.id, NOON)
    store.invite("ben", [Role.AUTHOR], "ada", NOON)
    store.withdraw("ben", "ada", NOON)
    store.withdraw("ben", "ada", NOON)
    store.close("ana", "ada", NOON)

    told = [(line.who, line.what, line.item) for line in reversed(store.lines("2026-11"))]
    assert told == [
        ("shell", "invited", "ana"),
        ("ana", "accepted", "ana"),
        ("ada", "changed roles", "ana"),
        ("ana", "changed password", "ana"),
        ("ana", "changed code app", "ana"),
        ("ana", "added passkey", "ana"),
        ("ana", "removed passkey", "ana"),
        ("ada", "invited", "ben"),
        ("ada", "withdrew", "ben"),
        ("ada", "closed", "ana"),
    ]


def test_the_trail_comes_by_month(store: StaffStore) -> None:
    store.note(Act("ada", "downloaded", "a.csv"), NOON)
    store.note(Act("ada", "downloaded", "b.csv"), NOON + timedelta(days=30))

    assert store.months() == ["2026-12", "2026-11"]
    assert [line.item for line in store.lines("2026-11")] == ["a.csv"]
    assert store.lines("2026-1%") == []


def test_an_untouched_trail_is_whole(store: StaffStore) -> None:
    assert store.check().broken_at is None
    for number in range(5):
        store.note(Act("ada", "downloaded", f"{number}.csv"), NOON)

    assert (store.check().lines, store.check().broken_at) == (5, None)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("update audit set who = 'eve' where number = 2", 2),
        ("update audit set made = '2026-11-24T12:00:00Z' where number = 3", 3),
        ("update audit set before = after, after = before where number = 3", 3),
        ("delete from audit where number = 1", 1),
        ("delete from audit where number = 3", 3),
        ("delete from audit where number = 5", 5),
        ("delete from audit", 1),
        ("update audit set number = 9 where number = 4", 4),
        ("delete from audit_end", 6),
        ("insert into audit select 6, made, who, what, item, before, after, digest, digest "
         "from audit where number = 5", 6),
    ],
)  # fmt: skip
def test_a_trail_changed_by_hand_is_broken_at_that_line(
    store: StaffStore, database: Path, statement: str, broken_at: int
) -> None:
    for number in range(5):
        store.note(Act("ada", "changed roles", f"{number}", "author", "signer"), NOON)
    run(database, statement)

    assert store.check().broken_at == broken_at


def test_lines_of_several_threads_make_one_chain(store: StaffStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        for each in [
            threads.submit(store.note, Act("ada", "downloaded", f"{number}"), NOON)
            for number in range(20)
        ]:
            each.result()

    assert (store.check().lines, store.check().broken_at) == (20, None)


# ---------- the database ----------


def test_the_tables_are_those_of_the_migrations(database: Path) -> None:
    engine = open_engine(f"sqlite:///{database}", "QUIETLINE_STAFF_DATABASE")
    bring_up_to_date(engine, "staff")
    plain = create_engine("sqlite://")
    Tables.metadata.create_all(plain)

    wanted = {
        table.name: {column.name: bool(column.nullable) for column in table.columns}
        for table in Tables.metadata.tables.values()
    }
    found = {
        name: {
            column: not is_needed
            for column, is_needed in run(
                database, 'select name, "notnull" or pk from pragma_table_info(?)', name
            )
        }
        for name in wanted
    }
    assert found == wanted
    engine.dispose()
    plain.dispose()


def test_going_back_to_the_beginning_leaves_no_table(store: StaffStore, database: Path) -> None:
    accepted(store)
    engine = open_engine(f"sqlite:///{database}", "QUIETLINE_STAFF_DATABASE")
    go_back(engine, "staff", "base")

    assert run(database, "select name from sqlite_master where type = 'table'") == [
        ("staff_version",)
    ]
    engine.dispose()


@pytest.mark.slow
def test_on_postgresql_a_code_counts_once_and_lines_make_one_chain(
    new_postgresql_database: str,
) -> None:
    store = StaffStore(new_postgresql_database, KEY, LIGHT)
    account, app = accepted(store)
    account = store.add(account.id, PASSKEY, NOON)
    code = app.at(LATER)
    with ThreadPoolExecutor(4) as threads:
        tried = [threads.submit(store.sign_in, "ana", PASSWORD, code, LATER) for _ in range(8)]
        noted = [
            threads.submit(store.note, Act("ada", "downloaded", f"{number}"), NOON)
            for number in range(20)
        ]
        done = [each.result() for each in (*tried, *noted)]
    store.close("ana", "shell", LATER)
    again, _ = accepted(store, is_again=True)

    assert sum(each is not None for each in done) == 1
    assert (store.check().lines, store.check().broken_at) == (26, None)
    assert store.lines("2026-11")[0].what == "accepted"
    assert store.months() == ["2026-11"]
    assert again.closed is None
    assert store.account_of_passkey(PASSKEY.id) is None
    store.close_engine()


def test_a_database_that_is_gone_is_a_clear_sentence_and_comes_back_whole(
    store: StaffStore, database: Path
) -> None:
    account, _ = accepted(store)
    away = database.rename(database.with_suffix(".away"))
    with pytest.raises(BadSetting, match="QUIETLINE_STAFF_DATABASE can't be opened"):
        store.account(account.id)
    away.rename(database)

    assert store.account(account.id) == account
