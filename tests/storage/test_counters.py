"""bot.storage.counters on real databases: SQLite files, and PostgreSQL when there is time."""

from __future__ import annotations

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadSetting
from bot.statistics.counts import Count
from bot.statistics.events import TABLES, VERSION, week_of
from bot.statistics.ledger import next_draw
from bot.statistics.runs import BEGINNING, Run
from bot.storage.counters import SqlCountStore
from bot.storage.ledger import SqlLedger
from bot.storage.tables import Tables, WeeklyCount

MONDAY, NEXT_MONDAY = date(2026, 11, 23), date(2026, 11, 30)

VERDICTS = re.compile(
    r"score|risk|level|profil|typolog|label|predict|session|token|address|\bip\b|text|time|hour"
    r"|minute|moment|created|changed|user|visitor|person|name|device|agent|country|urgen"
)
"""What no column or table may be called: a verdict on a person, or a trace of a visit."""


NUMBERS = st.tuples(st.sampled_from(["en", "de", "fr"]), st.integers(-9, 9))
BATCHES = st.lists(st.lists(NUMBERS, max_size=4), max_size=4)


@pytest.fixture
def store(address: str) -> Iterator[SqlCountStore]:
    with closing(SqlCountStore(address)) as opened:
        yield opened


def count(cell: str = "en", conversations: int = 1, week: date = MONDAY) -> Count:
    return Count(week, "locale", cell, conversations)


def test_batches_add_up(store: SqlCountStore) -> None:
    store.add([count(conversations=2), count("de")])
    store.add([count(conversations=3)])

    assert store.all() == [count("de"), count("en", 5)]


def test_weeks_are_kept_apart_and_come_in_order(store: SqlCountStore) -> None:
    store.add([count(week=NEXT_MONDAY), count(week=MONDAY)])

    assert [each.week for each in store.all()] == [MONDAY, NEXT_MONDAY]


def test_a_cell_may_fall_below_zero_and_come_back(store: SqlCountStore) -> None:
    store.add([count(conversations=-2)])
    assert store.all() == [count(conversations=-2)]

    store.add([count(conversations=2)])
    assert store.all() == [count(conversations=0)]


@settings(max_examples=20)
@given(BATCHES)
def test_however_counts_are_split_into_batches_their_sum_is_the_same(
    batches: list[list[tuple[str, int]]],
) -> None:
    wanted: Counter[str] = Counter()
    with closing(SqlCountStore("sqlite://")) as store:
        for batch in batches:
            store.add([count(cell, number) for cell, number in batch])
            wanted.update({cell: 0 for cell, _ in batch})
            for cell, number in batch:
                wanted[cell] += number

        assert {each.cell: each.conversations for each in store.all()} == wanted


def test_a_batch_is_stored_whole_or_not_at_all(store: SqlCountStore) -> None:
    with pytest.raises((BadSetting, OverflowError)):  # the second number is too large
        store.add([count("de"), count("en", conversations=2**63)])

    assert store.all() == []


