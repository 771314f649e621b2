"""The golden conversations as transcripts: what visitors hear now, and what they would hear.

What a typed sentence means is taken from the file, as the trained model isn't asked here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.conversation import golden as files
from bot.conversation.content import Content
from bot.studio.differences import Run, by_line, differences
from bot.studio.trying import Exchange, Said, conversation, spoken

MEANT: Final = {
    "chitchat_control": "greet",
    "harmful_request": "harmful_request",
}
"""Topics that aren't an intent's name, to the intent that stands for them here."""


@dataclass(frozen=True)
class Line:
    """One line of an answer, word by word as it would change."""

    runs: tuple[Run, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything in it would be another."""
        return any(run.change != "same" for run in self.runs)


@dataclass(frozen=True)
class Step:
    """What the visitor does, and the answer line by line."""

    visitor: str
    is_button: bool
    lines: tuple[Line, ...]

    @property
    def is_changed(self) -> bool:
        """Whether the answer would be another."""
        return any(line.is_changed for line in self.lines)


@dataclass(frozen=True)
class Told:
    """One golden conversation."""

    title: str
    steps: tuple[Step, ...]

    @property
    def is_changed(self) -> bool:
        """Whether any answer would be another."""
        return any(step.is_changed for step in self.steps)


def golden(path: Path, now_live: Content, working: Content, now: datetime) -> list[Told]:
    """Return the golden conversations of a file, those that would change first.

    Raises:
        BrokenContent: The file isn't one of golden conversations.
    """
    if not path.exists():
        return []
    read = _read(path, path.stat().st_mtime_ns)
    found = [
        Told(title, tuple(_steps(steps, read, now_live, working, now)))
        for title, steps in read.conversations.items()
    ]
    return sorted(found, key=lambda told: not told.is_changed)


@functools.lru_cache(maxsize=64)
def _read(path: Path, made: int) -> files.Golden:
    return files.read_golden(path)


def _steps(
    steps: Sequence[files.Step],
    read: files.Golden,
    now_live: Content,
    working: Content,
    now: datetime,
) -> Iterator[Step]:
    before, after = (
        conversation(
            content, read.locale, read.country, [_said(step, content) for step in steps], now
        )
        for content in (now_live, working)
    )
    for old, new in zip(before, after, strict=True):
        yield Step(new.visitor, new.is_button, tuple(_lines(old, new)))


def _said(step: files.Step, content: Content) -> Said:
    if "press" in step:
        return Said(choice=str(step["press"]))
    return Said(text=str(step["say"]), meant=_meant(step, content))


def _meant(step: files.Step, content: Content) -> str:
    """Return the intent of the first bubble that the file asks for, else its topic's."""
    segments = str(step.get("says", "")).split(".")
    topic = str(step.get("topic", ""))
    wanted = segments[1] if segments[0] == "answer" and len(segments) > 1 else topic
    intent = MEANT.get(wanted, wanted)
    return intent if intent in content.answers else ""


def _lines(old: Exchange, new: Exchange) -> Iterator[Line]:
    """Yield the lines of both answers: where one became another, word by word."""
    gone: list[str] = []
    runs = by_line(*("".join(f"{_flat(line)}\n" for line in spoken(e.turn)) for e in (old, new)))
    for run in runs:
        lines = run.words.splitlines()
        if run.change == "gone":
            gone = lines
        elif run.change == "new":
            yield from _paired(gone, lines)
            gone = []
        else:
            yield from _paired(gone, [])
            yield from (Line((Run("same", line),)) for line in lines)
            gone = []
    yield from _paired(gone, [])


def _paired(gone: list[str], came: list[str]) -> Iterator[Line]:
    yield from (Line(differences(old, new)) for old, new in zip(gone, came, strict=False))
    yield from (Line((Run("gone", line),)) for line in gone[len(came) :])
    yield from (Line((Run("new", line),)) for line in came[len(gone) :])


def _flat(text: str) -> str:
    return " ".join(text.split())
