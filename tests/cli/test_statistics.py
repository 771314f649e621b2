"""quietline statistics: what it prints, what it refuses, and the table in docs/researchers.md."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.cli.statistics import KINSHIPS, REFUSED, utility_table
from bot.release.checking import Kinship
from bot.settings import ROOT
from bot.statistics.counts import Count
from bot.statistics.due import Reason
from bot.statistics.events import TABLES, week_of
from bot.statistics.release import Rules, name_of
from bot.storage.counters import SqlCountStore

RESEARCHERS = ROOT / "docs" / "researchers.md"


@pytest.fixture
def counted(tmp_path: Path) -> date:
    """Count the week before the newest that is due; return its Monday."""
    week = week_of(datetime.now(UTC).date()) - timedelta(weeks=3)
    store = SqlCountStore(database(tmp_path))
    store.add([Count(week, "showing", "first_page", 900), Count(week, "locale", "en", 300)])
    return week


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'statistics.sqlite'}"


def statistics(folder: Path, *arguments: str) -> Result:
    environment = {
        "QUIETLINE_DATABASE": database(folder),
        "QUIETLINE_RELEASES": str(folder / "releases"),
    }
    return CliRunner().invoke(main, ["statistics", *arguments], env=environment)


def newest(folder: Path, week: date) -> Path:
    return folder / "releases" / name_of(week + timedelta(weeks=1), is_synthetic=False)


def test_a_release_says_what_was_published_and_where(tmp_path: Path, counted: date) -> None:
    done = statistics(tmp_path, "release")

    assert done.exit_code == 0, done.output
    assert f"{counted}  showing      cells published 1, suppressed 0\n" in done.output
    assert done.output.endswith(f"Written and checked: {newest(tmp_path, counted)}\n")


def test_a_second_release_says_that_nothing_is_due(tmp_path: Path, counted: date) -> None:
    statistics(tmp_path, "release")

    done = statistics(tmp_path, "release")

    assert done.output == "Nothing is due; nothing was changed.\n"
    assert done.exit_code == 0


def test_a_release_goes_to_the_folder_that_is_named(tmp_path: Path, counted: date) -> None:
    done = statistics(tmp_path, "release", "--to", str(tmp_path / "there"))

    assert done.exit_code == 0, done.output
    assert not (tmp_path / "releases").exists()
    assert (tmp_path / "there" / newest(tmp_path, counted).name / "README.md").is_file()


def test_a_refused_week_is_named_with_what_to_do(tmp_path: Path, counted: date) -> None:
    future = week_of(datetime.now(UTC).date()) + timedelta(weeks=9)
    SqlCountStore(database(tmp_path)).add([Count(future, "locale", "en", 1)])

    done = statistics(tmp_path, "release")

    assert f"Refused: the week of {future}: it lies in the future" in done.output
    assert done.exit_code == 0


def test_weeks_of_another_dictionary_are_named_in_one_line(tmp_path: Path, counted: date) -> None:
    with closing(sqlite3.connect(tmp_path / "statistics.sqlite")) as database, database:
        database.execute("UPDATE dictionary_run SET dictionary = dictionary + 1")

    done = statistics(tmp_path, "release")

    last = counted + timedelta(weeks=1)
    assert done.output.startswith(f"Refused: the weeks from {counted} to {last}: another version")
    assert done.output.endswith("leave it.\nNothing is due; nothing was changed.\n")


def test_more_weeks_than_are_allowed_are_refused_in_one_sentence(
    tmp_path: Path, counted: date
) -> None:
    done = statistics(tmp_path, "release", "--weeks", "1")

    assert done.exit_code == 1
    assert done.output.startswith("This run would draw 2 weeks")
    assert not (newest(tmp_path, counted)).exists()
    assert statistics(tmp_path, "release", "--weeks", "2").exit_code == 0


@pytest.mark.parametrize("epsilon", ["0", "-1", "2", "nan"])
def test_a_bad_epsilon_is_refused_in_one_sentence(
    tmp_path: Path, counted: date, epsilon: str
) -> None:
    done = statistics(tmp_path, "release", "--epsilon", epsilon)

    assert done.exit_code == 1
    assert done.output.startswith("Epsilon must be 0.05 to 1 for each table")
    assert "Traceback" not in done.output


def test_a_release_is_verified_from_its_folder_alone(tmp_path: Path, counted: date) -> None:
    statistics(tmp_path, "release")
    (tmp_path / "statistics.sqlite").unlink()
    folder = str(newest(tmp_path, counted))

    done = statistics(tmp_path, "verify", folder, folder)

    assert done.output.splitlines()[-1] == KINSHIPS[Kinship.SAME]
    assert done.exit_code == 0
    assert not (tmp_path / "statistics.sqlite").exists()


def test_a_release_that_was_changed_fails(tmp_path: Path, counted: date) -> None:
    statistics(tmp_path, "release")
    readme = newest(tmp_path, counted) / "README.md"
    readme.chmod(0o644)
    readme.write_text("other words")

    done = statistics(tmp_path, "verify", str(readme.parent))

    assert done.exit_code == 1
    assert "README.md was changed after the release" in done.output


def test_a_second_draw_is_found_by_comparing_two_releases(tmp_path: Path, counted: date) -> None:
    entries = [Count(counted, "entry", cell, 300) for cell in TABLES["entry"]]
    SqlCountStore(database(tmp_path)).add(entries)
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "statistics.sqlite").write_bytes((tmp_path / "statistics.sqlite").read_bytes())
    for folder in (tmp_path, copy):
        statistics(folder, "release")

    one, other = (str(newest(folder, counted)) for folder in (tmp_path, copy))
    done = statistics(tmp_path, "verify", one, other)

    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == KINSHIPS[Kinship.FORKED]


def test_show_still_prints_the_counts(tmp_path: Path, counted: date) -> None:
    done = statistics(tmp_path, "show")

    assert done.output == f"{counted}\tlocale\ten\t300\n{counted}\tshowing\tfirst_page\t900\n"


def test_the_table_of_utility_in_the_documentation_is_what_the_command_prints(
    tmp_path: Path,
) -> None:
    printed = statistics(tmp_path, "utility").output

    assert printed == "\n".join(utility_table(Rules())) + "\n"
    assert printed in RESEARCHERS.read_text(encoding="utf-8")


def test_every_reason_and_every_kinship_has_its_words() -> None:
    assert set(REFUSED) == set(Reason)
    assert set(KINSHIPS) == set(Kinship)