def test_a_batch_under_a_new_dictionary_is_not_added_to_an_older_one(
    store: SqlCountStore, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add([count(conversations=2)])
    monkeypatch.setattr("bot.storage.counters.VERSION", 3)
    store.add([count(conversations=5)])

    assert [each.conversations for each in store.all()] == [2, 5]
    with closing(SqlLedger(address)) as ledger:
        assert ledger.dictionaries() == {MONDAY: {2, 3}}


def test_a_store_notes_from_which_week_its_dictionary_runs_before_anything_is_counted(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for dictionary, week in [(1, MONDAY), (1, NEXT_MONDAY), (2, NEXT_MONDAY), (2, NEXT_MONDAY)]:
        monkeypatch.setattr("bot.storage.counters.VERSION", dictionary)
        SqlCountStore(address, today=week + timedelta(days=6)).close()

    with closing(SqlLedger(address)) as ledger:
        assert ledger.runs() == (Run(BEGINNING, 1), Run(NEXT_MONDAY, 2))
        assert ledger.dictionaries() == {}


def test_a_store_asks_the_clock_for_the_week(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    SqlCountStore(address).close()
    monkeypatch.setattr("bot.storage.counters.VERSION", VERSION + 1)
    before = week_of(datetime.now(UTC).date())
    SqlCountStore(address).close()

    with closing(SqlLedger(address)) as ledger:
        noted = ledger.runs()[1].week
    assert noted in (before, week_of(datetime.now(UTC).date()))


def test_a_store_doesnt_believe_a_clock_before_what_was_drawn(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqlCountStore(address, today=MONDAY).close()
    with closing(SqlLedger(address)) as ledger:
        ledger.append([next_draw(None, NEXT_MONDAY, "locale", VERSION, 0.25, {"en": 4})])
        monkeypatch.setattr("bot.storage.counters.VERSION", VERSION + 1)
        SqlCountStore(address, today=date(1970, 1, 1)).close()

        assert ledger.runs()[1] == Run(NEXT_MONDAY, VERSION + 1)


def test_what_was_stored_is_there_after_a_restart(address: str) -> None:
    for _ in range(2):
        with closing(SqlCountStore(address)) as store:
            store.add([count()])

    with closing(SqlCountStore(address)) as store:
        assert store.all() == [count(conversations=2)]


def test_real_counts_are_refused_by_a_synthetic_database(address: str) -> None:
    with closing(SqlCountStore(address, synthetic=True)) as store:
        store.add([count()])

    with pytest.raises(BadSetting, match="holds synthetic counts"):
        SqlCountStore(address)
    with closing(SqlCountStore(address, synthetic=True)) as store:
        assert store.all() == [count()]


def test_a_database_with_counts_never_becomes_synthetic(store: SqlCountStore, address: str) -> None:
    store.add([count()])

    with pytest.raises(BadSetting, match="holds real counts"):
        SqlCountStore(address, synthetic=True)


def test_a_batch_is_refused_when_the_database_became_synthetic_meanwhile(
    store: SqlCountStore, address: str
) -> None:
    with closing(SqlCountStore(address, synthetic=True)) as made_up:
        with pytest.raises(BadSetting, match="holds synthetic counts"):
            store.add([count()])

        assert made_up.all() == []


def test_the_database_holds_these_tables_and_columns_and_nothing_else(file: Path) -> None:
    SqlCountStore(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as database:
        found = database.execute(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
            "WHERE t.type = 'table'"
        ).fetchall()

    assert set(found) == {
        ("statistics_version", "version_num"),
        *((table.name, column.name) for table in Tables.metadata.tables.values()
          for column in table.columns),
    }  # fmt: skip


def test_a_count_is_four_keys_and_a_number() -> None:
    assert [column.name for column in WeeklyCount.__table__.columns] == [
        "week", "table", "cell", "dictionary", "conversations",
    ]  # fmt: skip


def test_no_table_or_column_can_hold_a_verdict_or_a_trace() -> None:
    names = [name for table in Tables.metadata.tables.values() for name in
             (table.name, *(column.name for column in table.columns))]  # fmt: skip

    assert [name for name in (*names, *TABLES) if VERDICTS.search(name)] == []


@pytest.mark.parametrize("name", ["risk_score", "profile", "session_token", "ip_address", "time"])
def test_the_schema_test_would_see_what_must_not_be(name: str) -> None:
    assert VERDICTS.search(name)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite:////proc/none/x.sqlite",
        "nosuchsql://x/y",
        "mysql://x/y",
        "postgresql://127.0.0.1:1/x",
    ],
)
def test_a_database_that_cant_be_opened_is_one_clear_sentence(url: str) -> None:
    with pytest.raises(BadSetting, match=r"^QUIETLINE_DATABASE can't be opened; .*\.$"):
        SqlCountStore(url)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "letter.sqlite"
    file.write_text("Dear all, this is a letter and no database. " * 40)

    with pytest.raises(BadSetting):
        SqlCountStore(f"sqlite:///{file}")
    assert file.read_text().startswith("Dear all")


def test_a_database_that_may_only_be_read_is_read_and_refuses_batches(file: Path) -> None:
    SqlCountStore(f"sqlite:///{file}").add([count()])
    store = SqlCountStore(f"sqlite:///file:{file}?mode=ro&uri=true")

    with pytest.raises(BadSetting):
        store.add([count()])
    assert store.all() == [count()]


def test_an_old_database_that_may_only_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    file.touch()

    with pytest.raises(BadSetting):
        SqlCountStore(f"sqlite:///file:{file}?mode=ro&uri=true")


def test_a_file_that_is_gone_is_noticed(file: Path) -> None:
    store = SqlCountStore(f"sqlite:///{file}")
    file.unlink()

    with pytest.raises(BadSetting):
        store.add([count()])


@pytest.mark.slow
def test_a_locked_database_is_waited_for_two_seconds_and_no_longer(file: Path) -> None:
    store = SqlCountStore(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        with pytest.raises(BadSetting):
            store.add([count()])
        waited = time.monotonic() - began

    assert 1.5 < waited < 4
    store.add([count()])
    assert store.all() == [count()]


def test_what_is_deleted_is_overwritten_and_no_journal_is_left(file: Path) -> None:
    store = SqlCountStore(f"sqlite:///{file}")
    store.add([count("de")])
    with store._engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "secure_delete", "temp_store", "trusted_schema")
        }

    assert found == {
        "journal_mode": "truncate", "secure_delete": 1, "temp_store": 2, "trusted_schema": 0,
    }  # fmt: skip
    assert sum(each.stat().st_size for each in file.parent.iterdir() if each != file) == 0


def test_only_its_owner_may_read_the_file(file: Path) -> None:
    SqlCountStore(f"sqlite:///{file}").close()

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_no_connection_stays_open_between_two_batches(file: Path) -> None:
    store = SqlCountStore(f"sqlite:///{file}")
    store.add([count()])

    held = [each.resolve() for each in Path("/proc/self/fd").iterdir() if each.exists()]
    assert file not in held
