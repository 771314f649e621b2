"""Read systemd units as far as the tests need it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.settings import ROOT

FOLDER: Final = ROOT / "deploy" / "systemd"
SANDBOX: Final = FOLDER / "quietline-.service.d" / "sandbox.conf"

Unit = Mapping[str, list[str]]
"""Setting to its values in order; an empty value has wiped those before it, as in systemd."""


def services() -> list[Path]:
    return sorted(FOLDER.glob("quietline-*.service"))


def read_unit(path: Path) -> Unit:
    """Return the settings of a unit, the drop-in for all of ours included."""
    drop_ins = [SANDBOX] if path.suffix == ".service" else []
    found: dict[str, list[str]] = {}
    for text in (each.read_text(encoding="utf-8") for each in (path, *drop_ins)):
        for line in text.replace("\\\n", " ").splitlines():
            name, equals, value = line.partition("=")
            if equals and not line.startswith(("#", ";")):
                found[name] = [*found.get(name, []), value] if value else []
    return found
