"""What every table and cell means, in plain English, for the files of a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.languages.yaml import read_yaml

WORDS: Final = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Entry:
    """One table.

    Attributes:
        unit: What one conversation of its numbers is.
        cells: Cell to its meaning, those of older dictionaries too.
    """

    table: str
    label: str
    unit: str
    meaning: str
    cells: Mapping[str, str]


@cache
def entries() -> Mapping[str, Entry]:
    """Return every table by its name.

    Raises:
        BrokenContent: The file of meanings is missing or no YAML.
    """
    return {table: _entry(table, words) for table, words in _words()["tables"].items()}


@cache
def steps() -> Mapping[str, str]:
    """Return what each step of the funnel means, in order."""
    found: dict[str, str] = _words()["steps"]
    return found


def _entry(table: str, words: dict[str, Any]) -> Entry:
    return Entry(table, words["label"], words["unit"], words["meaning"], _cells(words))


def _cells(words: dict[str, Any]) -> dict[str, str]:
    """Return the meanings of a table's cells, also where two lists make them."""
    if "cells" in words:
        return dict(words["cells"])
    return {
        f"{way}.{door}": f"{meaning}, {how}"
        for door, meaning in words["doors"].items()
        for way, how in words["ways"].items()
    }


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = read_yaml(WORDS / "codebook.yml")
    return words
