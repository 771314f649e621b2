"""The history of the statistics database, up and down, with rows in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    inspect,
    text,
)
from sqlalchemy.exc import IntegrityError

from bot.errors import BadSetting, BrokenLedger
from bot.settings import ROOT
from bot.statistics.counts import Count
from bot.statistics.events import VERSION
from bot.statistics.ledger import next_draw
from bot.statistics.runs import BEGINNING, Run
from bot.storage.counters import SqlCountStore
from bot.storage.database import bring_up_to_date, go_back, open_engine
from bot.storage.ledger import SqlLedger
from bot.storage.tables import Tables

MONDAY, NEXT = date(2026, 11, 23), date(2026, 11, 30)
FIRST = Table(
    "weekly_count",
    MetaData(),
    Column("week", Date, primary_key=True),
    Column("table", String, primary_key=True),
    Column("cell", String, primary_key=True),
    Column("conversations", Integer, nullable=False),
    CheckConstraint("conversations > 0", name="conversations_is_positive"),
)
"""What the product made before its tables had versions."""

OLD = {"week": MONDAY, "table": "language", "cell": "de", "conversations": 3}

OPEN_WHEN_TOLD = """
import sys
from bot.storage.counters import SqlCountStore
print("ready", flush=True)
sys.stdin.readline()
SqlCountStore(sys.argv[1]).all()
"""


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    opened = open_engine(address, "QUIETLINE_DATABASE")
    yield opened
    opened.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def put(engine: Engine, row: dict[str, Any]) -> None:
    values = ", ".join(f":{name}" for name in row)
    names = ", ".join(f'"{name}"' for name in row)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO weekly_count ({names}) VALUES ({values})"), row)


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.begin() as connection:
        found = connection.execute(
            text('SELECT * FROM weekly_count ORDER BY "table", cell').columns(week=Date)
        )
        return [tuple(row) for row in found]


def draw(engine: Engine) -> None:
    with closing(SqlLedger(engine.url.render_as_string(hide_password=False))) as ledger:
        ledger.append([next_draw(None, MONDAY, "locale", 2, 0.25, {"en": 4})])


def test_a_new_database_gets_the_tables_that_the_code_expects(engine: Engine) -> None:
    bring_up_to_date(engine, "statistics")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "statistics_version"}
        )
        assert compare_metadata(context, Tables.metadata) == []


def test_opening_it_again_changes_nothing(engine: Engine, address: str) -> None:
    found = set()
    for _ in range(2):
        with closing(SqlLedger(address)) as ledger:
            found.add((ledger.id, ledger.is_synthetic))

    assert len(found) == 1
    identity, is_synthetic = found.pop()
    assert len(bytes.fromhex(identity)) == 16
    assert not is_synthetic


def test_version_1_up_makes_the_table_of_counts(engine: Engine) -> None:
    bring_up_to_date(engine, "statistics", "0001")
    put(engine, OLD)

    assert rows(engine) == [(MONDAY, "language", "de", 3)]
    with pytest.raises(IntegrityError):
        put(engine, OLD | {"cell": "fr", "conversations": 0})


def test_version_1_up_adopts_a_table_that_was_made_without_a_version(engine: Engine) -> None:
    FIRST.metadata.create_all(engine)
    put(engine, OLD)
    bring_up_to_date(engine, "statistics", "0001")

    assert rows(engine) == [(MONDAY, "language", "de", 3)]


def test_version_1_down_leaves_no_table_of_ours(engine: Engine) -> None:
    bring_up_to_date(engine, "statistics", "0001")
    put(engine, OLD)
    go_back(engine, "statistics", "base")

    assert tables(engine) == {"statistics_version"}
    bring_up_to_date(engine, "statistics")
    assert rows(engine) == []


def test_version_2_up_takes_counts_over_under_the_first_dictionary(engine: Engine) -> None:
    bring_up_to_date(engine, "statistics", "0001")
    put(engine, OLD)
    bring_up_to_date(engine, "statistics", "0002")

    assert rows(engine) == [(MONDAY, "language", "de", 1, 3)]
    put(engine, OLD | {"dictionary": 2, "conversations": -1})
    assert tables(engine) == {
        "statistics_version", "weekly_count", "draw", "noisy_count", "ledger",
    }  # fmt: skip


def test_a_database_without_a_version_keeps_its_counts_when_the_product_opens_it(
    engine: Engine, address: str
) -> None:
    FIRST.metadata.create_all(engine)
    put(engine, OLD)

    with closing(SqlCountStore(address)) as store:
        store.add([Count(MONDAY, "locale", "de", 1)])
        assert store.all() == [
            Count(MONDAY, "language", "de", 3), Count(MONDAY, "locale", "de", 1),
        ]  # fmt: skip
    with closing(SqlLedger(address)) as ledger:
        assert ledger.counts() == [Count(MONDAY, "locale", "de", 1)]
        assert ledger.dictionaries() == {MONDAY: {1, 2}}


def test_version_2_down_adds_dictionaries_up_and_drops_what_is_not_above_zero(
    engine: Engine,
) -> None:
    bring_up_to_date(engine, "statistics", "0002")
    for dictionary, cell, conversations in [(1, "de", 3), (2, "de", 2), (2, "fr", -1)]:
        put(engine, OLD | {"dictionary": dictionary, "cell": cell, "conversations": conversations})
    go_back(engine, "statistics", "0001")

    assert rows(engine) == [(MONDAY, "language", "de", 5)]
    assert tables(engine) == {"statistics_version", "weekly_count"}
    with pytest.raises(IntegrityError):
        put(engine, OLD | {"cell": "fr", "conversations": 0})
    bring_up_to_date(engine, "statistics")
    assert rows(engine) == [(MONDAY, "language", "de", 1, 5)]


def test_version_2_down_refuses_to_forget_a_draw(engine: Engine, address: str) -> None:
    bring_up_to_date(engine, "statistics")
    draw(engine)

    with pytest.raises(BrokenLedger, match="can't go back"):
        go_back(engine, "statistics", "0001")
    with closing(SqlLedger(address)) as ledger:
        assert len(ledger.draws()) == 1


def test_version_2_down_refuses_to_forget_that_counts_are_synthetic(
    engine: Engine, address: str
) -> None:
    SqlCountStore(address, synthetic=True).close()

    with pytest.raises(BrokenLedger, match="can't go back"):
        go_back(engine, "statistics", "0001")


def test_version_3_up_of_an_old_database_says_that_version_1_ran_from_the_beginning(
    engine: Engine, address: str
) -> None:
    FIRST.metadata.create_all(engine)  # without a row: what was counted is never asked

    with closing(SqlCountStore(address, today=MONDAY)), closing(SqlLedger(address)) as ledger:
        assert ledger.runs() == (Run(BEGINNING, 1), Run(MONDAY, VERSION))


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_version_3_up_does_the_same_from_every_version_before_it(
    engine: Engine, address: str, version: str
) -> None:
    bring_up_to_date(engine, "statistics", version)
    put(engine, OLD | ({"dictionary": 2} if version == "0002" else {}))

    with closing(SqlLedger(address)) as ledger:
        assert ledger.runs() == (Run(BEGINNING, 1),)
        assert ledger.dictionaries() == {MONDAY: {int(version)}}


def test_version_3_up_of_a_new_database_leaves_it_to_the_first_store(
    engine: Engine, address: str
) -> None:
    bring_up_to_date(engine, "statistics")

    with closing(SqlLedger(address)) as ledger:
        assert ledger.runs() == ()
        SqlCountStore(address, today=MONDAY).close()
        assert ledger.runs() == (Run(BEGINNING, VERSION),)


def test_version_3_down_forgets_the_runs_and_nothing_else_and_up_refuses_what_was(
    engine: Engine, address: str
) -> None:
    with closing(SqlCountStore(address, today=MONDAY)) as store:
        store.add([Count(MONDAY, "locale", "en", 3)])
    draw(engine)
    go_back(engine, "statistics", "0002")

    assert "dictionary_run" not in tables(engine)
    assert rows(engine) == [(MONDAY, "locale", "en", VERSION, 3)]
    with closing(SqlCountStore(address, today=NEXT)), closing(SqlLedger(address)) as ledger:
        assert ledger.runs() == (Run(BEGINNING, 1), Run(NEXT, VERSION))
        assert len(ledger.draws()) == 1


def test_a_table_of_a_week_has_one_draw_whoever_writes_it(engine: Engine) -> None:
    bring_up_to_date(engine, "statistics")
    draw(engine)

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO draw (number, week, "table", dictionary, epsilon, previous, digest) '
                'SELECT 2, week, "table", 2, 1.0, previous, digest FROM draw'
            )
        )


def test_two_histories_share_a_database_without_touching_each_other(engine: Engine) -> None:
    bring_up_to_date(engine, "staff")
    before = tables(engine)
    bring_up_to_date(engine, "statistics")
    go_back(engine, "statistics", "base")

    assert tables(engine) == before | {"statistics_version"}


def test_a_database_of_a_newer_product_is_refused(engine: Engine, address: str) -> None:
    bring_up_to_date(engine, "statistics")
    with engine.begin() as connection:
        connection.execute(text("UPDATE statistics_version SET version_num = '9999'"))

    with pytest.raises(BadSetting, match="made by a newer version"):
        SqlCountStore(address)


@pytest.mark.slow
def test_processes_that_open_a_new_database_at_once_all_succeed(address: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_WHEN_TOLD, address],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()

    assert [process.communicate(timeout=60)[1] for process in started] == ["", "", ""]
    with closing(SqlLedger(address)) as ledger:
        assert not ledger.is_synthetic
