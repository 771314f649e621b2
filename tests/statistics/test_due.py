"""bot.statistics.due: the clock and the ledger decide, never how much was counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadRules, ClockWentBack
from bot.statistics.due import MOST_WEEKS, Due, Reason, due
from bot.statistics.events import VERSION
from bot.statistics.release import Rules
from bot.statistics.runs import BEGINNING, Run

FIRST = date(2026, 11, 2)
WEEK = timedelta(weeks=1)
ONE = (Run(BEGINNING, VERSION),)


def after(weeks: int) -> date:
    return FIRST + weeks * WEEK


def what_is_due(
    today: date,
    *drawn: date,
    counted: Collection[date] = (FIRST,),
    runs: Sequence[Run] = ONE,
    most: int = MOST_WEEKS,
) -> Due:
    return due(counted, runs, drawn, today, Rules(), most)


def test_nothing_is_due_where_nothing_was_ever_counted() -> None:
    assert what_is_due(after(9), counted=()) == Due((), ())


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (7, False), (13, False), (14, True)])
def test_a_week_is_due_once_seven_whole_days_have_gone_by_after_it(days: int, is_due: bool) -> None:
    found = what_is_due(FIRST + timedelta(days))

    assert found.weeks == ((FIRST,) if is_due else ())


def test_a_week_without_any_count_is_due_all_the_same() -> None:
    assert what_is_due(after(5)).weeks == tuple(map(after, range(4)))


def test_what_was_drawn_is_not_due_again() -> None:
    assert what_is_due(after(5), *map(after, range(3))).weeks == (after(3),)
    assert what_is_due(after(5), *map(after, range(4))).weeks == ()


def test_weeks_in_which_another_dictionary_ran_are_refused_and_the_others_go_on() -> None:
    runs = (Run(BEGINNING, VERSION - 1), Run(after(1), VERSION))

    found = what_is_due(after(4), runs=runs)

    assert found.weeks == (after(2),)
    assert found.refused == ((FIRST, Reason.OLD_DICTIONARY), (after(1), Reason.OLD_DICTIONARY))


def test_the_older_product_draws_what_its_own_dictionary_had_alone() -> None:
    runs = (Run(BEGINNING, VERSION), Run(after(1), VERSION + 1))

    assert what_is_due(after(4), runs=runs).weeks == (FIRST,)


@given(st.sets(st.integers(0, 30)), st.integers(0, 30), st.integers(0, 40))
def test_a_change_of_the_dictionary_refuses_the_same_weeks_whatever_was_counted(
    counted: set[int], changed: int, today: int
) -> None:
    runs = (Run(BEGINNING, VERSION - 1), Run(after(changed), VERSION))

    found = what_is_due(after(today), counted={FIRST, *map(after, counted)}, runs=runs)

    drawn = range(changed + 1, today - 1)
    assert found.weeks == tuple(map(after, drawn))
    over = range(min(changed, today - 2) + 1)
    assert [week for week, reason in found.refused if reason is Reason.OLD_DICTIONARY] == list(
        map(after, over)
    )


def test_a_clock_that_is_years_ahead_draws_nothing() -> None:
    most = what_is_due(after(MOST_WEEKS + 2), FIRST)
    assert len(most.weeks) == MOST_WEEKS

    with pytest.raises(BadRules, match=r"draw 61 weeks, up to that of 2028-01-03.* --weeks 61\."):
        what_is_due(after(MOST_WEEKS + 3), FIRST)
    with pytest.raises(BadRules, match="Look at this machine's clock"):
        what_is_due(after(500), FIRST)
    with pytest.raises(BadRules, match="61 weeks"):
        what_is_due(after(62))
    assert len(what_is_due(after(62), most=61).weeks) == 61


def test_a_week_that_was_left_out_waits_for_a_newer_one() -> None:
    assert what_is_due(after(4), FIRST, after(2)).weeks == ()
    assert what_is_due(after(5), FIRST, after(2)).weeks == (after(1), after(3))


def test_a_week_in_the_future_is_refused_and_draws_nothing() -> None:
    found = what_is_due(after(3), counted={FIRST, after(60)})

    assert found.weeks == (FIRST, after(1))
    assert found.refused == ((after(60), Reason.FUTURE),)


def test_counts_from_before_the_first_week_are_refused() -> None:
    counted = {date(1970, 1, 5), FIRST}

    assert what_is_due(after(2), counted=counted) == Due(
        (FIRST,), ((date(1970, 1, 5), Reason.EARLY),)
    )
    found = what_is_due(after(3), FIRST, counted={after(-1), FIRST})
    assert found == Due((after(1),), ((after(-1), Reason.EARLY),))


def test_a_clock_before_a_week_that_was_drawn_is_refused() -> None:
    with pytest.raises(ClockWentBack, match="2026-11-09"):
        what_is_due(after(2), FIRST, after(1))


@given(
    st.integers(0, 40),
    st.lists(st.integers(0, 40), unique=True),
    st.sets(st.integers(0, 40)),
)
def test_no_week_is_ever_due_twice_or_too_early(
    today: int, counted: list[int], drawn: set[int]
) -> None:
    over = {number for number in drawn if number <= today - 2}

    found = what_is_due(after(today), *map(after, over), counted={*map(after, counted)})

    assert not set(found.weeks) & set(map(after, over))
    assert all(week + timedelta(days=14) <= after(today) for week in found.weeks)
    assert sorted(found.weeks) == list(found.weeks)
    if found.weeks and over:
        assert max(found.weeks) > max(map(after, over))
