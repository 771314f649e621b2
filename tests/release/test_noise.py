"""bot.release.noise: OpenDP's noise is the one whose exact law everything else relies on."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from bot.release.noise import draw_noise
from bot.statistics.precision import noise

DRAWS = 200_000
RARE = 1e-6
"""How often the test may fail though all is well."""


@given(st.lists(st.integers(-50, 1_000), min_size=1, max_size=40), st.floats(0.05, 1))
def test_every_number_gets_noise_and_keeps_its_place(numbers: list[int], epsilon: float) -> None:
    noisy = draw_noise(numbers, epsilon)

    assert len(noisy) == len(numbers)
    assert all(isinstance(number, int) for number in noisy)
    # further away than this once in ten thousand million draws
    assert all(
        abs(found - max(0, true)) < 25 / epsilon for found, true in zip(noisy, numbers, strict=True)
    )


def test_numbers_below_zero_count_as_zero() -> None:
    noisy = draw_noise([-1_000_000], 1)

    assert noisy[0] > -100


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", [0.25, 1.0])
def test_the_noise_has_its_exact_law(epsilon: float) -> None:
    law = noise(epsilon)
    found = Counter(draw_noise([0] * DRAWS, epsilon))
    # numbers that are expected at least 20 times, and one class for all others
    common = [number for number, chance in law.items() if chance * DRAWS >= 20]
    observed = [found[number] for number in common]
    expected = [law[number] * DRAWS for number in common]
    observed.append(DRAWS - sum(observed))
    expected.append(DRAWS - sum(expected))

    distance = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))

    assert distance < chi2.isf(RARE, len(common))
