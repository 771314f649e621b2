"""bot.statistics.register: a witness that notices a restored backup, a copy and a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import BrokenRegister
from bot.statistics.events import VERSION
from bot.statistics.ledger import Draw, next_draw
from bot.statistics.register import (
    Agreement,
    Line,
    agreement,
    from_text,
    lines_for,
    lines_for_lost,
    standing,
    to_text,
)
from bot.statistics.release import Rules

MONDAY = date(2026, 11, 16)
RULES = Rules()


def draws(*numbers: int) -> tuple[Draw, ...]:
    """Return a ledger with one noisy number of showings a week."""
    made: list[Draw] = []
    for place, number in enumerate(numbers):
        week, last = MONDAY + timedelta(weeks=place), made[-1] if made else None
        made.append(next_draw(last, week, "showing", VERSION, 0.25, {"first_page": number}))
    return tuple(made)


def lines(*numbers: int) -> tuple[Line, ...]:
    return lines_for(draws(*numbers), (), RULES)


def test_a_line_survives_being_written_and_read() -> None:
    (line,) = lines(40)

    assert from_text(to_text(line)) == line
    assert from_text(to_text(replace(line, replaces="ab"))).replaces == "ab"


@pytest.mark.parametrize("text", ["", "{}", "[1]", "null", '{"number": 1, "week": "x"}', "{"])
def test_a_line_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BrokenRegister):
        from_text(text)


@pytest.mark.parametrize(
    ("drawn", "witnessed", "agree"),
    [
        ((), (), Agreement.SAME),
        ((40, 50), (40, 50), Agreement.SAME),
        ((40,), (40, 50), Agreement.LEDGER_BEHIND),
        ((), (40,), Agreement.LEDGER_BEHIND),
        ((40, 50), (40,), Agreement.NEITHER),
        ((40, 51), (40, 50), Agreement.NEITHER),
        ((41,), (40, 50), Agreement.NEITHER),
    ],
)
def test_ledger_and_register_agree_exactly_or_not(
    drawn: tuple[int, ...], witnessed: tuple[int, ...], agree: Agreement
) -> None:
    assert agreement(draws(*drawn), lines(*witnessed)) is agree


def test_what_was_lost_is_replaced_and_the_published_chain_goes_on_unchanged() -> None:
    before, kept = lines(40, 50, 60), draws(40)
    empty = next_draw(kept[-1], before[1].week, "showing", VERSION, 0.25, {})
    second = next_draw(empty, before[2].week, "showing", VERSION, 0.25, {})

    added = lines_for_lost((empty, second), before[1:])

    whole = (*before, *added)
    assert agreement((*kept, empty, second), whole) is Agreement.SAME
    assert agreement(draws(40, 50, 60), whole) is Agreement.NEITHER
    assert [line.published for line in standing(whole)] == [line.published for line in before]


def test_a_line_that_is_missing_or_comes_twice_is_refused() -> None:
    first, second, third = lines(40, 50, 60)

    for broken in (
        (first, third),
        (first, first),
        (second,),
        (first, replace(first, replaces="x")),
    ):
        with pytest.raises(BrokenRegister):
            standing(broken)


def test_the_published_chain_tells_nothing_of_a_suppressed_number() -> None:
    assert [line.published for line in lines(3, 40)] == [line.published for line in lines(-9, 41)]
    assert lines(3)[0].digest != lines(-9)[0].digest


def test_the_published_chain_notices_every_published_number() -> None:
    assert lines(40, 50)[-1].published != lines(45, 50)[-1].published
    assert lines(40, 50)[-1].published != lines(40, 55)[-1].published
