"""The staff's database: its tables, PostgreSQL, and what is said when it is gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.errors import (
    BadSetting,
)
from bot.storage.database import bring_up_to_date, go_back, open_engine
from bot.storage.staff.store import StaffStore
from bot.storage.staff.tables import Tables
from bot.storage.staff.trail import Act
from tests.storage.staff.conftest import KEY, LATER, LIGHT, NOON, PASSKEY, PASSWORD, accepted, run


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
