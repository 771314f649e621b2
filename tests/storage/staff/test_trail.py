"""The trail: every change has a line, and a line that was changed is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from bot.storage.staff.people import (
    Role,
)
from bot.storage.staff.store import StaffStore
from bot.storage.staff.trail import Act
from tests.storage.staff.conftest import NOON, PASSKEY, accepted, run


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
