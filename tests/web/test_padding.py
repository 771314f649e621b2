"""bot.web.padding: the size of a page says next to nothing."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.padding import CLOSE, OPEN, SIZES, pad

MARKS = len(OPEN) + len(CLOSE)
ALL_SIZES = (*SIZES, 2 * SIZES[-1], 3 * SIZES[-1])


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(0, 2 * SIZES[-1]))
def test_a_page_is_itself_and_a_comment_of_blanks(text: str, more: int) -> None:
    body = (text + "x" * more).encode()
    padded = pad(body.decode())

    assert padded.startswith(body)
    assert re.fullmatch(rb"<!-- *-->", padded[len(body) :])
    assert len(padded) in ALL_SIZES


@pytest.mark.parametrize(("size", "next_size"), pairwise(ALL_SIZES))
def test_a_page_has_the_least_size_into_which_its_bytes_fit(size: int, next_size: int) -> None:
    room = size - MARKS

    assert len(pad("x" * room)) == size
    assert len(pad("x" * room + "x")) == next_size
    assert len(pad("é" * (room // 2))) == size
