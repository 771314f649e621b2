"""bot.storage.ledger on real databases: noise is drawn once, and nobody changes it unseen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.errors import AlreadyDrawn, BadSetting, BrokenLedger
from bot.statistics.counts import Count
from bot.statistics.events import TABLES, VERSION
from bot.statistics.ledger import Draw, next_draw, verify
from bot.storage.counters import SqlCountStore
from bot.storage.database import open_engine
from bot.storage.ledger import MOST, SqlLedger

MONDAY = date(2026, 11, 23)
NEXT_MONDAY = MONDAY + timedelta(weeks=1)


@pytest.fixture
def ledger(address: str) -> Iterator[SqlLedger]:
    with closing(SqlLedger(address)) as opened:
        yield opened


def drawn(
    stored: Sequence[Draw], *tables: str, week: date = MONDAY, first: int = 12
) -> tuple[Draw, ...]:
    """Return draws of ``tables`` that follow those stored."""
    draws: list[Draw] = []
    for table in tables:
        previous = (*stored, *draws)[-1] if stored or draws else None
        noisy = {cell: first - place for place, cell in enumerate(TABLES[table])}
        draws.append(next_draw(previous, week, table, VERSION, 0.25, noisy))
    return tuple(draws)


def change(address: str, statement: str) -> None:
    """Do what somebody with the database's password can do."""
    engine = open_engine(address, "QUIETLINE_DATABASE")
    with engine.begin() as connection:
        connection.execute(text(statement))


def insert(address: str, values: str) -> None:
    columns = 'week, "table", cell, dictionary, conversations'
    change(address, f"INSERT INTO weekly_count ({columns}) VALUES ({values})")


def test_a_new_ledger_is_empty(ledger: SqlLedger) -> None:
    assert ledger.draws() == ()
    assert ledger.counts() == []
    assert ledger.dictionaries() == {}
    assert ledger.runs() == ()
    assert not ledger.is_synthetic


def test_what_was_appended_comes_back_in_order_and_is_sound(
    ledger: SqlLedger, address: str
) -> None:
    first = drawn([], "locale", "entry", "outcome")
    second = drawn(first, "locale", "entry", week=NEXT_MONDAY, first=-3)
    ledger.append(first)
    ledger.append(second)

    with closing(SqlLedger(address)) as again:
        assert again.draws() == (*first, *second)
        verify(again.draws())


@settings(max_examples=10)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5), st.floats(0.01, 8))
def test_any_numbers_and_any_epsilon_come_back_as_they_were(
    numbers: list[int], epsilon: float
) -> None:
    noisy = {f"cell.{place}": number for place, number in enumerate(numbers)}
    draw = next_draw(None, MONDAY, "locale", VERSION, epsilon, noisy)
    with closing(SqlLedger("sqlite://")) as ledger:
        ledger.append([draw])

        assert ledger.draws() == (draw,)


def test_a_second_draw_is_refused_and_nothing_of_its_release_is_written(
    ledger: SqlLedger,
) -> None:
    first = drawn([], "locale")
    ledger.append(first)

    with pytest.raises(AlreadyDrawn):
        ledger.append(drawn(first, "entry", "locale", first=99))
    assert ledger.draws() == first


def test_draws_that_dont_follow_one_another_are_refused(ledger: SqlLedger) -> None:
    first, _, third = drawn([], "locale", "entry", "outcome")

    with pytest.raises(BrokenLedger, match=r"^Draw 2"):
        ledger.append([first, third])
    assert ledger.draws() == ()


def test_nothing_is_appended_to_a_ledger_that_was_changed(ledger: SqlLedger, address: str) -> None:
    first = drawn([], "locale")
    ledger.append(first)
    change(address, "UPDATE draw SET epsilon = 1.0")

    with pytest.raises(BrokenLedger, match=r"^Draw 1"):
        ledger.append(drawn(first, "entry"))
    assert len(ledger.draws()) == 1


