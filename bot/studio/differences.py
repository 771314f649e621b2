"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

PIECE: Final = re.compile(r"\s+|\w+|[^\w\s]")

Change = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Run:
    """Words in a row that stayed, went or came."""

    change: Change
    words: str


def differences(before: str, after: str) -> tuple[Run, ...]:
    """Return both texts as runs: without what is new they make ``before``, without gone ``after``.

    Letters of a word are never taken apart.
    """
    return tuple(_runs(PIECE.findall(before), PIECE.findall(after)))


def by_line(before: str, after: str) -> tuple[Run, ...]:
    """Return both texts as runs of whole lines: for files, where it is quick and clearer."""
    return tuple(_runs(before.splitlines(keepends=True), after.splitlines(keepends=True)))


def _runs(old: list[str], new: list[str]) -> list[Run]:
    runs: list[Run] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Run("same", "".join(old[a:b])))
            continue
        runs += [Run("gone", "".join(old[a:b]))] if a < b else []
        runs += [Run("new", "".join(new[c:d]))] if c < d else []
    return runs
