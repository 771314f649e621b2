"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    return tuple(_joined(_runs(PIECE.findall(before), PIECE.findall(after))))


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


def _joined(runs: list[Run]) -> Iterator[Run]:
    """Yield runs with changes joined that only a blank parts: whole phrases read more easily."""
    gone = new = ""
    for run, after in zip(runs, [*runs[1:], Run("same", "")], strict=False):
        if run.change == "gone":
            gone += run.words
        elif run.change == "new":
            new += run.words
        elif run.words.isspace() and (gone or new) and after.change != "same":
            gone, new = gone + run.words, new + run.words
        else:
            yield from _changed(gone, new)
            yield run
            gone = new = ""
    yield from _changed(gone, new)


def _changed(gone: str, new: str) -> Iterator[Run]:
    yield from (Run("gone", gone),) if gone else ()
    yield from (Run("new", new),) if new else ()
