"""bot.statistics.release: two weeks of numbers, and everything that is published of them."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.errors import BadRules
from bot.statistics.ledger import Draw, next_draw
from bot.statistics.release import (
    STEPS,
    Period,
    Published,
    Release,
    Rules,
    Step,
    Total,
    funnel,
    months,
    published,
    release_of,
    totals,
    years,
)

NOVEMBER, DECEMBER = date(2026, 11, 23), date(2026, 11, 30)  # their Thursdays: 26 and 3
CELLS = (
    Published(NOVEMBER, "showing", "first_page", 40),
    Published(NOVEMBER, "outcome", "began", 100),
    Published(NOVEMBER, "outcome", "saw.none", None),
    Published(NOVEMBER, "outcome", "opened.finished", 20),
    Published(DECEMBER, "showing", "first_page", None),
    Published(DECEMBER, "outcome", "saw.begun", 60),
    Published(DECEMBER, "outcome", "opened.finished", 25),
)


def a_draw(week: date, table: str, dictionary: int = 2, **noisy: int) -> Draw:
    return next_draw(None, week, table, dictionary, 0.25, noisy)


def test_a_release_is_its_draws_in_order_and_says_what_was_lost() -> None:
    rules = Rules(delay_days=9)
    draws = [
        a_draw(DECEMBER, "survey_way", same=33, lower=19),
        a_draw(DECEMBER, "survey_hope", dictionary=3),
        a_draw(DECEMBER, "locale", dictionary=3, de=20),
        a_draw(NOVEMBER, "outcome"),
        a_draw(NOVEMBER, "locale", de=-4, en=41),
    ]
    draws = [Draw(**vars(draw) | {"number": n}) for n, draw in enumerate(reversed(draws), 1)]

    assert release_of(draws[::-1], "ab", True, rules) == Release(
        name="synthetic-2026-W49",
        made_on=date(2026, 12, 16),
        ledger_id="ab",
        is_synthetic=True,
        rules=rules,
        dictionary=2,
        weeks=(
            Published(NOVEMBER, "locale", "en", 40),
            Published(NOVEMBER, "locale", "de", None),
            Published(DECEMBER, "locale", "de", 20),
            Published(DECEMBER, "survey_way", "lower", None),
            Published(DECEMBER, "survey_way", "same", 35),
        ),
        lost=((NOVEMBER, "outcome"), (DECEMBER, "survey_hope")),
    )


def test_tables_and_cells_that_are_no_more_come_last_by_name() -> None:
    tables = ("weather", "survey_talk", "doors")
    draws = [a_draw(NOVEMBER, table, left=40, higher=40, abroad=40) for table in tables]
    weeks = release_of(draws, "ab", False, Rules()).weeks

    assert [cell.table for cell in weeks[::3]] == ["survey_talk", "doors", "weather"]
    assert [cell.cell for cell in weeks[:3]] == ["higher", "abroad", "left"]
    assert [cell.cell for cell in published(draws[0], Rules())] == ["abroad", "higher", "left"]


def test_totals_are_of_each_table_and_week() -> None:
    assert totals(CELLS) == (
        Total(NOVEMBER, "showing", 40),
        Total(NOVEMBER, "outcome", 120),
        Total(DECEMBER, "showing", None),
        Total(DECEMBER, "outcome", 85),
    )


def test_months_and_years_are_of_each_cell_in_the_dictionarys_order() -> None:
    assert months(reversed(CELLS)) == (
        Period("2026-11", "showing", "first_page", 40, 1, 1),
        Period("2026-11", "outcome", "began", 100, 1, 1),
        Period("2026-11", "outcome", "saw.none", None, 0, 1),
        Period("2026-11", "outcome", "opened.finished", 20, 1, 1),
        Period("2026-12", "showing", "first_page", None, 0, 1),
        Period("2026-12", "outcome", "saw.begun", 60, 1, 1),
        Period("2026-12", "outcome", "opened.finished", 25, 1, 1),
    )
    assert years(CELLS) == (
        Period("2026", "showing", "first_page", 40, 1, 2),
        Period("2026", "outcome", "began", 100, 1, 1),
        Period("2026", "outcome", "saw.none", None, 0, 1),
        Period("2026", "outcome", "saw.begun", 60, 1, 1),
        Period("2026", "outcome", "opened.finished", 45, 2, 2),
    )


def test_the_funnel_is_of_each_week_and_step() -> None:
    assert STEPS == ("shown", "began", "asked", "saw", "opened", "begun", "finished")
    assert funnel(CELLS) == (
        Step(NOVEMBER, "shown", 40, 0),
        Step(NOVEMBER, "began", 120, 1),
        Step(NOVEMBER, "asked", 20, 1),
        Step(NOVEMBER, "saw", 20, 1),
        Step(NOVEMBER, "opened", 20, 0),
        Step(NOVEMBER, "begun", 20, 0),
        Step(NOVEMBER, "finished", 20, 0),
        Step(DECEMBER, "shown", None, 1),
        Step(DECEMBER, "began", 85, 0),
        Step(DECEMBER, "asked", 85, 0),
        Step(DECEMBER, "saw", 85, 0),
        Step(DECEMBER, "opened", 25, 0),
        Step(DECEMBER, "begun", 85, 0),
        Step(DECEMBER, "finished", 25, 0),
    )


def test_rules_may_go_to_their_edges() -> None:
    assert [Rules(epsilon=edge).epsilon for edge in (0.05, 1.0)] == [0.05, 1.0]


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            {"epsilon": 2.0},
            "Epsilon must be 0.05 to 1 for each table: with more, the noise is so small that one "
            "person could be seen; with less, it is so large that mostly noise would be published.",
        ),
        ({"cut": 24}, "The cut must be a multiple of the rounding."),
    ],
)
def test_a_refusal_of_rules_says_why(rules: dict[str, float], sentence: str) -> None:
    with pytest.raises(BadRules, match=f"^{re.escape(sentence)}$"):
        Rules(**rules)  # type: ignore[arg-type]
