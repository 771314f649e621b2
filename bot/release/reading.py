"""Read a release back from its folder: what its pages show, and nothing more."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.errors import BadRules, BrokenRelease
from bot.statistics.register import Line
from bot.statistics.release import Published, Release, Rules

NAME: Final = re.compile(r"(synthetic-)?(\d{4}-W\d\d)")
"""Of a release's folder."""


def latest(releases: Path) -> Path | None:
    """Return the folder of the newest release in ``releases``, or None."""
    found = all_of(releases)
    return found[-1] if found else None


def all_of(releases: Path) -> tuple[Path, ...]:
    """Return the folders of all releases, the newest last; none when the folder is missing."""
    try:
        folders = [path for path in releases.iterdir() if NAME.fullmatch(path.name)]
    except OSError:
        return ()
    return tuple(sorted(filter(Path.is_dir, folders), key=lambda path: path.name[-8:]))


def read_release(folder: Path) -> Release:
    """Return the release in ``folder``; bot.release.checking tells whether it was changed.

    Raises:
        BrokenRelease: A file is missing or can't be understood.
    """
    try:
        privacy = json.loads((folder / "privacy.json").read_text(encoding="utf-8"))
        return _release(privacy, _cells(folder / "data" / "weeks.csv"))
    except (OSError, ValueError, KeyError, TypeError, BadRules):
        raise BrokenRelease(
            folder.name, "a file is missing or can't be read; take it from a copy"
        ) from None


def public_register(folder: Path) -> tuple[Line, ...]:
    """Return the lines of the release's register, in order; they don't have the ledger's digests.

    Raises:
        BrokenRelease: It can't be understood.
    """
    try:
        text = (folder / "register.jsonl").read_text(encoding="utf-8")
        return tuple(_line(json.loads(line)) for line in text.splitlines())
    except (OSError, ValueError, KeyError, TypeError):
        raise BrokenRelease(
            folder.name, "register.jsonl can't be understood; take it from a copy"
        ) from None


def _line(fields: dict[str, Any]) -> Line:
    week = date.fromisoformat(fields["week"])
    return Line(fields["number"], week, fields["table"], digest="", published=fields["digest"])


def _release(privacy: dict[str, Any], cells: tuple[Published, ...]) -> Release:
    rules = Rules(
        privacy["epsilon_per_table"],
        privacy["suppressed_below"],
        privacy["rounded_to"],
        privacy["delay_days"],
    )
    return Release(
        privacy["release"],
        date.fromisoformat(privacy["made_on"]),
        privacy["ledger_id"],
        privacy["is_synthetic"],
        rules,
        privacy["dictionary_version"],
        cells,
        tuple((date.fromisoformat(each["week"]), each["table"]) for each in privacy["lost"]),
    )


def _cells(path: Path) -> tuple[Published, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_cell(row) for row in csv.DictReader(file))


def _cell(row: dict[str, str]) -> Published:
    number = int(row["conversations"]) if row["status"] == "published" else None
    return Published(date.fromisoformat(row["week"]), row["table"], row["cell"], number)
