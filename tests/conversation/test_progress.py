"""bot.conversation.progress: ids of the shelf can be kept, and nothing else can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import progress
from bot.conversation.progress import all_ids, from_bytes, groups, only_ours, read_number, to_bytes
from tests.builders import content

SHELF = content().shelf
OURS = st.sampled_from(all_ids(SHELF))
SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９", "०१२३४५६७८९")
PARTED = (" ", "-", "  ", "–", ".", " \u200f")


@given(st.lists(st.one_of(OURS, st.text(), OURS.map(lambda one: f"{one}.more"))))
def test_whatever_a_form_brings_only_ids_of_the_shelf_get_in(sent: list[str]) -> None:
    kept = to_bytes(SHELF, sent).decode()

    assert set(kept.split()) <= set(all_ids(SHELF))
    assert set(kept.split()) == set(sent) & set(all_ids(SHELF))


@given(st.sets(OURS))
def test_what_was_kept_comes_back_whole_and_in_the_order_of_the_shelf(kept: set[str]) -> None:
    ours = only_ours(SHELF, kept)

    assert set(ours) == kept
    assert from_bytes(SHELF, to_bytes(SHELF, kept)) == ours


@given(st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_what_is_on_no_shelf_any_more_is_left_out(plain: bytes) -> None:
    assert set(from_bytes(SHELF, plain)) <= set(all_ids(SHELF))


def test_neither_ready_sentences_nor_ratings_nor_what_is_written_can_be_kept() -> None:
    parts = [one.split(".") for one in all_ids(SHELF)]
    kinds = {SHELF.exercises[part[1]].kind for part in parts if len(part) == 3}

    assert kinds == {"checklist"}


@given(st.integers(0, 10**24 - 1), st.sampled_from(SCRIPTS), st.sampled_from(PARTED))
def test_a_number_is_read_in_any_script_and_however_it_is_parted(
    number: int, script: str, between: str
) -> None:
    plain = f"{number:024d}"
    typed = between.join(groups(plain)).translate(str.maketrans("0123456789", script))

    assert read_number(typed) == plain


@pytest.mark.parametrize("typed", ["", "1" * 23, "1" * 25, "1" * 23 + "x", "²" * 24, "/" * 24])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) == ""


def test_a_new_number_has_six_groups_of_four_digits_and_is_no_other() -> None:
    numbers = {progress.new_number() for _ in range(1000)}

    assert len(numbers) == 1000
    assert {len(number) for number in numbers} == {24}
    assert all([len(group) for group in groups(number)] == [4] * 6 for number in numbers)
