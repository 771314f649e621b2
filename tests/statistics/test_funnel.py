"""bot.statistics.funnel: whoever came further has come as far, too; nobody goes back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.funnel import IN_SELF_HELP, OUTCOMES, TOWARDS_PEOPLE, further, reached

outcomes = st.sampled_from(["", *OUTCOMES])
steps, parts = st.sampled_from(TOWARDS_PEOPLE), st.sampled_from(IN_SELF_HELP)


def reached_all(outcome: str) -> set[str]:
    return {step for step in (*TOWARDS_PEOPLE, *IN_SELF_HELP) if reached(outcome, step)}


@given(outcomes, steps, parts)
def test_the_furthest_is_always_a_cell_of_the_table(outcome: str, step: str, part: str) -> None:
    assert further(outcome, step, part) in OUTCOMES


@given(outcomes, steps, parts)
def test_nobody_goes_back(outcome: str, step: str, part: str) -> None:
    before = reached_all(outcome) if outcome else set()

    assert before <= reached_all(further(outcome, step, part))


@given(outcomes, steps, parts)
def test_what_a_turn_reached_is_reached(outcome: str, step: str, part: str) -> None:
    assert {step, part} <= reached_all(further(outcome, step, part))


@given(outcomes, steps, parts)
def test_the_same_turn_again_changes_nothing(outcome: str, step: str, part: str) -> None:
    once = further(outcome, step, part)

    assert further(once, step, part) == once


@given(outcomes, st.lists(st.tuples(steps, parts), max_size=6))
def test_the_order_of_the_turns_doesnt_matter(outcome: str, turns: list[tuple[str, str]]) -> None:
    def after(these: list[tuple[str, str]]) -> str:
        end = outcome
        for step, part in these:
            end = further(end, step, part)
        return end

    assert after(turns) == after(turns[::-1])


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_can_be_reached_and_names_itself(outcome: str) -> None:
    step, _, part = outcome.partition(".")

    assert further("", step, part or "none") == outcome


def test_each_step_holds_all_that_are_further() -> None:
    counted = [[o for o in OUTCOMES if reached(o, step)] for step in TOWARDS_PEOPLE]

    assert [len(found) for found in counted] == [10, 9, 6, 3]
    assert all(set(after) < set(before) for before, after in pairwise(counted))


def test_whoever_uses_self_help_has_named_a_subject() -> None:
    assert further("", "began", "begun") == "asked.begun"


def test_who_only_began_has_reached_nothing_else() -> None:
    assert reached_all("began") == {"began", "none"}
