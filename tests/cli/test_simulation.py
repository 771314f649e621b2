"""quietline simulate: synthetic counts only where there are no real ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.errors import BadSetting
from bot.statistics.counts import Count
from bot.storage.counters import SqlCountStore

REAL = Count(date(2026, 11, 16), "locale", "en", 3)


def address(folder: Path) -> str:
    return f"sqlite:///{folder / 'counts.sqlite'}"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["simulate", "--weeks", "2", "--a-week", "5", *arguments])


def test_it_fills_an_empty_database_and_says_that_nothing_of_it_is_real(tmp_path: Path) -> None:
    done = run("--database", address(tmp_path))
    weeks = {count.week for count in SqlCountStore(address(tmp_path), synthetic=True).all()}

    assert done.exit_code == 0
    assert len(weeks) == 2
    assert all(line.startswith("synthetic\t") for line in done.output.splitlines()[:-1])
    assert "say nothing about people" in done.output


def test_what_it_filled_takes_no_real_counts_any_more(tmp_path: Path) -> None:
    run("--database", address(tmp_path))

    with pytest.raises(BadSetting):
        SqlCountStore(address(tmp_path))


def test_a_database_with_real_counts_is_refused_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETLINE_DATABASE", address(tmp_path))
    SqlCountStore(address(tmp_path)).add([REAL])
    done = run("--database", address(tmp_path))

    assert done.exit_code == 1
    assert "real counts" in done.output
    assert SqlCountStore(address(tmp_path)).all() == [REAL]


def test_the_same_seed_fills_two_databases_with_the_same(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        run("--database", address(tmp_path / name), "--seed", "7")
        found.append(SqlCountStore(address(tmp_path / name), synthetic=True).all())

    assert found[0] == found[1] != []


def test_a_database_must_be_named(tmp_path: Path) -> None:
    assert run().exit_code == 2
