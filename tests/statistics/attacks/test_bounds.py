"""Attack: bound a suppressed number by linear programming over everything that is published.

The attacker reads the CSV files of a release: cells, totals, months, years and the funnel. He takes
each cell's noise to lie in its own 95 % interval, knows that no count is below zero, and knows how
the tables hang together: each conversation has one language and one outcome; a first subject only
when it asked, and self-help only when it began some. Bound: the interval of a suppressed cell,
of its noisy and of its true number, stays wider than the noise's own 95 % interval.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from bot.release.folder import files
from bot.statistics.funnel import reached
from bot.statistics.ledger import Draw
from bot.statistics.precision import half_width, noise
from bot.statistics.register import lines_for
from bot.statistics.release import Rules, month_of, release_of
from tests.statistics.attacks.population import conversations, ledger

RULES: Final = Rules()
NOISE: Final = half_width(noise(RULES.epsilon))
"""Half of the 95 % interval of one cell's noise."""
HALF_STEP: Final = RULES.rounding / 2

Cell = tuple[str, str, str]
"""Week, table and cell."""
Row = Mapping[str, str]


@dataclass
class Puzzle:
    """Every noisy number as one unknown, every true one as another, and what is known of them."""

    cells: tuple[Cell, ...]
    bounds: list[tuple[float | None, float | None]]
    less: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def noisy(self, cell: Cell) -> int:
        return self.cells.index(cell)

    def true(self, cell: Cell) -> int:
        return len(self.cells) + self.cells.index(cell)

    def add(self, weights: Mapping[int, float], most: float) -> None:
        """Note that the weighted sum is ``most`` at most."""
        self.less.append((dict(weights), most))

    def interval(self, unknown: int) -> tuple[float, float]:
        """Return the least and the greatest value that fit everything that is known."""
        matrix = lil_matrix((len(self.less), len(self.bounds)))
        for row, (weights, _) in enumerate(self.less):
            for column, weight in weights.items():
                matrix[row, column] = weight
        most = np.array([each for _, each in self.less])
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(self.bounds))
            goal[unknown] = sign
            found = linprog(goal, matrix.tocsr(), most, bounds=self.bounds, method="highs")
            assert found.success, found.message
            ends.append(sign * found.fun)
        return ends[0], ends[1]


def sheets_of(draws: tuple[Draw, ...]) -> Mapping[str, list[Row]]:
    found = files(release_of(draws, "ab", False, RULES), lines_for(draws, (), RULES))
    return {
        name.removeprefix("data/").removesuffix(".csv"): list(csv.DictReader(io.StringIO(text)))
        for name, text in found.items()
        if name.startswith("data/")
    }


def puzzle_of(sheets: Mapping[str, Sequence[Row]], *, with_sums: bool = True) -> Puzzle:
    """Return what the attacker knows from the cells, and from all sums of them if ``with_sums``."""
    rows = sheets["weeks"]
    cells = tuple((row["week"], row["table"], row["cell"]) for row in rows)
    bounds = [noisy_bounds(row) for row in rows] + [(0, None) for _ in rows]
    puzzle = Puzzle(cells, bounds)
    for cell in cells:
        puzzle.add({puzzle.true(cell): 1, puzzle.noisy(cell): -1}, NOISE)
        puzzle.add({puzzle.true(cell): -1, puzzle.noisy(cell): 1}, NOISE)
    if with_sums:
        add_sums(puzzle, sheets)
    return puzzle


def noisy_bounds(row: Row) -> tuple[float | None, float | None]:
    if row["status"] == "suppressed":
        return None, RULES.cut - 1
    return int(row["conversations"]) - HALF_STEP, int(row["conversations"]) + HALF_STEP


def add_sums(puzzle: Puzzle, sheets: Mapping[str, Sequence[Row]]) -> None:
    """Note every published sum, of the cells that the codebook says are in it."""
    shown = {
        (row["week"], row["table"], row["cell"])
        for row in sheets["weeks"]
        if row["status"] == "published"
    }
    for row in sheets["totals"]:
        add_sum(puzzle, row, (c for c in shown if c[:2] == (row["week"], row["table"])))
    for name, length in (("month", 7), ("year", 4)):
        for row in sheets[f"{name}s"]:
            of_the_row = (row["table"], row["cell"])
            span = [c for c in shown if c[1:] == of_the_row and period(c)[:length] == row[name]]
            add_sum(puzzle, row, span)
    for row in sheets["funnel"]:
        if row["step"] != "shown":
            outcomes = [c for c in shown if c[:2] == (row["week"], "outcome")]
            add_sum(puzzle, row, (c for c in outcomes if reached(c[2], row["step"])))


