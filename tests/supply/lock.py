"""What a lock file pins: each package, its version, and the digests of its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings import ROOT

LOCK: Final = ROOT / "requirements.lock"
ENTRY: Final = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)((?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)
DIGEST: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pinned:
    """One version of a package; any of its files is good, and no other file."""

    version: str
    digests: frozenset[str]


def pinned(path: Path = LOCK) -> Mapping[str, Pinned]:
    """Return what ``path`` pins, by the package's name."""
    text = path.read_text(encoding="utf-8")
    return {
        name: Pinned(version, frozenset(DIGEST.findall(rest)))
        for name, version, rest in ENTRY.findall(text)
    }
