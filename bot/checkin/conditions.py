"""Conditions on answers. None asks for the absence of an answer, so more answers never undo one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Answers = Mapping[str, tuple[str, ...]]
"""Item id to the ids of the chosen answers; an item that wasn't reached is missing."""


@dataclass(frozen=True)
class Chosen:
    """Holds when any of ``answers`` was chosen for ``item``."""

    item: str
    answers: frozenset[str]


@dataclass(frozen=True)
class Sum:
    """Holds when the points of the chosen answers reach ``at_least``.

    Attributes:
        points: Item to answer to points. What was skipped has none.
    """

    points: Mapping[str, Mapping[str, int]]
    at_least: int


@dataclass(frozen=True)
class All:
    """Holds when every part does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """Holds when at least one part does."""

    parts: tuple[Condition, ...]


Condition = Chosen | Sum | All | Any


def holds(condition: Condition, answers: Answers) -> bool:
    """Tell whether ``answers`` fulfil ``condition``; ids that nobody knows count for nothing."""
    match condition:
        case Chosen(item, wanted):
            return not wanted.isdisjoint(answers.get(item, ()))
        case Sum(points, at_least):
            return sum(_points(points[item], answers.get(item, ())) for item in points) >= at_least
        case All(parts):
            return all(holds(part, answers) for part in parts)
        case Any(parts):
            return any(holds(part, answers) for part in parts)


def has_sum(condition: Condition) -> bool:
    """Tell whether ``condition`` adds up points anywhere."""
    match condition:
        case Sum():
            return True
        case All(parts) | Any(parts):
            return any(has_sum(part) for part in parts)
    return False


def _points(points: Mapping[str, int], chosen: tuple[str, ...]) -> int:
    return sum(points.get(answer, 0) for answer in chosen)
