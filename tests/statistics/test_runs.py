"""bot.statistics.runs: the clock at a store's opening tells which dictionary ran in which week."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.runs import BEGINNING, Run, next_run, ran_in

MONDAY = date(2026, 11, 2)
WEEK = timedelta(weeks=1)


def after(weeks: int) -> date:
    return MONDAY + weeks * WEEK


def noted(*openings: tuple[date, int], drawn: date = BEGINNING) -> tuple[Run, ...]:
    """Return the runs after stores opened on these days, under these dictionaries."""
    runs: list[Run] = []
    for today, dictionary in openings:
        run = next_run(runs, dictionary, today, drawn)
        runs += [run] if run else []
    return tuple(runs)


def test_the_beginning_is_a_monday() -> None:
    assert BEGINNING.weekday() == 0


def test_the_first_dictionary_of_a_database_runs_from_the_beginning() -> None:
    assert noted((after(5), 2)) == (Run(BEGINNING, 2),)
    assert ran_in(noted((after(5), 2)), after(-500)) == {2}


def test_nothing_ran_where_no_store_was_ever_opened() -> None:
    assert ran_in((), MONDAY) == frozenset()


def test_opening_again_under_the_same_dictionary_notes_nothing() -> None:
    assert noted((MONDAY, 2), (after(3), 3)) == noted((MONDAY, 2), (after(3), 3), (after(9), 3))


def test_the_week_of_a_change_belongs_to_both_dictionaries() -> None:
    runs = noted((MONDAY, 1), (after(2) + timedelta(days=3), 2))

    assert [ran_in(runs, after(week)) for week in range(1, 4)] == [{1}, {1, 2}, {2}]


def test_who_goes_back_to_an_older_dictionary_has_it_from_then_on() -> None:
    runs = noted((MONDAY, 1), (after(2), 2), (after(2), 1), (after(4), 2))

    assert [ran_in(runs, after(week)) for week in range(6)] == [
        {1}, {1}, {1, 2}, {1}, {1, 2}, {2},
    ]  # fmt: skip


def test_a_run_noted_by_a_clock_that_was_years_ahead_is_noted_once_more() -> None:
    runs = noted((MONDAY, 1), (after(500), 2), (after(2), 2))

    assert [ran_in(runs, after(week)) for week in range(1, 4)] == [{1}, {1, 2}, {2}]


def test_a_clock_before_what_was_drawn_is_not_believed() -> None:
    runs = noted((MONDAY, 1), (date(1970, 1, 1), 2), drawn=after(4))

    assert [ran_in(runs, after(week)) for week in range(3, 6)] == [{1}, {1, 2}, {2}]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), min_size=1, max_size=8))
def test_with_a_clock_that_is_right_every_week_has_just_what_ran_in_it(
    openings: list[tuple[int, int]],
) -> None:
    ordered = sorted(openings, key=lambda opening: opening[0])
    runs = noted(*((after(week), dictionary) for week, dictionary in ordered))

    for week in range(-2, 33):
        before = [dictionary for opened, dictionary in ordered if opened < week]
        during = {dictionary for opened, dictionary in ordered if opened == week}
        going_on = {before[-1] if before else ordered[0][1]}
        assert ran_in(runs, after(week)) == during | going_on
