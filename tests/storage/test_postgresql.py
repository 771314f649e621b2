"""What only PostgreSQL does: drivers, a server that is stopped, and batches at once."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import BadSetting
from bot.statistics.counts import Count
from bot.storage.counters import SqlCountStore
from bot.storage.database import open_engine
from bot.storage.ledger import SqlLedger
from tests.postgresql import Server, running_postgresql

pytestmark = pytest.mark.slow

MONDAY = date(2026, 11, 23)


def test_the_server_is_a_real_one_and_doesnt_run_as_root(
    postgresql_server: Server, new_postgresql_database: str
) -> None:
    engine = open_engine(new_postgresql_database, "QUIETLINE_DATABASE")
    with engine.begin() as connection:
        version = str(connection.scalar(text("SELECT version()")))
    process = int((postgresql_server.folder / "data" / "postmaster.pid").read_text().split()[0])

    assert version.startswith("PostgreSQL 18")
    assert Path(f"/proc/{process}").stat().st_uid != 0


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_an_address_works_whichever_driver_it_names(
    new_postgresql_database: str, driver: str
) -> None:
    address = new_postgresql_database.replace("postgresql", driver, 1)

    with closing(SqlCountStore(address)) as store:
        store.add([Count(MONDAY, "locale", "en", 1)])
        assert store.all() == [Count(MONDAY, "locale", "en", 1)]


def test_a_server_that_was_stopped_is_one_clear_sentence_and_comes_back() -> None:
    with running_postgresql() as server:
        store, ledger = SqlCountStore(server.address), SqlLedger(server.address)
        store.add([Count(MONDAY, "locale", "en", 1)])
        server.stop()
        for refused in (store.all, ledger.draws, lambda: SqlCountStore(server.address)):
            with pytest.raises(BadSetting, match=r"^QUIETLINE_DATABASE can't be opened; "):
                refused()

        server.start()
        assert store.all() == [Count(MONDAY, "locale", "en", 1)]


def test_a_server_that_doesnt_answer_is_not_waited_for(new_postgresql_database: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadSetting):
        SqlCountStore("postgresql://192.0.2.1/statistics")  # an address that nobody has

    assert time.monotonic() - began < 6


def test_a_database_that_may_only_be_read_is_read_and_refuses_batches(
    new_postgresql_database: str,
) -> None:
    SqlCountStore(new_postgresql_database).close()
    read_only = f"{new_postgresql_database}&options=-c default_transaction_read_only=on"

    with closing(SqlLedger(read_only)) as ledger:
        assert ledger.draws() == ()
        assert ledger.counts() == []
    with pytest.raises(BadSetting):
        SqlCountStore(read_only).add([Count(MONDAY, "locale", "en", 1)])


def test_batches_at_once_all_arrive(new_postgresql_database: str) -> None:
    store = SqlCountStore(new_postgresql_database)
    cells = ["en", "de", "fr", "it"]

    def add(turn: int) -> None:
        order = cells[turn:] + cells[:turn]  # different orders would lock each other out
        store.add([Count(MONDAY, "locale", cell, 1) for cell in order])

    batches = [threading.Thread(target=add, args=(turn,)) for turn in range(4)]
    for each in batches:
        each.start()
    for each in batches:
        each.join(timeout=30)

    assert {count.cell: count.conversations for count in store.all()} == dict.fromkeys(cells, 4)


def test_no_connection_stays_open_between_two_batches(new_postgresql_database: str) -> None:
    store = SqlCountStore(new_postgresql_database)
    store.add([Count(MONDAY, "locale", "en", 1)])
    engine = open_engine(new_postgresql_database, "QUIETLINE_DATABASE")
    others = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid != pg_backend_pid()"
    )
    deadline = time.monotonic() + 10  # the server needs a moment to end them
    held = 1
    while held and time.monotonic() < deadline:
        with engine.begin() as connection:
            held = int(connection.scalar(text(others)) or 0)

    assert held == 0
