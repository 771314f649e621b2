"""Read what clinicians wrote for each kind of message: ``content/answers/<intent>.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml

KEYS = {"intent", "catalog", "say", "services", "choices", "ask", "denied"}


@dataclass(frozen=True)
class Answer:
    """The reply to one intent.

    Attributes:
        says: Message ids of its bubbles.
        kinds: Kinds of services it shows, best first.
        choices: Ids of its buttons.
        ask: Message id of the question to put first when we aren't sure, or empty.
        denied: Message ids to say when that question was answered with no.
    """

    intent: str
    says: tuple[str, ...]
    kinds: tuple[str, ...]
    choices: tuple[str, ...]
    ask: str
    denied: tuple[str, ...]


def read_answers(folder: Path) -> dict[str, Answer]:
    """Return every answer by its intent.

    Raises:
        BrokenContent: A file has an unknown key, lacks one, or is named after another intent.
    """
    answers = [_answer(path, _read(path)) for path in sorted(folder.glob("*.yml"))]
    return {answer.intent: answer for answer in answers}


def answer_words(folder: Path) -> dict[str, str]:
    """Return message id to English text of every answer."""
    words: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        entry = _read(path)
        prefix = f"answer.{entry['intent']}"
        words |= {f"{prefix}.{n}": text.strip() for n, text in enumerate(entry["say"], 1)}
        if entry.get("ask"):
            words[f"{prefix}.ask"] = entry["ask"].strip()
        denied = entry.get("denied") or []
        words |= {f"{prefix}.denied.{n}": text.strip() for n, text in enumerate(denied, 1)}
    return words


def _read(path: Path) -> dict[str, Any]:
    entry = read_yaml(path)
    unknown = set(entry) - KEYS
    if unknown:
        raise BrokenContent(path, None, f"remove or correct the key {sorted(unknown)[0]}")
    if entry.get("intent") != path.stem or not entry.get("say"):
        raise BrokenContent(path, None, "intent must be the file's name, and say must not be empty")
    return dict(entry)


def _answer(path: Path, entry: Mapping[str, Any]) -> Answer:
    prefix = f"answer.{entry['intent']}"
    return Answer(
        intent=entry["intent"],
        says=tuple(f"{prefix}.{n}" for n in range(1, len(entry["say"]) + 1)),
        kinds=tuple(entry.get("services") or ()),
        choices=tuple(entry.get("choices") or ()),
        ask=f"{prefix}.ask" if entry.get("ask") else "",
        denied=tuple(f"{prefix}.denied.{n}" for n in range(1, len(entry.get("denied") or ()) + 1)),
    )
