"""A module is a row of screens, an exercise a row of steps; both are read, never computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Screen:
    """One idea of a module. All attributes but ``id`` are message ids; ``do`` may be empty."""

    id: str
    title: str
    text: str
    do: str


@dataclass(frozen=True)
class Module:
    """One psychoeducation module.

    Attributes:
        slug: Its name in choice ids, e.g. ``urges``.
        title: Message id, as ``about``.
        screens: Four to seven, in order.
        choices: Where it leads after the last screen.
    """

    slug: str
    title: str
    about: str
    screens: tuple[Screen, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One part of an exercise; ``minutes`` only where time is counted, else 0."""

    id: str
    title: str
    text: str
    minutes: int


@dataclass(frozen=True)
class Exercise:
    """Something to do; ``kind`` is ``timer``, ``steps`` or ``plan`` and decides how it looks."""

    slug: str
    kind: str
    title: str
    about: str
    intro: str
    steps: tuple[Step, ...]
    end: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """All modules and exercises, by slug."""

    modules: Mapping[str, Module]
    exercises: Mapping[str, Exercise]
