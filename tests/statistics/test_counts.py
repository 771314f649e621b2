"""bot.statistics.counts: only what the closed dictionary knows, and rather lost than doubled."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.counts import Count, Gathering
from bot.statistics.events import TABLES, Event, to_text
from bot.statistics.funnel import OUTCOMES

MONDAY = date(2026, 11, 23)
EVENTS = [to_text(Event(MONDAY, table, cell)) for table, cells in TABLES.items() for cell in cells]
ENGLISH = to_text(Event(MONDAY, "locale", "en"))

moves = st.builds(
    lambda cell, left: to_text(Event(MONDAY, "outcome", cell, left)),
    st.sampled_from(OUTCOMES),
    st.sampled_from(OUTCOMES),
)


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
    gathering.hand_over(store, MONDAY)
    return {
        (c.table, c.cell): c.conversations
        for batch in store.batches
        for c in batch
        if c.conversations
    }


def test_what_is_noted_is_handed_over_once() -> None:
    gathering = Gathering()
    gathering.note([ENGLISH, to_text(Event(MONDAY, "self_help", "exercise"))])
    gathering.note([ENGLISH])

    assert handed_over(gathering) == {("locale", "en"): 2, ("self_help", "exercise"): 1}
    assert handed_over(gathering) == {}


def test_weeks_are_kept_apart() -> None:
    gathering, store = Gathering(), Kept()
    gathering.note([ENGLISH, to_text(Event(date(2026, 11, 16), "locale", "en"))])
    gathering.hand_over(store, MONDAY)

    assert {(c.week, c.conversations) for c in store.batches[0] if c.conversations} == {
        (MONDAY, 1),
        (date(2026, 11, 16), 1),
    }


def test_whoever_moves_on_before_the_hand_over_is_in_the_new_cell_only() -> None:
    gathering = Gathering()
    gathering.note([to_text(Event(MONDAY, "outcome", "began"))])
    gathering.note([to_text(Event(MONDAY, "outcome", "saw.none", "began"))])

    assert handed_over(gathering) == {("outcome", "saw.none"): 1}


def test_whoever_moves_on_after_the_hand_over_is_taken_out_of_the_old_cell() -> None:
    gathering = Gathering()
    gathering.note([to_text(Event(MONDAY, "outcome", "began"))])
    handed_over(gathering)
    gathering.note([to_text(Event(MONDAY, "outcome", "saw.none", "began"))])

    assert handed_over(gathering) == {("outcome", "saw.none"): 1, ("outcome", "began"): -1}


@given(st.lists(moves, max_size=20))
def test_moves_change_no_sum(events: list[str]) -> None:
    gathering = Gathering()
    gathering.note(events)

    assert sum(handed_over(gathering).values()) == 0


@pytest.mark.parametrize(
    "event",
    [
        "2026-11-23/locale/xx/", "2026-11-23/mood/low/", "2026-11-24/locale/en/", "locale:en",
        "2026-11-23/locale/en", "2026-11-23/locale/en//", "2026-11-23/outcome/began/xx", "", "///",
        "2026-11-23/Locale/en/",
    ],
)  # fmt: skip
def test_what_the_dictionary_doesnt_know_is_dropped(event: str) -> None:
    gathering = Gathering()
    gathering.note([event, ENGLISH])

    assert handed_over(gathering) == {("locale", "en"): 1}


@given(st.lists(st.one_of(st.sampled_from(EVENTS), st.text(max_size=20)), max_size=20))
def test_whatever_is_noted_only_known_cells_come_out(events: list[str]) -> None:
    gathering = Gathering()
    gathering.note(events)

    assert sum(handed_over(gathering).values()) == sum(event in EVENTS for event in events)


def test_every_cell_of_the_week_is_written_at_each_hand_over_whoever_came() -> None:
    store = Kept()
    Gathering().hand_over(store, MONDAY + timedelta(days=3))
    gathering = Gathering()
    gathering.note([ENGLISH])
    gathering.hand_over(store, MONDAY)
    every = {(MONDAY, table, cell) for table, cells in TABLES.items() for cell in cells}

    assert [{(c.week, c.table, c.cell) for c in batch} for batch in store.batches] == [every, every]
    assert {c.conversations for c in store.batches[0]} == {0}


def test_a_store_that_fails_loses_its_batch_rather_than_getting_it_twice() -> None:
    gathering = Gathering()
    gathering.note([ENGLISH])

    with pytest.raises(ConnectionError):
        gathering.hand_over(Failing(), MONDAY)

    assert handed_over(gathering) == {}


def test_a_batch_tells_no_order() -> None:
    def batch() -> tuple[str, ...]:
        gathering, store = Gathering(), Kept()
        gathering.note(EVENTS)
        gathering.hand_over(store, MONDAY)
        return tuple(to_text(Event(c.week, c.table, c.cell)) for c in store.batches[0])

    batches = {batch() for _ in range(5)}

    assert len(batches) == 5
    assert {frozenset(each) for each in batches} == {frozenset(EVENTS)}


def test_a_count_says_nothing_finer_than_week_table_and_cell() -> None:
    assert [field.name for field in fields(Count)] == ["week", "table", "cell", "conversations"]
