"""bot.storage.counters on a real SQLite file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from bot.errors import BadSetting
from bot.statistics.counts import Count
from bot.statistics.events import TABLES
from bot.storage.counters import SqlCountStore, Tables

MONDAY, NEXT_MONDAY = date(2026, 11, 23), date(2026, 11, 30)

VERDICTS = re.compile(
    r"score|risk|level|profil|typolog|label|predict|session|token|address|\bip\b|text|time|hour"
    r"|user|visitor|person|name|device|agent|country|urgen"
)
"""What no column or table may be called: a verdict on a person, or a trace of a visit."""


batches_of_counts = st.lists(
    st.tuples(st.sampled_from(["en", "de", "fr"]), st.integers(1, 9)), max_size=4
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCountStore]:
    found = SqlCountStore(f"sqlite:///{tmp_path / 'new' / 'statistics.sqlite'}")
    yield found
    found._engine.dispose()


def count(cell: str = "en", conversations: int = 1, week: date = MONDAY) -> Count:
    return Count(week, "language", cell, conversations)


def test_batches_add_up(store: SqlCountStore) -> None:
    store.add([count(conversations=2), count("de")])
    store.add([count(conversations=3)])

    assert store.all() == [count("de"), count("en", 5)]


def test_weeks_are_kept_apart_and_come_in_order(store: SqlCountStore) -> None:
    store.add([count(week=NEXT_MONDAY), count(week=MONDAY)])

    assert [each.week for each in store.all()] == [MONDAY, NEXT_MONDAY]


@settings(max_examples=20)
@given(st.lists(batches_of_counts, max_size=4))
def test_however_counts_are_split_into_batches_their_sum_is_the_same(
    batches: list[list[tuple[str, int]]],
) -> None:
    store = SqlCountStore("sqlite://")
    for batch in batches:
        store.add([count(cell, number) for cell, number in batch])

    wanted = {cell: 0 for batch in batches for cell, _ in batch}
    for cell, number in (each for batch in batches for each in batch):
        wanted[cell] += number
    assert {each.cell: each.conversations for each in store.all()} == wanted
    store._engine.dispose()


def test_a_batch_is_stored_whole_or_not_at_all(store: SqlCountStore) -> None:
    with pytest.raises(IntegrityError):
        store.add([count("de"), count("en", conversations=0)])

    assert store.all() == []


def test_what_was_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'statistics.sqlite'}"
    first = SqlCountStore(url)
    first.add([count()])
    first._engine.dispose()
    second = SqlCountStore(url)

    assert second.all() == [count()]
    second._engine.dispose()


def test_the_database_holds_one_table_with_four_columns_and_nothing_else(
    store: SqlCountStore, tmp_path: Path
) -> None:
    store.add([count()])
    with closing(sqlite3.connect(tmp_path / "new" / "statistics.sqlite")) as database:
        tables = database.execute("select name from sqlite_master where type='table'").fetchall()
        columns = database.execute("select name from pragma_table_info('weekly_count')").fetchall()

    assert tables == [("weekly_count",)]
    assert columns == [("week",), ("table",), ("cell",), ("conversations",)]


def test_no_table_or_column_can_hold_a_verdict_or_a_trace() -> None:
    names = [name for table in Tables.metadata.tables.values() for name in
             (table.name, *(column.name for column in table.columns))]  # fmt: skip

    assert [name for name in (*names, *TABLES) if VERDICTS.search(name)] == []


@pytest.mark.parametrize("name", ["risk_score", "profile", "session_token", "ip_address", "time"])
def test_the_schema_test_would_see_what_must_not_be(name: str) -> None:
    assert VERDICTS.search(name)


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/x.sqlite", "nosuchsql://x/y"])
def test_a_database_that_cant_be_opened_is_one_clear_sentence(url: str) -> None:
    with pytest.raises(BadSetting, match=r"^QUIETLINE_DATABASE can't be opened; .*\.$"):
        SqlCountStore(url)
