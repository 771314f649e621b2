"""The few files under /static/, read once, each with the hash that browsers check."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.modules.module import Exercise

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, media type and subresource integrity."""

    body: bytes
    media_type: str
    integrity: str


def read_assets(exercises: Mapping[str, Exercise]) -> dict[str, Asset]:
    """Return every static file by its name; the timers' lengths join the style sheet."""
    bodies = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    timers = "".join(timer_css(exercise) for exercise in exercises.values())
    bodies["site.css"] += timers.encode()
    return {name: _asset(name, body) for name, body in bodies.items() if Path(name).suffix in TYPES}


def timer_css(exercise: Exercise) -> str:
    """Return the rules that run a timer without scripts; empty for other exercises.

    The lengths are content, and our policy forbids style attributes: hence a rule for each phase.
    """
    return "".join(f"html:not(.js) {rule}\n" for rule in _phases(exercise)) + _bar(exercise)


def _phases(exercise: Exercise) -> Iterator[str]:
    begin = 0
    for number, step in enumerate(exercise.steps, start=1):
        if step.minutes:
            when = f"animation:now {step.minutes * 60}s linear {begin * 60}s"
            yield f".timer-{exercise.slug} .phase:nth-child({number}){{{when}}}"
        begin += step.minutes


def _bar(exercise: Exercise) -> str:
    minutes = sum(step.minutes for step in exercise.steps)
    return (
        f".timer-{exercise.slug} .filling i{{animation-duration:{minutes * 60}s}}\n"
        if minutes
        else ""
    )


def _asset(name: str, body: bytes) -> Asset:
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    return Asset(body, TYPES[Path(name).suffix], f"sha384-{digest}")
