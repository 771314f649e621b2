"""tests.mutation: what is counted as killed, and that the groups are those that mutmut changes."""

from __future__ import annotations

import tomllib

import pytest

from bot.settings import ROOT
from tests.mutation.counting import GROUPS, by_group, held
from tests.mutation.equivalents import EQUIVALENTS
from tests.mutation.mutants import Mutant, unfound

MUTMUT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]


def some(status: str, number: int, file: str = "bot/web/padding.py") -> list[Mutant]:
    return [Mutant(f"x_{n}", file, "bot.web.padding.pad", status, "+ x") for n in range(number)]


def everywhere(status: str, number: int) -> list[Mutant]:
    return [each for files in GROUPS.values() for each in some(status, number, files[0])]


def test_mutmut_changes_the_files_of_the_groups_and_no_other() -> None:
    assert sorted(MUTMUT["only_mutate"]) == sorted(
        file for files in GROUPS.values() for file in files
    )
    assert all((ROOT / file).is_file() for file in MUTMUT["only_mutate"])
    assert all((ROOT / test).is_file() for test in MUTMUT["pytest_add_cli_args_test_selection"])


@pytest.mark.parametrize(
    ("status", "killed"),
    [("killed", 1), ("timeout", 1), ("survived", 0), ("no tests", 0), ("suspicious", 0),
     ("not checked", 0)],
)  # fmt: skip
def test_only_what_a_test_saw_is_killed(status: str, killed: int) -> None:
    count = by_group(some(status, 1))["cryptography"]

    assert (count.killed, count.alive) == (killed, 1 - killed)


def test_nine_of_ten_must_be_killed_in_every_group() -> None:
    enough = everywhere("killed", 9) + everywhere("survived", 1)

    assert held(enough)
    assert not held(enough + some("survived", 1))
    assert not held([mutant for mutant in enough if mutant.file.startswith("bot/storage")])


def test_an_equivalent_change_is_left_out_of_the_share_and_must_be_there() -> None:
    entry = EQUIVALENTS[0]
    alive, killed = (
        Mutant("x", "bot/storage/sealed.py", entry.function, status, f"- before\n+ {entry.now}")
        for status in ("survived", "killed")
    )

    assert by_group([alive])["cryptography"].equivalent == 1
    assert by_group([alive])["cryptography"].alive == 0
    assert entry not in unfound([alive])
    assert entry in unfound([killed])
