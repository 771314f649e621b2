"""Attack: subtract one release from another, and read what is left.

The attacker keeps every file of every release. Bound: what is left are the new weeks' published
numbers, and nothing else; of an earlier week nothing at all.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.release.folder import files
from bot.statistics.events import VERSION
from bot.statistics.ledger import Draw, next_draw
from bot.statistics.register import lines_for
from bot.statistics.release import (
    Period,
    Published,
    Release,
    Rules,
    funnel,
    months,
    release_of,
    totals,
    years,
)
from tests.release.operating import FIRST, READY, WEEK, Place
from tests.statistics.attacks.population import conversations, ledger

RULES = Rules()
BY_WEEK = 4
"""Tables that are drawn each week."""

histories = st.builds(
    lambda sizes, seed: ledger(
        [conversations(size, random.Random(seed + place)) for place, size in enumerate(sizes)],
        RULES.epsilon,
    ),
    st.lists(st.integers(0, 150), min_size=2, max_size=6),
    st.integers(0, 10**9),
)


def released(draws: Iterable[Draw]) -> Release:
    return release_of(tuple(draws), "ab", False, RULES)


@settings(max_examples=15)
@given(histories, st.data())
def test_what_a_later_release_adds_are_its_new_weeks_and_nothing_else(
    draws: tuple[Draw, ...], data: st.DataObject
) -> None:
    cut = BY_WEEK * data.draw(st.integers(1, len(draws) // BY_WEEK - 1))
    earlier, later = released(draws[:cut]).weeks, released(draws).weeks
    new = tuple(cell for cell in later if cell.week >= draws[cut].week)

    assert (*earlier, *new) == later
    assert set(totals(later)) - set(totals(earlier)) == set(totals(new))
    assert set(funnel(later)) - set(funnel(earlier)) == set(funnel(new))


@settings(max_examples=15)
@given(histories, st.data())
def test_the_difference_of_two_months_or_years_is_the_sum_of_the_new_published_weeks(
    draws: tuple[Draw, ...], data: st.DataObject
) -> None:
    cut = BY_WEEK * data.draw(st.integers(1, len(draws) // BY_WEEK - 1))
    earlier, later = released(draws[:cut]).weeks, released(draws).weeks
    new = tuple(cell for cell in later if cell.week >= draws[cut].week)

    for view in (months, years):
        before, added = by_place(view(earlier)), by_place(view(new))
        for place, number in by_place(view(later)).items():
            assert number - before.get(place, 0) == added.get(place, 0)


def by_place(periods: Iterable[Period]) -> dict[tuple[str, str, str], int]:
    return {(each.name, each.table, each.cell): each.conversations or 0 for each in periods}


@settings(max_examples=6)
@given(histories, st.integers(1, 10))
def test_an_earlier_week_with_other_suppressed_numbers_adds_the_same_to_every_later_release(
    draws: tuple[Draw, ...], further: int
) -> None:
    other = with_suppressed_lower_by(further, draws)

    for cut in range(BY_WEEK, len(draws) + 1, BY_WEEK):
        assert folder_of(draws[:cut]) == folder_of(other[:cut])


def with_suppressed_lower_by(further: int, draws: Iterable[Draw]) -> tuple[Draw, ...]:
    changed: list[Draw] = []
    for draw in draws:
        numbers = {
            cell: number if number >= RULES.cut else number - further
            for cell, number in draw.noisy.items()
        }
        last = changed[-1] if changed else None
        changed.append(next_draw(last, draw.week, draw.table, VERSION, draw.epsilon, numbers))
    return tuple(changed)


def folder_of(draws: tuple[Draw, ...]) -> object:
    return files(released(draws), lines_for(draws, (), RULES))


def test_counts_that_come_late_change_no_number_that_was_published(place: Place) -> None:
    seen: dict[tuple[date, str, str], Published] = {}
    for step in range(4):
        made = place.release(READY + step * WEEK)
        assert made.release
        for cell in made.release.weeks:
            assert seen.setdefault((cell.week, cell.table, cell.cell), cell) == cell
        for week in range(step + 1):
            place.count(week=week, locale__en=500, locale__fi=70, outcome__began=-400)

    assert {cell.week for cell in seen.values()} == {FIRST + step * WEEK for step in range(4)}
