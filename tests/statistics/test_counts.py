"""bot.statistics: only what the closed dictionary knows, a week at a time, and rather lost."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.topics import Topic
from bot.statistics.counts import Count, Gathering
from bot.statistics.events import TABLES, VERSION, known, week_of
from tests.builders import content, tags

MONDAY = date(2026, 11, 23)
CELLS = [f"{table}:{cell}" for table, cells in TABLES.items() for cell in cells]


class Kept:
    """A store that keeps every batch."""

    def __init__(self) -> None:
        self.batches: list[list[Count]] = []

    def add(self, counts: list[Count]) -> None:
        self.batches.append(counts)


class Failing:
    """A store whose database is gone."""

    def add(self, counts: list[Count]) -> None:
        raise ConnectionError


def handed_over(gathering: Gathering) -> dict[tuple[str, str], int]:
    store = Kept()
    gathering.hand_over(store)
    return {(c.table, c.cell): c.conversations for batch in store.batches for c in batch}


def test_what_is_noted_is_handed_over_once() -> None:
    gathering = Gathering()
    gathering.note(["language:en", "self_help:module"], MONDAY)
    gathering.note(["language:en"], MONDAY)

    assert handed_over(gathering) == {("language", "en"): 2, ("self_help", "module"): 1}
    assert handed_over(gathering) == {}


@pytest.mark.parametrize(
    "cell", ["language:xx", "mood:low", "language", "", ":", "language:en:now", "Language:en"]
)
def test_what_the_dictionary_doesnt_know_is_dropped(cell: str) -> None:
    gathering = Gathering()
    gathering.note([cell], MONDAY)

    assert handed_over(gathering) == {}


@given(st.lists(st.one_of(st.sampled_from(CELLS), st.text(max_size=20)), max_size=20))
def test_whatever_is_noted_only_known_cells_come_out(cells: list[str]) -> None:
    gathering = Gathering()
    gathering.note(cells, MONDAY)

    assert sum(handed_over(gathering).values()) == sum(cell in CELLS for cell in cells)


def test_nothing_is_handed_over_when_nothing_was_counted() -> None:
    store = Kept()
    Gathering().hand_over(store)

    assert store.batches == []


def test_a_store_that_fails_loses_its_batch_rather_than_getting_it_twice() -> None:
    gathering = Gathering()
    gathering.note(["language:en"], MONDAY)

    with pytest.raises(ConnectionError):
        gathering.hand_over(Failing())

    assert handed_over(gathering) == {}


def test_a_batch_tells_no_order() -> None:
    def batch() -> tuple[str, ...]:
        gathering, store = Gathering(), Kept()
        gathering.note(CELLS, MONDAY)
        gathering.hand_over(store)
        return tuple(f"{count.table}:{count.cell}" for count in store.batches[0])

    batches = {batch() for _ in range(5)}

    assert len(batches) == 5
    assert {frozenset(each) for each in batches} == {frozenset(CELLS)}


@given(st.dates())
def test_a_week_is_its_monday(day: date) -> None:
    try:
        monday = week_of(day)
    except OverflowError:
        return
    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday < timedelta(7)


def test_every_day_of_a_week_falls_into_one_row() -> None:
    gathering = Gathering()
    for days in range(7):
        gathering.note(["language:en"], MONDAY + timedelta(days))

    assert handed_over(gathering) == {("language", "en"): 7}


def test_a_count_says_nothing_finer_than_week_table_and_cell() -> None:
    assert [field.name for field in fields(Count)] == ["week", "table", "cell", "conversations"]


def test_the_dictionary_names_every_locale_topic_and_kind_of_service() -> None:
    assert set(tags()) <= set(TABLES["language"])
    assert set(TABLES["entry_topic"]) == set(Topic)
    assert set(TABLES["first_referral"]) == set(content().kinds)
    assert VERSION == 1


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_about_how_a_person_is(table: str) -> None:
    forbidden = {"score", "risk", "level", "urgency", "profile", "band", "mood", "age", "country"}

    assert not forbidden & set(table.split("_"))
    assert all(known(table, cell) for cell in TABLES[table])