def test_of_releases_at_once_one_draws_and_the_others_are_refused(address: str) -> None:
    SqlLedger(address).close()
    at_once = threading.Barrier(4)
    said: list[str] = []

    def release(first: int) -> None:
        with closing(SqlLedger(address)) as ledger:
            draws = drawn(ledger.draws(), "locale", "entry", first=first)
            at_once.wait(timeout=20)
            try:
                ledger.append(draws)
                said.append("drawn")
            except AlreadyDrawn:
                said.append("refused")

    releases = [threading.Thread(target=release, args=(first,)) for first in range(4)]
    for each in releases:
        each.start()
    for each in releases:
        each.join(timeout=30)

    assert sorted(said) == ["drawn", "refused", "refused", "refused"]
    with closing(SqlLedger(address)) as ledger:
        assert len(ledger.draws()) == 2
        verify(ledger.draws())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE noisy_count SET conversations = 13 WHERE draw = 2 AND cell = 'began'",
        "UPDATE noisy_count SET cell = 'end' WHERE draw = 2 AND cell = 'began'",
        "DELETE FROM noisy_count WHERE draw = 2 AND cell = 'began'",
        "INSERT INTO noisy_count (draw, cell, conversations) VALUES (2, 'more', 1)",
        "UPDATE draw SET week = '2026-11-30' WHERE number = 2",
        "UPDATE draw SET epsilon = 4 WHERE number = 2",
        "UPDATE draw SET digest = previous WHERE number = 2",
    ],
)
def test_a_draw_that_was_changed_by_hand_is_noticed_and_named(
    ledger: SqlLedger, address: str, statement: str
) -> None:
    ledger.append(drawn([], "locale", "outcome", "entry"))
    change(address, statement)

    with pytest.raises(BrokenLedger, match=r"^Draw 2 of the ledger"):
        verify(ledger.draws())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE draw SET week = 'soon' WHERE number = 2",
        "UPDATE draw SET week = '20261123' WHERE number = 2",
        "UPDATE noisy_count SET conversations = x'ff' WHERE draw = 2",
        "UPDATE draw SET epsilon = 'little' WHERE number = 2",
    ],
)
def test_what_sqlite_alone_lets_anybody_write_is_noticed_too(file: Path, statement: str) -> None:
    address = f"sqlite:///{file}"
    ledger = SqlLedger(address)
    ledger.append(drawn([], "locale", "outcome"))
    change(address, statement)

    with pytest.raises(BrokenLedger, match=r"^Draw 2 of the ledger"):
        verify(ledger.draws())


def test_counts_are_those_of_todays_dictionary_by_week_table_and_cell(
    ledger: SqlLedger, address: str
) -> None:
    counts = [
        Count(MONDAY, "locale", "de", -2),
        Count(MONDAY, "locale", "en", 31),
        Count(NEXT_MONDAY, "entry", "wrote.danger", 4),
    ]
    with closing(SqlCountStore(address)) as store:
        store.add(counts[::-1])
    insert(address, f"'2026-11-16', 'language', 'en', {VERSION - 1}, 5")
    insert(address, f"'2026-11-23', 'language', 'en', {VERSION - 1}, 5")

    assert ledger.counts() == counts
    assert ledger.dictionaries() == {
        MONDAY - timedelta(weeks=1): {VERSION - 1},
        MONDAY: {VERSION - 1, VERSION},
        NEXT_MONDAY: {VERSION},
    }


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (f"'2026-11-24', 'locale', 'en', {VERSION}, 5", "its week is no Monday"),
        (f"'2026-11-23', 'mood', 'en', {VERSION}, 5", "has no such cell"),
        (f"'2026-11-23', 'locale', 'xx', {VERSION}, 5", "has no such cell"),
        (f"'2026-11-23', 'locale', 'en', {VERSION}, {MOST + 1}", "its number is not between"),
        (f"'2026-11-23', 'locale', 'en', {VERSION}, {-MOST - 1}", "its number is not between"),
    ],
)
def test_a_count_that_the_dictionary_cant_have_written_is_named(
    ledger: SqlLedger, address: str, values: str, reason: str
) -> None:
    insert(address, values)
    week, table, cell, *_ = values.replace("'", "").split(", ")

    with pytest.raises(BrokenLedger, match=reason) as caught:
        ledger.counts()
    assert f"The row ({week}, {table}, {cell}) of weekly_count" in str(caught.value)
    assert "correct or delete the row" in str(caught.value)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (f"'soon', 'locale', 'en', {VERSION}, 5", "its week is no date"),
        (f"'20261123', 'locale', 'en', {VERSION}, 5", "its week is no date like 2026-11-02"),
        (f"'2026-W48-1', 'locale', 'en', {VERSION}, 5", "its week is no date like"),
        (f"'2026-11-23', 'locale', 'en', {VERSION}, 'many'", "its number is not between"),
        (f"'2026-11-23', 'locale', 'en', {VERSION}, 2.5", "its number is not between"),
    ],
)
def test_a_count_that_sqlite_alone_takes_is_named_too(file: Path, values: str, reason: str) -> None:
    ledger = SqlLedger(f"sqlite:///{file}")
    insert(f"sqlite:///{file}", values)

    with pytest.raises(BrokenLedger, match=reason):
        ledger.counts()


