"""bot.statistics.ledger: no draw can be changed, moved or made twice unseen."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AlreadyDrawn, BrokenLedger
from bot.statistics.ledger import BEGINNING, Draw, next_draw, refuse_second, verify

MONDAY = date(2026, 11, 23)
CELLS = st.dictionaries(st.text(max_size=8), st.integers(-100, 10_000), max_size=5)


def ledger(*noisy: dict[str, int]) -> list[Draw]:
    """Return a draw a week, one for each of ``noisy``."""
    draws: list[Draw] = []
    for number, cells in enumerate(noisy):
        week = MONDAY + timedelta(weeks=number)
        previous = draws[-1] if draws else None
        draws.append(next_draw(previous, week, "locale", 2, 0.25, cells))
    return draws


THREE = ledger({"en": 31, "de": -4}, {"en": 28, "de": 0}, {"en": 25, "de": 7})

CHANGES: list[dict[str, Any]] = [
    {"number": 7},
    {"week": MONDAY - timedelta(weeks=1)},
    {"table": "entry"},
    {"dictionary": 3},
    {"epsilon": 0.5},
    {"noisy": {"en": 32, "de": -4}},
    {"noisy": {"en": 31}},
    {"noisy": {"en": 31, "de": "-4"}},
    {"noisy": {"en": 31, "de": b"-4"}},
    {"epsilon": float("inf")},
    {"previous": "1" * 64},
    {"digest": "1" * 64},
]


@given(st.lists(CELLS, max_size=5))
def test_whatever_was_drawn_in_order_is_sound(noisy: list[dict[str, int]]) -> None:
    draws = ledger(*noisy)

    verify(draws)
    assert [draw.number for draw in draws] == list(range(1, len(noisy) + 1))


def test_each_draw_names_the_one_before() -> None:
    assert [draw.previous for draw in THREE] == [BEGINNING, THREE[0].digest, THREE[1].digest]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_a_draw_is_noticed_and_named(change: dict[str, Any], place: int) -> None:
    draws = [*THREE]
    draws[place] = replace(draws[place], **change)

    with pytest.raises(BrokenLedger, match=f"^Draw {place + 1} of the ledger"):
        verify(draws)


def test_a_changed_draw_with_a_new_digest_is_noticed_by_the_next_one() -> None:
    first = next_draw(None, MONDAY, "locale", 2, 0.25, {"en": 32, "de": -4})

    with pytest.raises(BrokenLedger, match=r"^Draw 2 of the ledger"):
        verify([first, *THREE[1:]])


@pytest.mark.parametrize("place", [0, 1])
def test_a_draw_that_is_missing_before_others_is_noticed(place: int) -> None:
    with pytest.raises(BrokenLedger, match=f"^Draw {place + 1} of the ledger"):
        verify([draw for draw in THREE if draw != THREE[place]])


def test_two_draws_that_changed_places_are_noticed() -> None:
    with pytest.raises(BrokenLedger, match=r"^Draw 2 of the ledger"):
        verify([THREE[0], THREE[2], THREE[1]])


@given(CELLS)
def test_the_order_of_cells_makes_no_difference(noisy: dict[str, int]) -> None:
    turned = dict(reversed(noisy.items()))

    assert ledger(noisy)[0].digest == ledger(turned)[0].digest


def test_a_whole_number_as_epsilon_is_the_same_as_a_fraction() -> None:
    whole, fraction = (
        next_draw(None, MONDAY, "locale", 2, epsilon, {}).digest for epsilon in (1, 1.0)
    )

    assert whole == fraction


def test_a_draw_cant_be_changed_through_the_numbers_that_it_was_made_from() -> None:
    numbers = {"en": 3}
    draw = next_draw(None, MONDAY, "locale", 2, 0.25, numbers)
    numbers["en"] = 4

    verify([draw])


def test_the_digest_is_what_any_other_programme_gets() -> None:
    draw = next_draw(None, date(2026, 11, 23), "locale", 2, 0.25, {"en": 3, "de": -1})
    text = (
        '{"dictionary":2,"epsilon":0.25,"noisy":{"de":-1,"en":3},"number":1,'
        f'"previous":"{"0" * 64}","table":"locale","week":"2026-11-23"}}'
    )

    assert draw.digest == hashlib.sha256(text.encode()).hexdigest()


def test_a_second_draw_of_a_week_and_table_is_refused() -> None:
    again = next_draw(THREE[-1], MONDAY, "locale", 2, 0.25, {"en": 30})

    with pytest.raises(AlreadyDrawn, match="the table locale of the week 2026-11-23"):
        refuse_second(THREE, [again])


def test_the_same_week_and_table_twice_in_one_release_is_refused() -> None:
    first = next_draw(None, MONDAY, "locale", 2, 0.25, {"en": 30})
    again = next_draw(first, MONDAY, "locale", 2, 0.25, {"en": 31})

    with pytest.raises(AlreadyDrawn):
        refuse_second([], [first, again])


def test_draws_that_were_made_for_an_earlier_end_are_refused() -> None:
    late = next_draw(THREE[0], MONDAY, "entry", 2, 0.25, {"en": 30})

    with pytest.raises(AlreadyDrawn, match="Another release drew noise meanwhile"):
        refuse_second(THREE, [late])


def test_another_table_of_the_same_week_is_fine() -> None:
    refuse_second(THREE, [next_draw(THREE[-1], MONDAY, "entry", 2, 0.25, {"en": 30})])
