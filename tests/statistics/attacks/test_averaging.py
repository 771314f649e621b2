"""Attack: have the noise of one week drawn again and again, and take the average.

The attacker runs the product, and may copy, restore and delete files. Bound: everything that was
ever published of a week and table is one draw. Where an attack leaves nothing on this machine by
which it could be known, whoever kept an earlier release finds it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from math import exp, sqrt
from pathlib import Path
from typing import Final

import pytest

from bot.errors import BadRules, BotError, BrokenLedger, ClockWentBack, LedgerRefused
from bot.release import witness
from bot.release.checking import Kinship, check, kinship
from bot.release.noise import draw_noise
from bot.release.reading import all_of, read_release
from bot.statistics.events import TABLES, VERSION
from bot.statistics.ledger import Draw
from tests.release.operating import FIRST, WEEK, Place, files_of, weeks_later
from tests.statistics.attacks.editing import edited

READY = weeks_later(2)
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


# Each attack below begins with one release of FIRST, and tries to have it drawn again.


@pytest.fixture
def drawn(place: Place) -> Place:
    """Return a place with a release, a copy of the database from before it, and counts to come."""
    for week in range(1, 3):
        place.count(week=week, locale__en=200)
    shutil.copy(place.database, place.folder / "before.sqlite")
    place.release(READY)
    return place


def run_twice(place: Place) -> None:
    place.release(READY)
    place.release(READY + timedelta(days=6))


def restore_a_backup(place: Place) -> None:
    place.restore(place.folder / "before.sqlite")
    place.release(READY + WEEK)


def restore_a_backup_and_accept_the_loss(place: Place) -> None:
    place.restore(place.folder / "before.sqlite")
    place.release(READY + WEEK, accept_loss=True)


def restore_the_same_backup_again_and_again(place: Place) -> None:
    for step in range(1, 4):
        place.restore(place.folder / "before.sqlite")
        place.release(READY + step * WEEK, accept_loss=True)


def delete_the_register(place: Place) -> None:
    (place.releases / witness.REGISTER).unlink()
    place.release(READY + WEEK, accept_loss=True)


def delete_the_release(place: Place) -> None:
    shutil.rmtree(place.releases / "2026-W45")
    place.release(READY)


def delete_all_releases_and_the_register(place: Place) -> None:
    shutil.rmtree(place.releases)
    place.release(READY + WEEK, accept_loss=True)


def release_into_another_folder(place: Place) -> None:
    place.release(READY + WEEK, to=place.releases / "other", accept_loss=True)


def take_another_database(place: Place) -> None:
    place.database.unlink()
    place.count(locale__en=300, locale__de=30)
    place.release(READY + WEEK, accept_loss=True)


def take_another_database_beside_the_register_alone(place: Place) -> None:
    shutil.rmtree(place.releases / "2026-W45")
    place.database.unlink()
    place.count(locale__en=300, locale__de=30)
    with suppress(BotError):
        place.release(READY + WEEK)
    place.release(READY + WEEK, accept_loss=True)


def choose_another_epsilon(place: Place) -> None:
    place.release(READY, epsilon=0.5)


def choose_another_epsilon_a_week_later(place: Place) -> None:
    place.release(READY + WEEK, epsilon=1.0)


def rename_the_table_of_the_counts(place: Place) -> None:
    edited(place, "UPDATE weekly_count SET \"table\" = 'language' WHERE \"table\" = 'locale'")
    place.release(READY + WEEK)


def rename_the_table_of_the_draw(place: Place) -> None:
    edited(place, "UPDATE draw SET \"table\" = 'language' WHERE \"table\" = 'locale'")
    place.release(READY + WEEK)


def set_the_clock_back(place: Place) -> None:
    place.release(FIRST)


def set_the_clock_back_before_everything(place: Place) -> None:
    place.release(FIRST - 200 * WEEK)


def set_the_clock_forward(place: Place) -> None:
    place.release(READY + 20 * WEEK)


def set_the_clock_forward_by_years(place: Place) -> None:
    place.release(READY + 200 * WEEK)


def choose_no_epsilon(place: Place) -> None:
    place.release(READY + WEEK, epsilon=0)


def run_another_dictionary(place: Place) -> None:
    edited(place, f"INSERT INTO dictionary_run VALUES (2, '{READY}', {VERSION + 1})")
    place.release(READY + WEEK)


def count_under_a_newer_dictionary(place: Place) -> None:
    edited(
        place,
        'INSERT INTO weekly_count SELECT week, "table", cell, dictionary + 1, conversations '
        "FROM weekly_count",
    )
    place.release(READY + WEEK)


def make_all_counts_those_of_an_older_dictionary(place: Place) -> None:
    edited(place, f"UPDATE weekly_count SET dictionary = {VERSION - 1}")
    place.count(locale__en=300, locale__de=30)
    place.release(READY + WEEK)


def turn_the_survey_on(place: Place) -> None:
    place.release(READY, with_survey=True)
    place.release(READY + WEEK, with_survey=True)


def write_the_week_of_a_draw_in_another_way(place: Place) -> None:
    edited(place, "UPDATE draw SET week = '2026-W45-1'")
    place.release(READY + WEEK)


def write_the_week_of_a_count_in_another_way(place: Place) -> None:
    edited(place, "UPDATE weekly_count SET week = '20261102' WHERE week = '2026-11-02'")
    place.release(READY + WEEK)


def forget_the_last_draws(place: Place) -> None:
    edited(place, "DELETE FROM noisy_count WHERE draw > 1", "DELETE FROM draw WHERE number > 1")
    place.release(READY + WEEK, accept_loss=True)


def call_the_ledger_another(place: Place) -> None:
    place.restore(place.folder / "before.sqlite")
    edited(place, "UPDATE ledger SET id = 'another'")
    place.release(READY + WEEK)


def call_the_counts_synthetic(place: Place) -> None:
    edited(place, "UPDATE ledger SET is_synthetic = TRUE")
    place.release(READY + WEEK)


REFUSED: Final = (
    (restore_a_backup, LedgerRefused),
    (delete_the_register, LedgerRefused),
    (delete_all_releases_and_the_register, LedgerRefused),
    (release_into_another_folder, LedgerRefused),
    (take_another_database, LedgerRefused),
    (choose_another_epsilon, BadRules),
    (choose_another_epsilon_a_week_later, BadRules),
    (rename_the_table_of_the_counts, BrokenLedger),
    (rename_the_table_of_the_draw, BrokenLedger),
    (write_the_week_of_a_draw_in_another_way, BrokenLedger),
    (write_the_week_of_a_count_in_another_way, BrokenLedger),
    (set_the_clock_back, ClockWentBack),
    (set_the_clock_back_before_everything, ClockWentBack),
    (set_the_clock_forward_by_years, BadRules),
    (choose_no_epsilon, BadRules),
    (call_the_ledger_another, LedgerRefused),
)
HARMLESS: Final = (
    run_twice,
    restore_a_backup_and_accept_the_loss,
    restore_the_same_backup_again_and_again,
    delete_the_release,
    take_another_database_beside_the_register_alone,
    set_the_clock_forward,
    count_under_a_newer_dictionary,
    make_all_counts_those_of_an_older_dictionary,
    turn_the_survey_on,
    run_another_dictionary,
    forget_the_last_draws,
    call_the_counts_synthetic,
)


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


# Who has two ledgers from before one draw: neither can know of the other.


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
