"""bot.safety.likeness: the measure is rapidfuzz's, and short texts are alike only when equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from bot.safety.likeness import LIKE, nearest, similarity

FEW_LETTERS = st.text(alphabet="ab čя ", max_size=80)


@given(one=FEW_LETTERS, other=FEW_LETTERS)
def test_the_measure_is_that_of_rapidfuzz(one: str, other: str) -> None:
    assert similarity(one, other) == pytest.approx(Indel.normalized_similarity(one, other))


@given(text=st.text(max_size=60))
def test_a_text_is_like_itself(text: str) -> None:
    assert similarity(text, text) == 1.0


def test_nearly_the_same_sentence_is_found_whatever_its_spelling() -> None:
    others = ["something else entirely", "I'm so scared of what I might do!!"]

    assert nearest("i am so scared of what i might do", others) == others[1]


def test_of_several_the_nearest_is_told() -> None:
    others = ["scared of what i might do tomorrow", "scared of what i might do tonight"]

    assert nearest("scared of what I might do tonight", others) == others[1]


def test_a_short_text_is_like_the_very_same_alone() -> None:
    assert nearest("Thank you", ["thank you!"]) == "thank you!"
    assert nearest("thank you", ["thanks to you"]) == ""


def test_a_text_that_is_only_as_long_is_not_alike() -> None:
    one, other = "my sister asks what to cook", "the police came to us today"

    assert similarity(one, other) < LIKE
    assert nearest(one, [other]) == ""
