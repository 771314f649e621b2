"""Write a release into a folder that appears whole or not at all, and can't be written to after."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from bot.release.ddi import ddi
from bot.release.descriptor import descriptor
from bot.release.notebook import notebook
from bot.release.privacy import privacy
from bot.release.sheets import csv_of, sheets
from bot.release.texts import citation, licence, mark, readme
from bot.release.witness import sync
from bot.statistics.register import Line
from bot.statistics.release import Release

SUMS: Final = "SHA256SUMS"
READ_ONLY: Final = 0o444


def write(release: Release, lines: Iterable[Line], releases: Path) -> Path:
    """Write ``release`` below ``releases`` and return its folder, which isn't there yet."""
    folder = releases / release.name
    unfinished = releases / f".{release.name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, text in files(release, lines).items():
        _write(unfinished / name, text)
    unfinished.rename(folder)
    sync(releases)
    return folder


def files(release: Release, lines: Iterable[Line]) -> Mapping[str, str]:
    """Return every file of ``release`` by its path; the same release gives the same files."""
    tables = sheets(release)
    found = {sheet.path: csv_of(sheet) for sheet in tables}
    found |= {
        "datapackage.json": _json(descriptor(release, tables)),
        "codebook.xml": ddi(release, tables),
        "privacy.json": _json(privacy(release)),
        "register.jsonl": "".join(_public(line, release) for line in lines),
        "CITATION.cff": citation(release),
        "README.md": readme(release),
        "LICENSE.txt": licence(release),
        "notebook.ipynb": _json(notebook(release)),
    }
    if release.is_synthetic:
        found["SYNTHETIC.txt"] = mark(release)
    return found | {SUMS: sums(found)}


def sums(found: Mapping[str, str]) -> str:
    """Return the checksums of files as ``sha256sum -c`` reads them."""
    return "".join(
        f"{sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(found.items())
    )


def _public(line: Line, release: Release) -> str:
    """Return a line of the register without the ledger's own digest, which stays here."""
    fields: dict[str, Any] = {
        "number": line.number,
        "week": line.week.isoformat(),
        "table": line.table,
        "digest": line.published,
    }
    return json.dumps(fields | ({"synthetic": True} if release.is_synthetic else {})) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(READ_ONLY)
