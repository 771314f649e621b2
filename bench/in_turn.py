"""Time calls side by side, one after the other, so that the machine's noise hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def medians(repeats: int, units: float, *calls: Callable[[], object]) -> list[float]:
    """Return the median time of each call, in parts of a second of which ``units`` are one."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for call, spent in zip(calls, times, strict=True):
            began = time.perf_counter()
            call()
            spent.append((time.perf_counter() - began) * units)
    return [statistics.median(spent) for spent in times]
