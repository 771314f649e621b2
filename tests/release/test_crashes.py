"""What a crash leaves on disk is finished by the next run, with the numbers that were drawn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import (
    BadSetting,
)
from bot.release import witness
from bot.release.checking import check
from bot.settings import ROOT
from bot.statistics.register import lines_for
from bot.statistics.release import Rules, name_of
from tests.release.operating import FIRST, READY, WEEK, Place, files_of


def crashed_after_the_ledger(place: Place) -> dict[str, bytes]:
    """Undo everything that comes after the ledger's commit; return what was undone."""
    made = place.release(READY)
    assert made.folder
    before = dict(files_of(place.releases))
    made.folder.rename(place.releases / f".{made.folder.name}")
    (place.releases / witness.REGISTER).rename(place.releases / witness.PENDING)
    return before


def test_a_crash_after_the_ledger_was_written_is_finished_with_the_same_numbers(
    place: Place,
) -> None:
    before = crashed_after_the_ledger(place)

    made = place.release(READY)

    assert made.weeks == ()  # nothing is drawn again
    assert files_of(place.releases) == before


def test_a_crash_before_the_ledger_was_written_draws_anew(place: Place, tmp_path: Path) -> None:
    empty = place.backup()
    place.release(READY)
    lines = (place.releases / witness.REGISTER).read_bytes()
    for path in files_of(place.releases):
        (place.releases / path).unlink()
    (place.releases / "2026-W45" / "data").rmdir()
    (place.releases / "2026-W45").rmdir()
    (place.releases / witness.PENDING).write_bytes(lines)
    place.restore(empty)

    made = place.release(READY)

    assert made.weeks == (FIRST,)
    assert made.folder
    check(made.folder)
    assert not (place.releases / witness.PENDING).exists()
    assert (place.releases / witness.REGISTER).read_bytes() != lines


def test_a_crash_between_register_and_folder_is_finished(place: Place) -> None:
    made = place.release(READY)
    before = dict(files_of(place.releases))
    assert made.folder
    made.folder.rename(place.releases / ".2026-W45")
    lines = (place.releases / witness.REGISTER).read_bytes()
    (place.releases / witness.PENDING).write_bytes(lines)  # taken in, and not dropped yet

    place.release(READY)

    assert files_of(place.releases) == before


@pytest.mark.slow
def test_a_release_that_is_killed_again_and_again_is_drawn_once(place: Place) -> None:
    environment = {
        **os.environ,
        "QUIETLINE_DATABASE": place.url,
        "QUIETLINE_RELEASES": str(place.releases),
    }
    command = [sys.executable, "-m", "bot", "statistics", "release"]
    for delay in (0.4, 0.6, 0.8, 1.0, 1.2):
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        run.send_signal(signal.SIGKILL)
        run.wait()
    subprocess.run(command, cwd=ROOT, env=environment, check=True)

    draws = place.draws()
    assert len({(draw.week, draw.table) for draw in draws}) == len(draws)
    lines = witness.read(place.releases / witness.REGISTER)
    assert lines == lines_for(draws, (), Rules())
    check(place.releases / name_of(draws[-1].week, is_synthetic=False))


def test_a_crash_after_accepting_what_only_a_release_has_is_finished(place: Place) -> None:
    empty = place.backup()
    place.release(READY)
    place.restore(empty)
    register = place.releases / witness.REGISTER
    register.unlink()
    place.release(READY, accept_loss=True)
    before = files_of(place.releases)
    register.rename(place.releases / witness.PENDING)

    place.release(READY)

    assert files_of(place.releases) == before
    assert all(not draw.noisy for draw in place.draws())


def test_a_crash_after_the_loss_was_accepted_is_finished(place: Place) -> None:
    place.release(READY)
    backup = place.backup()
    place.release(READY + WEEK)
    place.restore(backup)
    before = witness.read(place.releases / witness.REGISTER)
    place.release(READY + WEEK, accept_loss=True)
    after = witness.read(place.releases / witness.REGISTER)
    witness.put_aside(place.releases, after[len(before) :])
    text_before = (place.releases / witness.REGISTER).read_text().splitlines(keepends=True)
    (place.releases / witness.REGISTER).write_text("".join(text_before[: len(before)]))

    place.release(READY + WEEK)

    assert witness.read(place.releases / witness.REGISTER) == after


def test_a_folder_that_cant_be_made_is_said_so(place: Place) -> None:
    (place.folder / "file").write_text("")

    with pytest.raises(BadSetting, match="--to"):
        place.release(READY, to=place.folder / "file" / "releases")


def test_a_disk_that_fails_costs_nothing_but_a_second_run(place: Place) -> None:
    place.releases.mkdir()
    in_the_way = place.releases / ".2026-W45"
    in_the_way.write_text("")  # so that the folder can't be made once everything is drawn

    with pytest.raises(BadSetting, match="run the release again"):
        place.release(READY)
    drawn = place.draws()
    in_the_way.unlink()
    made = place.release(READY)

    assert drawn
    assert place.draws() == drawn
    assert made.folder
    check(made.folder)
