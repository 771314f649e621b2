"""Attack: tell from a release whether one conversation, that the attacker knows, was counted.

The attacker knows all other conversations, the code and the exact law of the noise, and compares
the likelihoods of what is published. Bound: an advantage of (e^epsilon - 1) / (e^epsilon + 1).
"""

from __future__ import annotations

import random
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.statistics.counts import Count
from bot.statistics.due import due
from bot.statistics.events import TABLES, VERSION
from bot.statistics.ledger import next_draw
from bot.statistics.release import Rules, published
from bot.statistics.runs import BEGINNING, Run
from bot.storage import counters
from bot.storage.counters import SqlCountStore
from tests.release.operating import Place, weeks_later
from tests.statistics.attacks.membership import (
    View,
    bound,
    exact,
    lines,
    measured,
    sampling_error,
    worst,
)
from tests.statistics.attacks.population import (
    MONDAY,
    OF_A_CONVERSATION,
    conversations,
    counts,
)

ONE_IN_A_MILLION = 4.9
"""So many standard deviations a mean is off by chance once in a million times."""
ROUNDING = 1e-9
RELEASE, LEDGER = View("release", False, Rules()), View("ledger", True, Rules())
POLICY: Path = ROOT / "docs" / "statistics-policy.md"

epsilons = st.sampled_from([0.05, 0.1, 0.25, 0.5, 1.0])


@given(epsilons, st.integers(0, 80), st.sampled_from([1, 4]))
def test_the_best_attacker_stays_within_the_bound(epsilon: float, others: int, tables: int) -> None:
    advantage = exact(View("release", False, Rules(epsilon)), others, tables)

    assert advantage <= bound(tables * epsilon) + ROUNDING
    assert advantage <= exact(View("ledger", True, Rules(epsilon)), others, tables) + ROUNDING


@pytest.mark.parametrize("epsilon", [0.05, 0.25, 1.0])
def test_one_table_of_raw_draws_reaches_the_bound_so_that_it_can_be_no_lower(
    epsilon: float,
) -> None:
    assert exact(View("ledger", True, Rules(epsilon)), 20) == pytest.approx(bound(epsilon))


def test_the_view_of_a_cell_is_what_a_release_publishes_of_it() -> None:
    for noisy in range(-30, 90):
        draw = next_draw(None, MONDAY, "showing", VERSION, 0.25, {"first_page": noisy})
        (cell,) = published(draw, Rules())
        assert RELEASE.seen(noisy) == cell.conversations


@pytest.mark.slow
@pytest.mark.parametrize("view", [RELEASE, LEDGER], ids=lambda view: view.name)
@pytest.mark.parametrize("tables", [1, 4])
def test_what_an_attacker_gains_in_many_trials_stays_within_the_bound(
    view: View, tables: int
) -> None:
    trials, others = 20_000, worst(view)
    tolerance = ONE_IN_A_MILLION * sampling_error(trials)

    found = measured(view, [others] * tables, trials)

    assert found <= bound(tables * view.rules.epsilon) + tolerance
    assert found == pytest.approx(exact(view, others, tables), abs=tolerance)  # he is the best


@pytest.mark.slow
@pytest.mark.parametrize("size", [3, 60, 400])
def test_whoever_knows_a_whole_population_gains_no_more_from_all_four_tables(size: int) -> None:
    trials, choose = 10_000, random.Random()
    *others, the_one = conversations(size, choose)
    true = counts(others)
    cells = [true[table][cell] for table, cell in the_one.items()]

    found = measured(RELEASE, cells, trials)

    assert len(cells) <= len(OF_A_CONVERSATION)
    assert found <= bound(len(cells) * 0.25) + ONE_IN_A_MILLION * sampling_error(trials)


@given(st.integers(0, 10**9))
def test_two_neighbouring_populations_differ_by_one_in_one_cell_of_each_table(seed: int) -> None:
    *others, the_one = conversations(50, random.Random(seed))
    with_it, without = counts([*others, the_one]), counts(others)

    for table in OF_A_CONVERSATION:
        changes = [abs(with_it[table][cell] - without[table][cell]) for cell in TABLES[table]]
        assert sorted(changes, reverse=True)[:2] == [int(table in the_one), 0]


def test_the_policy_names_the_advantage_that_the_command_computes() -> None:
    written = [cells(line) for line in POLICY.read_text(encoding="utf-8").splitlines()]

    for line in lines(trials=1):
        assert without_measured(cells(line)) in map(without_measured, written)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def without_measured(row: list[str]) -> list[str]:
    return row[:3] + row[4:]


def test_what_the_policy_says_was_measured_is_near_the_exact_advantage() -> None:
    rows = [cells(line) for line in POLICY.read_text(encoding="utf-8").splitlines()]
    found = [row for row in rows if len(row) == 5 and row[0] in ("1", "4")]

    assert len(found) == 4
    for row in found:
        exact_one, measured_one = (float(cell.removesuffix(" %")) for cell in row[2:4])
        assert abs(exact_one - measured_one) < 1.5


# What is there, and what is missing, must not depend on one conversation either.

weeks = st.integers(0, 40).map(lambda number: date.fromordinal(MONDAY.toordinal() + 7 * number))


@given(st.frozensets(weeks), weeks, st.integers(0, 400))
def test_which_weeks_are_released_is_the_same_with_one_conversation_more(
    counted: frozenset[date], week: date, days: int
) -> None:
    today = date.fromordinal(MONDAY.toordinal() + days)
    runs = (Run(BEGINNING, VERSION),)
    without = {MONDAY, *counted}  # the first week with counts is no secret

    with_it = due({*without, week}, runs, (), today, Rules())
    assert with_it.weeks == due(without, runs, (), today, Rules()).weeks


@pytest.mark.parametrize("counted", [(), ("old",), ("new",), ("old", "new")])
def test_which_weeks_are_released_is_the_same_when_the_dictionary_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: tuple[str, ...]
) -> None:
    place, changed_in, today = Place(tmp_path), weeks_later(1), weeks_later(6)
    for version, name in ((VERSION - 1, "old"), (VERSION, "new")):
        monkeypatch.setattr(counters, "VERSION", version)
        with closing(SqlCountStore(place.url, today=changed_in)) as store:
            store.add([Count(weeks_later(0), "locale", "en", 40)])
            store.add([Count(changed_in, "locale", "en", 1)] * (name in counted))

    made = place.release(today)

    assert made.weeks == tuple(map(weeks_later, range(2, 5)))
    assert [week for week, _ in made.refused] == [weeks_later(0), changed_in]
