"""bot.assistant.small_arrays: what numpy has put aside is overwritten."""

from __future__ import annotations

import numpy as np

from bot.assistant.small_arrays import overwrite

PIECES = 40
MARK = 7_306_451


def put_aside() -> None:
    np.full(PIECES, MARK, np.int64)


def marks_in_a_new_block() -> int:
    return int((np.empty(PIECES, np.int64) == MARK).sum())


def test_numpy_keeps_small_arrays_as_they_are() -> None:
    put_aside()

    assert marks_in_a_new_block() > 0, "numpy has changed: small_arrays isn't needed any more"


def test_after_that_nothing_of_them_is_left() -> None:
    put_aside()
    overwrite()

    assert marks_in_a_new_block() == 0