def test_a_week_that_is_no_date_is_named_in_any_dictionary(file: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{file}")
    insert(f"sqlite:///{file}", "'soon', 'language', 'en', 1, 5")

    with pytest.raises(BrokenLedger, match=r"The row \(soon\) of weekly_count"):
        ledger.dictionaries()


@pytest.mark.parametrize("week", ["soon", "20261123"])
def test_a_run_of_a_dictionary_that_we_cant_have_noted_is_named(file: Path, week: str) -> None:
    ledger = SqlLedger(f"sqlite:///{file}")
    change(f"sqlite:///{file}", f"INSERT INTO dictionary_run VALUES (1, '{week}', 1)")

    with pytest.raises(BrokenLedger, match=rf"The row \({week}\) of dictionary_run"):
        ledger.runs()


def test_the_largest_numbers_that_are_believed_come_back(ledger: SqlLedger, address: str) -> None:
    counts = [Count(MONDAY, "locale", "de", -MOST), Count(MONDAY, "locale", "en", MOST)]
    with closing(SqlCountStore(address)) as store:
        store.add(counts)

    assert ledger.counts() == counts


def test_a_ledger_of_made_up_counts_says_so(address: str) -> None:
    SqlCountStore(address, synthetic=True).close()

    with closing(SqlLedger(address)) as ledger:
        assert ledger.is_synthetic


def test_a_database_with_a_draw_never_becomes_synthetic(ledger: SqlLedger, address: str) -> None:
    ledger.append(drawn([], "locale"))

    with pytest.raises(BadSetting, match="holds real counts"):
        SqlCountStore(address, synthetic=True)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM ledger", "INSERT INTO ledger (id, is_synthetic) VALUES ('x', false)"]
)
def test_a_database_that_doesnt_say_what_it_is_is_refused(
    ledger: SqlLedger, address: str, statement: str
) -> None:
    change(address, statement)

    for refused in (
        lambda: SqlLedger(address),
        lambda: SqlCountStore(address),
        lambda: ledger.append(drawn([], "locale")),
    ):
        with pytest.raises(BrokenLedger, match="must have one row"):
            refused()


def test_a_ledger_whose_file_is_gone_is_noticed_before_anything_is_drawn(file: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{file}")
    file.unlink()

    with pytest.raises(BadSetting):
        ledger.append(drawn([], "locale"))


@pytest.mark.slow
def test_a_release_waits_two_seconds_for_a_lock_and_no_longer(
    ledger: SqlLedger, address: str
) -> None:
    other = open_engine(address, "QUIETLINE_DATABASE")
    with other.begin() as connection:
        connection.execute(text("UPDATE ledger SET is_synthetic = is_synthetic"))
        began = time.monotonic()
        with pytest.raises(BadSetting):
            ledger.append(drawn([], "locale"))
        waited = time.monotonic() - began

    assert 1.5 < waited < 4
    ledger.append(drawn([], "locale"))
