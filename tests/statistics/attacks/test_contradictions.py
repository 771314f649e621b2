"""Attack: look for a sum that contradicts the cells, because it was made of something else.

The attacker has the CSV files of one release alone, and adds up by hand. Bound: each total, month,
year and step of the funnel is exactly the sum of the published cells that it names.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.release.folder import files
from bot.statistics.funnel import IN_SELF_HELP, OUTCOMES, TOWARDS_PEOPLE
from bot.statistics.ledger import Draw
from bot.statistics.register import lines_for
from bot.statistics.release import Rules, release_of
from tests.statistics.attacks.population import conversations, ledger

RULES = Rules()
Row = Mapping[str, str]

histories = st.builds(
    lambda sizes, seed: ledger(
        [conversations(size, random.Random(seed + place)) for place, size in enumerate(sizes)],
        RULES.epsilon,
    ),
    st.lists(st.integers(0, 300), min_size=1, max_size=6),
    st.integers(0, 10**9),
)


def sheets_of(draws: tuple[Draw, ...]) -> Mapping[str, list[Row]]:
    """Return the rows of the CSV files, read as anybody reads them."""
    found = files(release_of(draws, "ab", False, RULES), lines_for(draws, (), RULES))
    return {
        name.removeprefix("data/").removesuffix(".csv"): list(csv.DictReader(io.StringIO(text)))
        for name, text in found.items()
        if name.startswith("data/")
    }


def added(cells: list[Row], is_meant: Callable[[Row], bool]) -> tuple[str, int, int]:
    """Return the sum as a release writes it, and how many cells are in it and are not."""
    meant = [row for row in cells if is_meant(row)]
    shown = [int(row["conversations"]) for row in meant if row["status"] == "published"]
    return str(sum(shown)) if shown else "", len(shown), len(meant) - len(shown)


@settings(max_examples=8)
@given(histories)
def test_totals_months_and_years_are_what_their_cells_add_up_to(draws: tuple[Draw, ...]) -> None:
    sheets = sheets_of(draws)
    cells = sheets["weeks"]

    for row in sheets["totals"]:
        meant = added(cells, lambda cell, row=row: same(cell, row, "week", "table"))  # type: ignore[misc]
        assert row["conversations"] == meant[0]
    for name, length in (("month", 7), ("year", 4)):
        for row in sheets[f"{name}s"]:
            number, shown, missing = added(
                cells,
                lambda cell, row=row, name=name, length=length: (  # type: ignore[misc]
                    same(cell, row, "table", "cell") and thursday(cell)[:length] == row[name]
                ),
            )
            assert (row["conversations"], row["weeks_published"]) == (number, str(shown))
            assert int(row["weeks"]) == shown + missing


def same(cell: Row, row: Row, *columns: str) -> bool:
    return all(cell[column] == row[column] for column in columns)


def thursday(cell: Row) -> str:
    return (date.fromisoformat(cell["week"]) + timedelta(days=3)).isoformat()


@settings(max_examples=8)
@given(histories)
def test_each_step_of_the_funnel_is_what_its_outcomes_add_up_to(draws: tuple[Draw, ...]) -> None:
    sheets = sheets_of(draws)

    for row in sheets["funnel"]:
        number, _, missing = added(
            sheets["weeks"],
            lambda cell, row=row: (  # type: ignore[misc]
                cell["week"] == row["week"]
                and cell["table"] == ("showing" if row["step"] == "shown" else "outcome")
                and (row["step"] == "shown" or came_so_far(cell["cell"], row["step"]))
            ),
        )
        assert (row["conversations"], row["cells_suppressed"]) == (number, str(missing))


def came_so_far(outcome: str, step: str) -> bool:
    """Tell it from the outcome's name alone, as the codebook explains it."""
    towards, _, part = outcome.partition(".")
    if step in TOWARDS_PEOPLE:
        return towards in TOWARDS_PEOPLE[TOWARDS_PEOPLE.index(step) :]
    return part in IN_SELF_HELP[IN_SELF_HELP.index(step) :]


@settings(max_examples=8)
@given(histories)
def test_no_step_of_the_funnel_is_larger_than_the_one_before(draws: tuple[Draw, ...]) -> None:
    rows = sheets_of(draws)["funnel"]
    for week in {row["week"] for row in rows}:
        steps = {row["step"]: int(row["conversations"] or 0) for row in rows if row["week"] == week}
        towards = [steps[step] for step in TOWARDS_PEOPLE]
        assert towards == sorted(towards, reverse=True)
        assert steps["finished"] <= steps["begun"] <= steps["asked"]
        assert steps["asked"] <= steps["began"]


def test_what_begins_self_help_has_asked() -> None:
    assert all(came_so_far(each, "asked") for each in OUTCOMES if came_so_far(each, "begun"))
