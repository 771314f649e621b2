"""How far a published number can lie from the true one, from the exact law of the noise.

The noise is discrete Laplace: with a = exp(-epsilon), the whole number k comes with the chance
(1 - a) / (1 + a) * a ** abs(k). Nothing here is simulated; tails below NEVER are left out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final

NEVER: Final = 1e-12
"""A chance that is taken for none."""
CERTAIN: Final = 0.95
"""Of the interval that `margin` is half of."""

Chances = Mapping[int, float]
"""Whole number to its chance."""


def rounded(number: int, rounding: int) -> int:
    """Return the multiple of ``rounding`` that is nearest, the upper one of two."""
    return rounding * ((2 * number + rounding) // (2 * rounding))


@cache
def noise(epsilon: float) -> Chances:
    """Return the noise that one cell gets."""
    ratio = math.exp(-epsilon)
    furthest = math.ceil(-math.log(NEVER) / epsilon)
    peak = (1 - ratio) / (1 + ratio)
    return {k: peak * ratio ** abs(k) for k in range(-furthest, furthest + 1)}


def published(true: int, epsilon: float, cut: int, rounding: int) -> Chances:
    """Return what is published of a cell; what is missing to 1 is the chance to be suppressed."""
    found: dict[int, float] = defaultdict(float)
    for extra, chance in noise(epsilon).items():
        if true + extra >= cut:
            found[rounded(true + extra, rounding)] += chance
    return found


def summed(chances: Chances, times: int) -> Chances:
    """Return the sum of ``times`` independent numbers of the same chances, 1 at least."""
    if times == 1:
        return chances
    half = summed(chances, times // 2)
    whole = _added(half, half)
    return _added(whole, chances) if times % 2 else whole


def difference(first: Chances, second: Chances) -> Chances:
    """Return how far ``first`` lies above ``second``."""
    return _added(first, {-number: chance for number, chance in second.items()})


def half_width(chances: Chances) -> int:
    """Return the smallest distance from zero within which CERTAIN of the chances lie."""
    inside = 0.0
    by_distance: dict[int, float] = defaultdict(float)
    for number, chance in chances.items():
        by_distance[abs(number)] += chance
    for distance in sorted(by_distance):
        inside += by_distance[distance]
        if inside >= CERTAIN:
            return distance
    return max(by_distance)


@cache
def margin(epsilon: float, rounding: int, weeks: int = 1) -> int:
    """Return half the width, in conversations, of the 95 % interval of one published cell.

    Noise and rounding together; of a month or year, give the number of its weeks that are in the
    sum. How far rounding goes depends on the true numbers' last digits; the widest case counts.
    """
    widest = 0
    for rest in range(rounding):
        others = summed(error(epsilon, rounding, rest), weeks - 1) if weeks > 1 else {0: 1.0}
        for last in range(rounding):
            whole = _added(others, error(epsilon, rounding, last))
            widest = max(widest, half_width(whole))
    return widest


def error(epsilon: float, rounding: int, true: int) -> Chances:
    """Return how far a published number lies from ``true`` when nothing is cut."""
    found: dict[int, float] = defaultdict(float)
    for extra, chance in noise(epsilon).items():
        found[rounded(true + extra, rounding) - true] += chance
    return found


def _added(first: Chances, second: Chances) -> Chances:
    found: dict[int, float] = defaultdict(float)
    for number, chance in first.items():
        for other, its_chance in second.items():
            found[number + other] += chance * its_chance
    return {number: chance for number, chance in found.items() if chance > NEVER}
