"""bot.statistics.release: what is cut stays cut, and every sum is of published cells alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadRules
from bot.statistics.events import TABLES, VERSION
from bot.statistics.funnel import reached
from bot.statistics.ledger import Draw, next_draw
from bot.statistics.release import (
    STEPS,
    Published,
    Release,
    Rules,
    funnel,
    month_of,
    months,
    name_of,
    published,
    release_of,
    totals,
    years,
)

MONDAY = date(2026, 11, 16)
RULES = Rules()

noisy_numbers = st.integers(-60, 400)
weeks_drawn = st.lists(
    st.integers(0, 30).map(lambda number: MONDAY + timedelta(weeks=number)),
    min_size=1,
    max_size=3,
    unique=True,
)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Draw, ...]:
    """Return whole ledgers with any noisy numbers."""
    draws: list[Draw] = []
    for week in draw(weeks_drawn):
        for table in draw(st.lists(st.sampled_from(list(TABLES)), min_size=1, unique=True)):
            noisy = {cell: draw(noisy_numbers) for cell in TABLES[table]}
            last = draws[-1] if draws else None
            draws.append(next_draw(last, week, table, VERSION, 0.25, noisy))
    return tuple(draws)


def released(draws: Iterable[Draw]) -> Release:
    return release_of(tuple(draws), "ab", False, RULES)


def a_draw(table: str, week: date = MONDAY, **noisy: int) -> Draw:
    numbers = dict.fromkeys(TABLES[table], -3) | noisy
    return next_draw(None, week, table, VERSION, 0.25, numbers)


def hidden_from(draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
    """Return the same ledger with other numbers in every suppressed cell."""
    changed: list[Draw] = []
    for draw in draws:
        noisy = {
            cell: number if number >= RULES.cut else -number - 41
            for cell, number in draw.noisy.items()
        }
        last = changed[-1] if changed else None
        changed.append(next_draw(last, draw.week, draw.table, VERSION, 0.25, noisy))
    return tuple(changed)


def known(cells: Iterable[Published]) -> Iterator[tuple[Published, int]]:
    for cell in cells:
        if cell.conversations is not None:
            yield cell, cell.conversations


@given(ledgers())
def test_what_is_published_is_never_under_the_cut_and_always_rounded(
    draws: tuple[Draw, ...],
) -> None:
    for _, number in known(released(draws).weeks):
        assert number >= RULES.cut
        assert number % RULES.rounding == 0


@given(ledgers())
def test_every_cell_of_every_draw_is_either_published_or_suppressed(
    draws: tuple[Draw, ...],
) -> None:
    cells = released(draws).weeks

    assert len(cells) == sum(len(draw.noisy) for draw in draws)
    noisy = {(draw.week, draw.table, name): n for draw in draws for name, n in draw.noisy.items()}
    for cell in cells:
        number = noisy[cell.week, cell.table, cell.cell]
        assert (cell.conversations is None) == (number < RULES.cut)


@given(ledgers())
def test_suppressed_numbers_change_nothing_at_all(draws: tuple[Draw, ...]) -> None:
    release, other = released(draws), released(hidden_from(draws))

    assert release == other
    for view in (totals, months, years, funnel):
        assert view(release.weeks) == view(other.weeks)  # type: ignore[operator]


@given(ledgers())
def test_the_same_draws_give_the_same_release(draws: tuple[Draw, ...]) -> None:
    assert released(draws) == released(draws)


@given(ledgers(), ledgers())
def test_a_week_never_changes_in_a_later_release(
    draws: tuple[Draw, ...], more: tuple[Draw, ...]
) -> None:
    drawn = {(draw.week, draw.table) for draw in draws}
    later = [draw for draw in more if (draw.week, draw.table) not in drawn]

    assert set(released(draws).weeks) <= set(released([*draws, *later]).weeks)


@given(ledgers())
def test_totals_are_sums_of_published_cells(draws: tuple[Draw, ...]) -> None:
    cells = released(draws).weeks
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for cell, number in known(cells):
        sums[cell.week, cell.table] += number

    found = {(total.week, total.table): total.conversations for total in totals(cells)}

    assert {key: number for key, number in found.items() if number is not None} == sums
    assert set(found) == {(cell.week, cell.table) for cell in cells}


@given(ledgers())
def test_months_and_years_are_sums_of_published_weeks(draws: tuple[Draw, ...]) -> None:
    cells = released(draws).weeks

    for view, length in ((months, 7), (years, 4)):
        sums: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for cell, number in known(cells):
            sums[month_of(cell.week)[:length], cell.table, cell.cell].append(number)
        for period in view(cells):
            numbers = sums[period.name, period.table, period.cell]
            assert period.conversations == (sum(numbers) if numbers else None)
            assert period.weeks_published == len(numbers) <= period.weeks


@given(ledgers())
def test_the_funnel_never_widens_and_says_how_much_is_missing(draws: tuple[Draw, ...]) -> None:
    cells = released(draws).weeks
    for week in {cell.week for cell in cells}:
        steps = {step.name: step for step in funnel(cells) if step.week == week}
        towards = [steps[name].conversations or 0 for name in STEPS[1:5]]
        assert towards == sorted(towards, reverse=True)
        assert (steps["begun"].conversations or 0) >= (steps["finished"].conversations or 0)
        for name, step in steps.items():
            missing = [
                cell
                for cell in cells
                if (cell.week, cell.conversations) == (week, None) and counts(cell, name)
            ]
            assert step.cells_suppressed == len(missing)


def counts(cell: Published, step: str) -> bool:
    if step == "shown":
        return cell.table == "showing"
    return cell.table == "outcome" and reached(cell.cell, step)


@pytest.mark.parametrize(
    ("noisy", "shown"), [(-9, None), (0, None), (19, None), (20, 20), (22, 20), (23, 25), (38, 40)]
)
def test_a_number_is_cut_under_twenty_and_rounded_to_five(noisy: int, shown: int | None) -> None:
    (cell,) = published(a_draw("showing", first_page=noisy), RULES)

    assert cell == Published(MONDAY, "showing", "first_page", shown)


@pytest.mark.parametrize(
    ("monday", "month"),
    [
        (date(2026, 11, 30), "2026-12"),  # its Thursday is 3 December
        (date(2026, 12, 28), "2026-12"),  # its Thursday is 31 December
        (date(2024, 12, 30), "2025-01"),
    ],
)
def test_a_week_belongs_to_the_month_of_its_thursday(monday: date, month: str) -> None:
    assert month_of(monday) == month


@pytest.mark.parametrize(
    ("monday", "name"),
    [(date(2026, 11, 16), "2026-W47"), (date(2024, 12, 30), "2025-W01")],
)
def test_a_release_is_named_after_its_newest_week(monday: date, name: str) -> None:
    draws = (a_draw("showing", monday - timedelta(weeks=1)), a_draw("showing", monday))

    assert released(draws).name == name
    assert name_of(monday, True) == f"synthetic-{name}"


def test_a_release_could_be_made_seven_days_after_its_newest_week_at_the_earliest() -> None:
    assert released([a_draw("showing")]).made_on == date(2026, 11, 30)


def test_a_draw_whose_numbers_were_lost_is_named_and_has_no_cells() -> None:
    lost = next_draw(None, MONDAY, "locale", VERSION, 0.25, {})

    release = released([a_draw("showing", MONDAY - timedelta(weeks=1)), lost])

    assert release.lost == ((MONDAY, "locale"),)
    assert {cell.table for cell in release.weeks} == {"showing"}


def test_cells_that_the_dictionary_has_no_more_stay_in_the_release() -> None:
    old = next_draw(None, MONDAY, "door", 1, 0.25, {"left": 40, "right": 3})

    assert [cell.conversations for cell in published(old, RULES)] == [40, None]


@pytest.mark.parametrize("epsilon", [0, -1, 0.01, 1.01, 5, float("nan"), float("inf")])
def test_an_epsilon_that_shows_people_or_nothing_is_refused(epsilon: float) -> None:
    with pytest.raises(BadRules, match=r"0\.05 to 1 for each table"):
        Rules(epsilon=epsilon)


def test_a_cut_that_rounding_could_undo_is_refused() -> None:
    with pytest.raises(BadRules, match="multiple"):
        Rules(cut=22)
