"""Draw noise with OpenDP; nothing else of the product imports it, and nothing here remembers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import opendp.prelude as dp

dp.enable_features("contrib")


def draw_noise(numbers: Sequence[int], epsilon: float) -> list[int]:
    """Return ``numbers`` with discrete Laplace noise; those below zero count as zero before.

    One conversation more or less moves one of the numbers by one, so the sensitivity is 1.
    """
    measurement = _measurement(epsilon)
    noisy: list[int] = measurement([max(0, number) for number in numbers])
    return noisy


def _measurement(epsilon: float) -> dp.Measurement:
    """Return the measurement whose loss OpenDP itself puts at ``epsilon`` at most."""
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    scale = 1 / epsilon
    measurement: dp.Measurement = space >> dp.m.then_laplace(scale=scale)
    while measurement.map(1) > epsilon:  # type: ignore[no-untyped-call]
        scale = math.nextafter(scale, math.inf)
        measurement = space >> dp.m.then_laplace(scale=scale)
    return measurement