def period(cell: Cell) -> str:
    return month_of(np.datetime64(cell[0]).astype(object))


def add_sum(puzzle: Puzzle, row: Row, cells: Iterable[Cell]) -> None:
    """Note that these cells' numbers, each rounded by up to half a step, make this sum."""
    there = list(cells)
    if not row["conversations"]:
        return
    number, slack = int(row["conversations"]), HALF_STEP * len(there)
    puzzle.add({puzzle.noisy(cell): 1 for cell in there}, number + slack)
    puzzle.add({puzzle.noisy(cell): -1 for cell in there}, slack - number)


def add_how_tables_hang_together(puzzle: Puzzle) -> None:
    for week in {cell[0] for cell in puzzle.cells}:
        of = {
            table: [c for c in puzzle.cells if c[:2] == (week, table)]
            for table in ("locale", "entry", "outcome", "self_help")
        }
        asked = [c for c in of["outcome"] if reached(c[2], "asked")]
        begun = [c for c in of["outcome"] if reached(c[2], "begun")]
        add_no_more_than(puzzle, of["locale"], of["outcome"])
        add_no_more_than(puzzle, of["outcome"], of["locale"])
        add_no_more_than(puzzle, of["entry"], asked)
        add_no_more_than(puzzle, of["self_help"], begun)


def add_no_more_than(puzzle: Puzzle, some: Sequence[Cell], others: Sequence[Cell]) -> None:
    weights = {puzzle.true(cell): 1.0 for cell in some} | {
        puzzle.true(cell): -1.0 for cell in others
    }
    puzzle.add(weights, 0)


def suppressed(sheets: Mapping[str, Sequence[Row]]) -> list[Cell]:
    return [
        (row["week"], row["table"], row["cell"])
        for row in sheets["weeks"]
        if row["status"] == "suppressed"
    ]


def width(interval: tuple[float, float]) -> float:
    return interval[1] - interval[0]


histories = st.builds(
    lambda sizes, seed: ledger(
        [conversations(size, random.Random(seed + place)) for place, size in enumerate(sizes)],
        RULES.epsilon,
    ),
    st.lists(st.integers(0, 600), min_size=1, max_size=3),
    st.integers(0, 10**9),
)


@settings(max_examples=6)
@given(histories, st.data())
def test_no_suppressed_number_is_bounded_more_narrowly_than_its_noise(
    draws: tuple[Draw, ...], data: st.DataObject
) -> None:
    sheets = sheets_of(draws)
    puzzle = puzzle_of(sheets)
    add_how_tables_hang_together(puzzle)
    hidden = st.sampled_from(suppressed(sheets))

    for cell in data.draw(st.lists(hidden, min_size=1, max_size=4, unique=True)):
        assert width(puzzle.interval(puzzle.noisy(cell))) > 2 * NOISE
        assert width(puzzle.interval(puzzle.true(cell))) > 2 * NOISE


@settings(max_examples=6)
@given(histories, st.data())
def test_all_published_sums_together_bound_a_suppressed_number_no_better_than_the_cut_alone(
    draws: tuple[Draw, ...], data: st.DataObject
) -> None:
    sheets = sheets_of(draws)
    cell = data.draw(st.sampled_from(suppressed(sheets)))
    with_sums, without = puzzle_of(sheets), puzzle_of(sheets, with_sums=False)

    for unknown in (with_sums.noisy(cell), with_sums.true(cell)):
        found = with_sums.interval(unknown)
        assert np.allclose(found, without.interval(unknown))
    assert np.allclose(found, (0, RULES.cut - 1 + NOISE))


def test_one_exact_sum_over_a_suppressed_number_would_give_it_away() -> None:
    there = [{"locale": "en", "outcome": "began"}] * 300 + [{"locale": "de", "outcome": "began"}]
    draws = ledger([there], RULES.epsilon)
    puzzle = puzzle_of(sheets_of(draws))
    languages = next(draw.noisy for draw in draws if draw.table == "locale")
    # One whose noise is small, as attackers assume; else nothing fits what they know.
    small = min(languages, key=lambda cell: abs(languages[cell]))
    shown, hidden = (puzzle.noisy((draws[0].week.isoformat(), "locale", c)) for c in ("en", small))
    before = puzzle.interval(hidden)

    puzzle.add({shown: 1, hidden: 1}, languages["en"] + languages[small])
    puzzle.add({shown: -1, hidden: -1}, -languages["en"] - languages[small])

    assert width(before) > 2 * NOISE
    assert width(puzzle.interval(hidden)) <= RULES.rounding
