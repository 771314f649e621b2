"""Check a release from its folder alone, and two releases against each other."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from bot.errors import BrokenRelease
from bot.release.reading import read_release
from bot.release.sheets import csv_of, sheets
from bot.statistics.register import link
from bot.statistics.release import Published, Release

SUMS: Final = "SHA256SUMS"


class Kinship(Enum):
    """How two releases go together."""

    SAME = auto()
    SECOND_CONTINUES = auto()
    FIRST_CONTINUES = auto()
    FORKED = auto()
    OTHER_LEDGER = auto()


def check(folder: Path) -> Release:
    """Return the release in ``folder`` if it is whole, unchanged and follows its own rules.

    Raises:
        BrokenRelease: It isn't; the message says what is wrong first.
    """
    _check_sums(folder)
    release = read_release(folder)
    _check_name(folder, release)
    _check_rules(release)
    _check_sheets(folder, release)
    _check_schema(folder)
    _check_chain(folder, release)
    return release


def kinship(first: Path, second: Path) -> Kinship:
    """Tell whether one of two sound releases continues the other, or there was a second draw."""
    one, other = read_release(first), read_release(second)
    if one.ledger_id != other.ledger_id:
        return Kinship.OTHER_LEDGER
    lines, its_lines = _register(first), _register(second)
    shared = min(len(lines), len(its_lines))
    if lines[:shared] != its_lines[:shared]:
        return Kinship.FORKED
    if len(lines) == len(its_lines):
        return Kinship.SAME
    return Kinship.SECOND_CONTINUES if len(lines) == shared else Kinship.FIRST_CONTINUES


def _check_sums(folder: Path) -> None:
    listed = dict(_sums(folder))
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for name in sorted({*listed, *there} - {SUMS}):
        if name not in listed:
            raise BrokenRelease(folder.name, f"{name} is not in {SUMS}")
        if name not in there:
            raise BrokenRelease(folder.name, f"{name} is missing")
        if sha256((folder / name).read_bytes()).hexdigest() != listed[name]:
            raise BrokenRelease(folder.name, f"{name} was changed after the release")


def _sums(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            yield name, digest
    except (OSError, UnicodeDecodeError):
        raise BrokenRelease(folder.name, f"{SUMS} is missing or can't be read") from None


def _check_name(folder: Path, release: Release) -> None:
    if release.is_synthetic != release.name.startswith("synthetic-"):
        raise BrokenRelease(folder.name, "its name doesn't say whether it is synthetic")


def _check_rules(release: Release) -> None:
    rules = release.rules
    for cell in release.weeks:
        number = cell.conversations
        if number is not None and (number < rules.cut or number % rules.rounding):
            place = f"{cell.week}, {cell.table}, {cell.cell}"
            raise BrokenRelease(release.name, f"{number} may not be published ({place})")


def _check_sheets(folder: Path, release: Release) -> None:
    """Make sure that every sum follows from the weeks, and each file has its rows."""
    for sheet in sheets(release):
        if sheet.path.startswith("data/") and _text(folder, sheet.path) != csv_of(sheet):
            raise BrokenRelease(folder.name, f"{sheet.path} doesn't follow from the weeks")


def _check_schema(folder: Path) -> None:
    """Make sure that every table has the columns that datapackage.json names."""
    try:
        resources = json.loads(_text(folder, "datapackage.json"))["resources"]
        for resource in resources:
            names = [field["name"] for field in resource["schema"]["fields"]]
            if names != next(csv.reader([_text(folder, resource["path"]).splitlines()[0]])):
                raise BrokenRelease(folder.name, f"{resource['path']} has other columns")
    except (ValueError, KeyError, TypeError, IndexError):
        raise BrokenRelease(folder.name, "datapackage.json can't be understood") from None


def _check_chain(folder: Path, release: Release) -> None:
    cells: Mapping[tuple[date, str], list[Published]] = defaultdict(list)
    for cell in release.weeks:
        cells[cell.week, cell.table].append(cell)
    lost, seen, before = set(release.lost), set(), ""
    for number, line in enumerate(_register(folder), start=1):
        place = week, table = _place(folder, line, number)
        followed = link(before, number, week, table, cells[place])
        if place in seen or (place not in lost and line["digest"] != followed):
            raise BrokenRelease(folder.name, f"line {number} of register.jsonl has other numbers")
        seen.add(place)
        before = line["digest"]
    if {place for place in cells if cells[place]} - seen or lost - seen:
        raise BrokenRelease(folder.name, "register.jsonl lacks a week of the release")


def _place(folder: Path, line: Mapping[str, Any], number: int) -> tuple[date, str]:
    try:
        if line["number"] == number and isinstance(line["digest"], str):
            return date.fromisoformat(line["week"]), str(line["table"])
    except (KeyError, TypeError, ValueError):
        pass
    raise BrokenRelease(folder.name, f"line {number} of register.jsonl can't be understood")


def _register(folder: Path) -> Sequence[dict[str, Any]]:
    try:
        return [json.loads(line) for line in _text(folder, "register.jsonl").splitlines()]
    except ValueError:
        raise BrokenRelease(folder.name, "register.jsonl can't be understood") from None


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise BrokenRelease(folder.name, f"{name} is missing or can't be read") from None
