"""Overwrite the small arrays that numpy has put aside.

Blocks under a kilobyte never go back to the C library, which would overwrite them: numpy puts up to
seven of each size on a shelf of its own, as they are. On it lay the pieces of the last message of
each length, from which the message can be read word for word.
"""

from __future__ import annotations

from typing import Final

import numpy as np

ON_SHELF: Final = 1024  # bytes; larger blocks aren't put aside
MOST_OF_A_SIZE: Final = 8  # one more than numpy puts aside, so that none is left out


def overwrite() -> None:
    """Take every block off the shelf, fill it with zeros, and put it back; takes milliseconds."""
    for size in range(1, ON_SHELF):
        for block in [np.empty(size, np.uint8) for _ in range(MOST_OF_A_SIZE)]:
            block.fill(0)
