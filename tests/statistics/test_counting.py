"""bot.statistics.counting: a conversation lies in one cell of each table, in one week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.counting import WEEK, count
from bot.statistics.events import TABLES, Event, known
from bot.statistics.funnel import IN_SELF_HELP, TOWARDS_PEOPLE

MONDAY = date(2026, 11, 23)
SUNDAY = MONDAY + timedelta(6)
BEGAN = ("began", "none")
FREELY = {table: cells for table, cells in TABLES.items() if table not in ("outcome", "showing")}

turns = st.tuples(
    st.fixed_dictionaries(
        {}, optional={table: st.sampled_from(cells) for table, cells in FREELY.items()}
    ),
    st.tuples(st.sampled_from(TOWARDS_PEOPLE), st.sampled_from(IN_SELF_HELP)),
    st.dates(MONDAY - timedelta(9), MONDAY + timedelta(15)),
)


def test_the_first_turn_counts_its_cells_and_that_it_began() -> None:
    counted, events = count({}, {"locale": "de"}, BEGAN, MONDAY)

    assert counted == {WEEK: "2026-11-23", "locale": "de", "outcome": "began"}
    assert events == (Event(MONDAY, "locale", "de"), Event(MONDAY, "outcome", "began"))


def test_the_first_cell_of_a_table_stays() -> None:
    first, _ = count({}, {"entry": "wrote.suicide"}, BEGAN, MONDAY)
    later, events = count(first, {"entry": "button.danger"}, BEGAN, MONDAY)

    assert events == ()
    assert later == first


def test_whoever_comes_further_moves_out_of_the_old_cell() -> None:
    first, _ = count({}, {}, BEGAN, MONDAY)
    second, moved = count(first, {}, ("saw", "none"), MONDAY)
    third, moved_again = count(second, {}, ("began", "finished"), SUNDAY)

    assert moved == (Event(MONDAY, "outcome", "saw.none", "began"),)
    assert moved_again == (Event(MONDAY, "outcome", "saw.finished", "saw.none"),)
    assert third["outcome"] == "saw.finished"


@pytest.mark.parametrize("days", [-8, -1, 7, 8, 400])
def test_in_another_week_nothing_is_counted_any_more(days: int) -> None:
    first, _ = count({}, {"locale": "de"}, BEGAN, MONDAY)
    later = count(
        first, {"entry": "wrote.danger"}, ("opened", "finished"), MONDAY + timedelta(days)
    )

    assert later == (first, ())


def test_it_goes_on_when_the_clock_comes_back_to_its_week() -> None:
    first, _ = count({}, {}, BEGAN, MONDAY)
    away, _ = count(first, {}, ("saw", "none"), MONDAY + timedelta(7))
    _, events = count(away, {}, ("saw", "none"), SUNDAY)

    assert events == (Event(MONDAY, "outcome", "saw.none", "began"),)


@given(st.lists(turns, max_size=8))
def test_it_lies_in_one_cell_of_each_table_and_one_week_whatever_happens(
    taken: list[tuple[dict[str, str], tuple[str, str], date]],
) -> None:
    counted: dict[str, str] = {}
    cells: dict[tuple[date, str, str], int] = {}
    for cell, reached, today in taken:
        counted, events = count(counted, cell, reached, today)
        for event in events:
            assert known(event)
            cells[event.week, event.table, event.cell] = (
                cells.get((event.week, event.table, event.cell), 0) + 1
            )
            if event.left:
                cells[event.week, event.table, event.left] -= 1

    inside = [cell for cell, number in cells.items() if number]
    assert set(cells.values()) <= {0, 1}
    assert len({week for week, _, _ in inside}) <= 1
    assert len({table for _, table, _ in inside}) == len(inside)
    assert {table: cell for _, table, cell in inside} == {
        table: cell for table, cell in counted.items() if table != WEEK
    }
