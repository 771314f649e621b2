"""bot.storage.database: what a statement may do in SQLite, whoever got it there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.errors import BadSetting
from bot.storage.database import History, bring_up_to_date, go_back, open_engine

SETTING = "QUIETLINE_PROGRESS_DATABASE"
HISTORIES: tuple[History, ...] = ("statistics", "staff", "studio", "progress")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "progress.sqlite"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{path}", SETTING)
    bring_up_to_date(opened, "progress")
    yield opened
    opened.dispose()


def run(engine: Engine, statement: str) -> object:
    """Run a statement outside of a transaction, as VACUUM and ATTACH want it."""
    with closing(engine.raw_connection()) as connection:
        return connection.cursor().execute(statement).fetchall()


def by_hand(path: Path, statement: str) -> object:
    """Run it as somebody who holds the file, without this product."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.parametrize(
    "statement",
    ["ATTACH '{other}' AS other", "ATTACH ':memory:' AS other", "DETACH main",
     "VACUUM", "VACUUM INTO '{other}'",
     "CREATE TRIGGER t AFTER INSERT ON kept BEGIN SELECT 1; END",
     "CREATE TEMP TRIGGER t AFTER INSERT ON kept BEGIN SELECT 1; END",
     "CREATE VIEW v AS SELECT * FROM kept", "CREATE TEMP TABLE t AS SELECT * FROM kept",
     "CREATE VIRTUAL TABLE v USING fts5(words)", "ANALYZE",
     "PRAGMA journal_mode = WAL", "PRAGMA SECURE_DELETE = OFF", "PRAGMA temp_store = FILE",
     "PRAGMA trusted_schema(ON)", "PRAGMA auto_vacuum = NONE", "PRAGMA writable_schema = ON",
     "PRAGMA temp_store_directory = '/tmp'", "PRAGMA wal_checkpoint", "PRAGMA optimize"],
)  # fmt: skip
def test_no_statement_reaches_another_file_or_takes_back_what_is_set(
    engine: Engine, path: Path, statement: str
) -> None:
    other = path.with_name("other.sqlite")
    with pytest.raises(sqlite3.DatabaseError, match="authoriz"):
        run(engine, statement.format(other=other))

    assert not other.exists()


@pytest.mark.parametrize("function", ["load_extension('x')", "LOAD_EXTENSION('x', 'y')",
                                      "fts3_tokenizer('simple')"])  # fmt: skip
def test_no_statement_loads_code(engine: Engine, function: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="not authorized to use function"):
        run(engine, f"SELECT {function}")


def test_without_that_they_would_run(engine: Engine, path: Path) -> None:
    other = path.with_name("other.sqlite")
    by_hand(path, f"VACUUM INTO '{other}'")
    by_hand(path, "CREATE VIEW v AS SELECT * FROM kept")

    assert other.exists()
    assert by_hand(path, "PRAGMA journal_mode = WAL") == [("wal",)]


def test_what_is_refused_is_said_as_any_other_fault_of_the_database(engine: Engine) -> None:
    with pytest.raises(BadSetting, match=SETTING), engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW v AS SELECT * FROM kept")


def test_settings_and_tables_can_be_read(engine: Engine) -> None:
    asked = ("journal_mode", "secure_delete", "auto_vacuum", "temp_store", "trusted_schema",
             "foreign_keys")  # fmt: skip

    told = [run(engine, f"PRAGMA {name}") for name in asked]
    assert told == [[("truncate",)], [(1,)], [(1,)], [(2,)], [(0,)], [(1,)]]
    assert run(engine, "SELECT count(*) FROM pragma_table_info('kept')") == [(3,)]


@pytest.mark.parametrize("history", HISTORIES)
def test_every_database_goes_all_its_way_up_and_down_and_up(
    tmp_path: Path, history: History
) -> None:
    opened = open_engine(f"sqlite:///{tmp_path / 'new.sqlite'}", SETTING)
    bring_up_to_date(opened, history)
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    made = run(opened, tables)
    go_back(opened, history, "base")
    left = run(opened, tables)
    bring_up_to_date(opened, history)

    assert left == [(f"{history}_version",)]
    assert run(opened, tables) == made
    opened.dispose()
