"""Attack: have the noise of one week drawn again and again, and take the average.

The attacker runs the product, and may copy, restore and delete files. Bound: everything that was
ever published of a week and table is one draw. Where an attack leaves nothing on this machine by
which it could be known, whoever kept an earlier release finds it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from math import exp, sqrt
from pathlib import Path
from typing import Final

import pytest

from bot.errors import BadRules, BotError, LedgerRefused
from bot.release import witness
from bot.release.checking import Kinship, check, kinship
from bot.release.noise import draw_noise
from bot.release.reading import all_of, read_release
from bot.statistics.events import TABLES
from bot.statistics.ledger import Draw
from tests.release.operating import WEEK, Place, files_of, weeks_later
from tests.statistics.attacks.drawing_again import HARMLESS, READY, REFUSED, delete_the_release

EPSILON: Final = 0.25
SPREAD: Final = sqrt(2 * exp(-EPSILON)) / (1 - exp(-EPSILON))
"""The standard deviation of one draw."""
ONE_IN_A_MILLION: Final = 4.9
"""So many standard deviations a mean is off by chance once in a million times."""


@pytest.mark.parametrize("draws", [1, 4, 16, 64])
def test_the_average_of_raw_draws_undoes_the_noise(draws: int) -> None:
    true, repeats = 30, 800

    errors = [average(draw_noise([true] * draws, EPSILON)) - true for _ in range(repeats)]

    found = sum(error**2 for error in errors) / repeats
    expected = SPREAD**2 / draws  # so the error itself falls with the root of the draws
    # of a mean of many, the square spreads by the root of 2; of one draw, by that of 5
    tolerance = ONE_IN_A_MILLION * sqrt((2 + 3 / draws) / repeats)
    assert abs(found / expected - 1) < 1.5 * tolerance  # the half more is for its longer tail


def average(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers)


def test_four_thousand_raw_draws_name_the_true_number() -> None:
    assert round(average(draw_noise([7] * 4_000, EPSILON))) == 7


@pytest.fixture
def drawn(place: Place) -> Place:
    """Return a place with a release, a copy of the database from before it, and counts to come."""
    for week in range(1, 3):
        place.count(week=week, locale__en=200)
    shutil.copy(place.database, place.folder / "before.sqlite")
    place.release(READY)
    return place


@pytest.mark.parametrize(("attack", "error"), REFUSED)
def test_no_attack_that_is_refused_has_a_week_drawn_a_second_time(
    drawn: Place, attack: Callable[[Place], None], error: type[BotError]
) -> None:
    known = drawn.draws()

    with pytest.raises(error):
        attack(drawn)

    assert not second_draws(drawn, known)
    assert not contradictions(drawn)


@pytest.mark.parametrize("attack", HARMLESS)
def test_no_attack_that_goes_on_has_a_week_drawn_a_second_time(
    drawn: Place, attack: Callable[[Place], None]
) -> None:
    known = drawn.draws()
    register = (drawn.releases / witness.REGISTER).read_text()

    attack(drawn)

    assert not second_draws(drawn, known)
    assert not contradictions(drawn)
    assert (drawn.releases / witness.REGISTER).read_text().startswith(register)


def test_a_restored_backup_whose_register_was_deleted_is_refused_for_its_releases(
    drawn: Place,
) -> None:
    known = drawn.draws()
    (drawn.releases / witness.REGISTER).unlink()
    drawn.restore(drawn.folder / "before.sqlite")

    with pytest.raises(LedgerRefused, match="the newest release 5, as after restoring"):
        drawn.release(READY + WEEK)
    assert drawn.draws() == ()
    drawn.release(READY + WEEK, accept_loss=True)

    assert not second_draws(drawn, known)
    assert not contradictions(drawn)


def test_a_backup_of_database_and_register_is_refused_once_newer_releases_are_put_back(
    drawn: Place,
) -> None:
    backup, register = drawn.backup(), (drawn.releases / witness.REGISTER).read_bytes()
    drawn.release(READY + WEEK)
    known = drawn.draws()
    drawn.restore(backup)
    (drawn.releases / witness.REGISTER).write_bytes(register)

    with pytest.raises(LedgerRefused, match="--accept-loss"):
        drawn.release(READY + 2 * WEEK)
    made = drawn.release(READY + 2 * WEEK, accept_loss=True)

    assert (made.lost, made.weeks) == (5, (weeks_later(2),))
    assert not second_draws(drawn, known)
    assert not contradictions(drawn)
    first, second, third = all_of(drawn.releases)
    assert check(third) == made.release
    for earlier in (first, second):
        assert kinship(earlier, third) is Kinship.SECOND_CONTINUES


def test_a_copy_that_drew_by_itself_is_refused_beside_the_release_of_the_other(
    full: Place,
) -> None:
    shutil.copytree(full.folder, full.folder / "copy")
    copy = Place(full.folder / "copy")
    full.release(READY)
    folder = copy.release(READY).folder
    assert folder
    shutil.rmtree(full.releases / folder.name)
    folder.rename(full.releases / folder.name)

    with pytest.raises(LedgerRefused, match="don't have the same draws"):
        full.release(READY + WEEK, accept_loss=True)


def second_draws(place: Place, known: Iterable[Draw]) -> list[Draw]:
    """Return draws with numbers of the same weeks and tables as those that are known."""
    held = {(draw.week, draw.table): draw.digest for draw in known}
    return [
        draw
        for draw in place.draws()
        if draw.noisy and held.get((draw.week, draw.table), draw.digest) != draw.digest
    ]


def contradictions(place: Place) -> set[tuple[object, ...]]:
    """Return the cells of which the releases show two numbers."""
    seen: dict[tuple[object, ...], int | None] = {}
    found = set()
    for folder in (*all_of(place.releases), *all_of(place.releases / "other")):
        for cell in read_release(folder).weeks:
            key = (cell.week, cell.table, cell.cell)
            if seen.setdefault(key, cell.conversations) != cell.conversations:
                found.add(key)
    return found


def test_a_release_that_was_deleted_comes_back_byte_for_byte(drawn: Place) -> None:
    before = files_of(drawn.releases)

    delete_the_release(drawn)

    assert files_of(drawn.releases) == before


@pytest.fixture
def full(place: Place) -> Place:
    """Return a place with so many numbers that two draws of them are never published alike."""
    tables = ("locale", "entry")
    place.count(**{f"{table}__{cell}": 300 for table in tables for cell in TABLES[table]})
    shutil.copy(place.database, place.folder / "before.sqlite")
    return place


def test_whoever_clones_the_ledger_before_a_draw_is_found_by_who_has_both_releases(
    full: Place,
) -> None:
    clone = Place(full.folder / "clone")
    clone.folder.mkdir()
    shutil.copy(full.database, clone.database)

    first, second = full.release(READY).folder, clone.release(READY + WEEK).folder

    assert first
    assert second
    assert kinship(first, second) is Kinship.FORKED


def test_whoever_deletes_every_trace_is_found_by_who_kept_the_release(full: Place) -> None:
    first = full.release(READY).folder
    assert first
    downloaded = Path(shutil.copytree(first, full.folder / "downloaded" / first.name))
    shutil.rmtree(full.releases)
    full.restore(full.folder / "before.sqlite")

    second = full.release(READY + WEEK).folder

    assert second
    assert kinship(downloaded, second) is Kinship.FORKED


@pytest.mark.parametrize("names_another", [True, False])
def test_a_lost_ledger_keeps_the_epsilon_that_its_numbers_have(
    place: Place, names_another: bool
) -> None:
    shutil.copy(place.database, place.folder / "before.sqlite")
    place.release(READY, epsilon=0.05)
    place.restore(place.folder / "before.sqlite")
    if names_another:
        with pytest.raises(BadRules, match=r"epsilon 0\.05"):
            place.release(READY + WEEK, accept_loss=True, epsilon=1.0)
        assert place.draws() == ()
    place.release(READY + WEEK, accept_loss=True)

    made = place.release(READY + 2 * WEEK)

    assert made.release
    assert {draw.epsilon for draw in place.draws()} == {made.release.rules.epsilon} == {0.05}
