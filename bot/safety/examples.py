"""The training examples, and which of them nothing may learn from."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from bot.languages.yaml import read_yaml

HELD_OUT = 10  # one example in so many


@dataclass(frozen=True)
class Example:
    """One line of ``data/nlu``."""

    text: str
    intent: str
    locale: str


def read_examples(folder: Path) -> list[Example]:
    """Return every example of every locale, in the order of files and lines."""
    return [
        Example(line.strip()[2:].strip(), block["intent"], path.parent.name)
        for path in sorted(folder.glob("*/*.yml"))
        for block in read_yaml(path)["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]


def is_held_out(text: str) -> bool:
    """Tell whether an example is kept apart, so that thresholds are chosen on texts unseen.

    Decided by the text alone: neither encoder nor classifier ever learns from such a one.
    """
    return zlib.crc32(text.encode()) % HELD_OUT == 0
