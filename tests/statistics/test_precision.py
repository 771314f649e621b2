"""bot.statistics.precision and utility: the exact law of noise and rounding."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.precision import (
    difference,
    error,
    half_width,
    margin,
    noise,
    published,
    rounded,
    summed,
)
from bot.statistics.release import LEAST_EPSILON, Rules
from bot.statistics.utility import chance_seen, utility, volume_needed

RULES = Rules()
epsilons = st.sampled_from([0.05, 0.1, 0.25, 0.5, 1.0])


def mean(chances: dict[int, float]) -> float:
    return sum(number * chance for number, chance in chances.items())


@given(epsilons)
def test_the_noise_is_a_law_around_zero_with_the_textbook_variance(epsilon: float) -> None:
    law, ratio = noise(epsilon), math.exp(-epsilon)

    assert sum(law.values()) == pytest.approx(1, abs=1e-9)
    assert mean(dict(law)) == pytest.approx(0, abs=1e-9)
    variance = sum(number**2 * chance for number, chance in law.items())
    assert variance == pytest.approx(2 * ratio / (1 - ratio) ** 2, rel=1e-6)


@given(epsilons, st.integers(-25, 25))
def test_one_conversation_more_changes_no_chance_by_more_than_epsilon(
    epsilon: float, number: int
) -> None:
    law = noise(epsilon)

    assert abs(math.log(law[number] / law[number + 1])) <= epsilon + 1e-9


@given(st.integers(-10_000, 10_000))
def test_rounding_goes_to_the_nearest_multiple(number: int) -> None:
    assert rounded(number, 5) % 5 == 0
    assert abs(rounded(number, 5) - number) <= 2


@given(epsilons, st.integers(0, 300))
def test_the_margin_holds_for_every_true_number(epsilon: float, true: int) -> None:
    inside = margin(epsilon, 5)

    law = error(epsilon, 5, true)

    assert sum(chance for off, chance in law.items() if abs(off) <= inside) >= 0.95


def test_the_margin_of_a_weekly_cell_is_twelve_and_grows_with_the_root_of_the_weeks() -> None:
    assert margin(0.25, 5) == 12
    assert margin(0.25, 5, 52) == pytest.approx(math.sqrt(52) * 11.6, rel=0.05)


@pytest.mark.parametrize("weeks", [2, 3, 4, 5, 13])
def test_a_sum_is_the_sum_of_its_weeks_one_by_one(weeks: int) -> None:
    law = error(0.5, 5, 3)
    one_by_one = law
    for _ in range(weeks - 1):
        one_by_one = difference(one_by_one, {-number: each for number, each in law.items()})

    assert half_width(summed(law, weeks)) == half_width(one_by_one)


def test_an_empty_cell_is_hardly_ever_shown_and_less_noise_would_show_it_more() -> None:
    def shown(epsilon: float) -> float:
        return sum(published(0, epsilon, 20, 5).values())

    assert shown(0.25) < 0.004
    assert 0.15 < shown(LEAST_EPSILON) < 0.25  # what bot.statistics.release says of it


def test_a_larger_cell_is_shown_more_often() -> None:
    shown = [sum(published(true, 0.25, 20, 5).values()) for true in range(60)]

    assert shown == sorted(shown)
    assert shown[-1] > 0.999


@pytest.mark.parametrize("weeks", [1, 4])
def test_from_the_volume_that_is_named_on_a_change_is_seen_and_just_below_not_always(
    weeks: int,
) -> None:
    cell = volume_needed(weeks, RULES) // 10

    assert all(chance_seen(each, weeks, RULES) >= 0.95 for each in range(cell, cell + 5))
    assert chance_seen(cell - 1, weeks, RULES) < 0.95


def test_more_conversations_are_never_worth_less() -> None:
    rows = list(utility(RULES))

    for smaller, larger in itertools.pairwise(rows):
        assert larger.shown >= smaller.shown - 1e-9
        assert larger.week < smaller.week
        assert larger.week_seen >= smaller.week_seen - 1e-9
        assert larger.month_seen >= smaller.month_seen - 1e-9
