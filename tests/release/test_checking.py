"""bot.release.checking: a change to a release is noticed, whoever made it and however well."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.errors import BrokenRelease
from bot.release.checking import Kinship, check, kinship
from bot.release.folder import sums
from tests.release.operating import Place, files_of, weeks_later


@pytest.fixture(scope="module")
def released(shared_place: Place) -> Path:
    """Return a sound release that stays as it is."""
    made = shared_place.release(weeks_later(3)).folder
    assert made
    return made


@pytest.fixture
def folder(released: Path, tmp_path: Path) -> Path:
    """Return a copy of it to change."""
    return shutil.copytree(released, tmp_path / released.name)


def rewrite(folder: Path, name: str, old: str, new: str, *, with_sums: bool = True) -> None:
    """Change a file, and correct the checksums as somebody would who wants to hide it."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.chmod(0o644)
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    if with_sums:
        found = {name: data.decode() for name, data in files_of(folder).items()}
        del found["SHA256SUMS"]
        (folder / "SHA256SUMS").chmod(0o644)
        (folder / "SHA256SUMS").write_text(sums(found), encoding="utf-8")


def published_row(folder: Path, table: str) -> str:
    lines = (folder / "data" / "weeks.csv").read_text().splitlines()
    return next(line for line in lines if f",{table}," in line and line.endswith("published"))


def test_a_sound_release_is_given_back(folder: Path) -> None:
    assert check(folder).name == "2026-W46"


def test_a_file_that_was_changed_is_named(folder: Path) -> None:
    rewrite(folder, "README.md", "conversations", "people", with_sums=False)

    with pytest.raises(BrokenRelease, match=r"README\.md was changed"):
        check(folder)


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "codebook.csv").unlink()

    with pytest.raises(BrokenRelease, match=r"codebook\.csv is missing"):
        check(folder)


def test_a_file_that_was_added_is_named(folder: Path) -> None:
    (folder / "data" / "extra.csv").write_text("a")

    with pytest.raises(BrokenRelease, match=r"data/extra\.csv is not in"):
        check(folder)


def test_a_folder_that_is_no_release_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenRelease, match="SHA256SUMS is missing"):
        check(tmp_path)


def test_a_number_that_may_not_be_published_is_named(folder: Path) -> None:
    row = published_row(folder, "showing")
    number = row.split(",")[3]
    rewrite(folder, "data/weeks.csv", row, row.replace(number, str(int(number) + 1)))

    with pytest.raises(BrokenRelease, match="may not be published"):
        check(folder)


def test_a_week_that_was_changed_contradicts_its_sums(folder: Path) -> None:
    row = published_row(folder, "showing")
    number = row.split(",")[3]
    rewrite(folder, "data/weeks.csv", row, row.replace(number, str(int(number) + 5)))

    with pytest.raises(BrokenRelease, match="doesn't follow from the weeks"):
        check(folder)


def test_a_line_of_the_register_that_was_changed_is_named(folder: Path) -> None:
    lines = (folder / "register.jsonl").read_text().splitlines()
    digest = json.loads(lines[2])["digest"]
    rewrite(folder, "register.jsonl", digest, "0" * 64)

    with pytest.raises(BrokenRelease, match=r"line 3 of register\.jsonl has other numbers"):
        check(folder)


def test_a_register_that_was_cut_off_is_noticed(folder: Path) -> None:
    last = (folder / "register.jsonl").read_text().splitlines(keepends=True)[-1]
    rewrite(folder, "register.jsonl", last, "")

    with pytest.raises(BrokenRelease, match="lacks a week"):
        check(folder)


@pytest.mark.parametrize("text", ["nonsense\n", '{"number": 1}\n', "[]\n", '"a"\n'])
def test_a_register_that_cant_be_understood_is_said_so(folder: Path, text: str) -> None:
    first = (folder / "register.jsonl").read_text().splitlines(keepends=True)[0]
    rewrite(folder, "register.jsonl", first, text)

    with pytest.raises(BrokenRelease, match="can't be understood"):
        check(folder)


def test_other_columns_than_promised_are_noticed(folder: Path) -> None:
    rewrite(folder, "datapackage.json", '"cells_suppressed"', '"cells_hidden"')

    with pytest.raises(BrokenRelease, match="other columns"):
        check(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"rounded_to": 5', '"rounded_to": "x"'), ('"ledger_id"', '"id"'), ("{", "[")],
)
def test_rules_that_cant_be_understood_are_said_so(folder: Path, old: str, new: str) -> None:
    rewrite(folder, "privacy.json", old, new)

    with pytest.raises(BrokenRelease, match="can't be read"):
        check(folder)


def test_a_synthetic_release_that_hides_it_is_refused(folder: Path) -> None:
    rewrite(folder, "privacy.json", '"is_synthetic": false', '"is_synthetic": true')

    with pytest.raises(BrokenRelease, match="synthetic"):
        check(folder)


def test_two_releases_of_one_ledger_continue_each_other(shared_place: Place, folder: Path) -> None:
    later = shared_place.release(weeks_later(4)).folder
    assert later

    assert kinship(folder, later) is Kinship.SECOND_CONTINUES
    assert kinship(later, folder) is Kinship.FIRST_CONTINUES
    assert kinship(later, later) is Kinship.SAME


def test_releases_of_different_ledgers_cant_be_compared(tmp_path: Path, folder: Path) -> None:
    other = Place(tmp_path / "other")
    other.count(locale__en=50)
    its_folder = other.release(weeks_later(2)).folder
    assert its_folder

    assert kinship(folder, its_folder) is Kinship.OTHER_LEDGER
