"""A module is a row of screens, an exercise a row of steps; both are read, never computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Source:
    """Something published that a text rests on; clinicians read it, visitors don't."""

    title: str
    year: int
    url: str


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
        code: A letter with its place on the shelf, e.g. ``M8``.
        title: Message id, as ``about``.
        screens: Four to seven, in order.
        choices: Where it leads after the last screen.
    """

    slug: str
    code: str
    title: str
    about: str
    screens: tuple[Screen, ...]
    choices: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Step:
    """One part of an exercise.

    Attributes:
        minutes: Only in a timer, else 0.
        scale: The numbers to choose from, only in ratings.
        options: Message ids of ready sentences to choose from, only in sentences.
    """

    id: str
    title: str
    text: str
    minutes: int = 0
    scale: tuple[int, ...] = ()
    options: tuple[str, ...] = ()


KINDS: Final = ("timer", "steps", "plan", "ratings", "checklist", "sentences")
"""Read and do; with time; write; give numbers; tick; put a text together."""


@dataclass(frozen=True)
class Exercise:
    """Something to do; ``kind``, out of ``KINDS``, decides how it looks, ``code`` as in Module."""

    slug: str
    code: str
    kind: str
    title: str
    about: str
    intro: str
    steps: tuple[Step, ...]
    end: str
    choices: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Shelf:
    """All modules and exercises, by slug."""

    modules: Mapping[str, Module]
    exercises: Mapping[str, Exercise]
