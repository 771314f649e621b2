"""What one proof measured, as a small file that its command writes; docs/proofs.md is made of them.

A command that measures ends with one call of ``record``.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

from bot.settings import ROOT

FOLDER: Final = ROOT / "build" / "proofs"
CHANGED: Final = ", with changes"
GIGABYTE: Final = 2**30
NO_PROOF: Final = (":(top)", ":(exclude,top)docs")
"""What a measurement is of: docs/ holds the pages that the proofs themselves write."""
READ: Final = (":(top)docs/advisories.yml",)
"""What lies there too, and a proof reads: the ids that `make audit` passes over."""

Figure = int | float | str


def commit() -> str:
    """Return the commit of the checkout, marked if files differ from it; empty without git."""
    found = _git("rev-parse", "--short=7", "HEAD")
    is_changed = any(_git("status", "-s", "--", *paths) for paths in (NO_PROOF, READ))
    return f"{found}{CHANGED}" if found and is_changed else found


def measured() -> str:
    """Return ``commit()``, marked too if it was made while this process ran."""
    found, made = commit(), float(_git("log", "-1", "--format=%ct") or 0)
    is_newer = made > psutil.Process().create_time() and not found.endswith(CHANGED)
    return f"{found}{CHANGED}" if is_newer else found


def today() -> str:
    """Return the day in UTC, such as 2026-11-22."""
    return f"{datetime.now(UTC):%Y-%m-%d}"


def machine() -> str:
    """Return how many cores and how much memory this machine has, and no name of it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{os.cpu_count()} cores, {memory / GIGABYTE:.0f} GiB"


@dataclass(frozen=True)
class Record:
    """What was measured once.

    Attributes:
        name: Of the proof, as in tests/proofs/promises.yml.
        command: What a reader types to measure it anew.
        held: Whether everything that this proof demands was so.
        figures: What was measured, its unit in brackets, to the number or a few words.
    """

    name: str
    command: str
    held: bool
    figures: Mapping[str, Figure]
    commit: str = field(default_factory=measured)
    day: str = field(default_factory=today)
    machine: str = field(default_factory=machine)


def record(
    name: str, command: str, figures: Mapping[str, Figure], *, held: bool, folder: Path = FOLDER
) -> Path:
    """Write what was measured just now to build/proofs/<name>.json, in place of an older one.

    The commit, the day and the machine are added here. Figures hold no path and no typed word.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(written(asdict(Record(name, command, held, dict(figures)))), "utf-8")
    return path


def recorded(folder: Path = FOLDER) -> list[Record]:
    """Return what was measured, in order of the proofs' names."""
    return [read(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def read(text: str) -> Record:
    """Return the record that ``text`` is.

    Raises:
        TypeError: A field is missing, or there is one too many.
    """
    return Record(**json.loads(text))


def written(fields: Any) -> str:
    """Return stable JSON that people can read."""
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


def _git(*arguments: str) -> str:
    asked = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
