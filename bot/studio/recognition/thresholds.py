"""The thresholds in a form, and what other ones would do to the known sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.errors import BrokenContent
from bot.safety.evaluation import Share
from bot.safety.figures import Name, measure
from bot.studio.recognition.comparing import BySet
from bot.studio.scalars import Trail, scalars

FILE: Final = "content/safety/policy.yml"
NUMBER: Final = re.compile(r"(0(\.\d{1,4})?|1(\.0{1,4})?)")
SECTIONS: Final = ("thresholds", "everyday", "part", "answer_at")
OPEN: Final = ("thresholds", "everyday", "part")
"""Sections in which 0 and 1 would put a safety topic, or another one behind it, out of reach."""
SHOWN: Final = (Name.SAFETY_CAUGHT, Name.OTHERS_ROUTED, Name.OTHERS_ASKED, Name.CHILDREN_FLAGGED)


@dataclass(frozen=True)
class Threshold:
    """A number from 0 to 1, as it is written; ``name`` is its trail with dots."""

    name: str
    trail: Trail
    written: str


@dataclass(frozen=True)
class Effect:
    """A figure over every locale, as the thresholds are and as they would be."""

    of_set: str
    name: Name
    before: Share
    after: Share


def read(text: str) -> list[Threshold]:
    """Return the thresholds of a policy file, in its order."""
    return [
        Threshold(".".join(map(str, trail)), trail, scalar.value)
        for trail, scalar in scalars(text).items()
        if trail[0] in SECTIONS
    ]


def changed(text: str, wanted: Mapping[str, str]) -> str:
    """Return the file with other numbers, and every other sign as it was.

    Args:
        text: The policy file.
        wanted: Numbers as they are to be written, by name; others stay.

    Raises:
        BrokenContent: One is no number from 0 to 1, with four digits after the point at most; or
            it is 0 or 1 itself in a section of OPEN.
    """
    for each in read(text):
        new = wanted.get(each.name, each.written)
        if not NUMBER.fullmatch(new):
            cure = f"{each.name}: write a number from 0 to 1, such as 0.15"
            raise BrokenContent(FILE, scalars(text)[each.trail].line + 1, cure)
        if each.trail[0] in OPEN and float(new) in (0, 1):
            cure = f"{each.name}: write a number between 0 and 1; with {new} a safety topic is lost"
            raise BrokenContent(FILE, scalars(text)[each.trail].line + 1, cure)
        if float(new) != float(each.written):
            text = _with(text, each.trail, new)
    return text


def effects(before: BySet, after: BySet) -> list[Effect]:
    """Return what would change over all locales: caught, routed, asked, flagged."""
    found = []
    for of_set in before:
        one, other = (
            measure("", [pair for judged in by[of_set].values() for pair in judged]).figures
            for by in (before, after)
        )
        found += [Effect(of_set, name, one[name].share, other[name].share) for name in SHOWN]
    return found


def _with(text: str, trail: Trail, number: str) -> str:
    scalar, lines = scalars(text)[trail], text.split("\n")
    line = lines[scalar.line]
    lines[scalar.line] = line[: scalar.column] + number + line[scalar.last_column :]
    return "\n".join(lines)
