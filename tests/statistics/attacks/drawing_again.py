"""What somebody could try so that a week is drawn a second time."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import timedelta
from typing import Final

from bot.errors import BadRules, BotError, BrokenLedger, ClockWentBack, LedgerRefused
from bot.release import witness
from bot.statistics.events import VERSION
from tests.release.operating import FIRST, READY, WEEK, Place
from tests.statistics.attacks.editing import edited


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
