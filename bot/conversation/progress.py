"""What a visitor may keep to go on another day: ids of what is on our shelf, and nothing else.

It isn't taken from the conversation, which is kept for nobody. The visitor ticks it on a page.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from bot.modules.module import Exercise, Shelf

DIGITS: Final = 24  # of a number: 79.7 bits, as no user name and no salt of its own protect it
GROUP: Final = 4  # digits
GROUPS: Final = DIGITS // GROUP
CHOSEN_IN: Final = "checklist"
"""The kind of exercise whose ticks are choices of a plan. Ready sentences say what somebody did or
feels and ratings are numbers about a person: neither is ever kept."""


def all_ids(shelf: Shelf) -> tuple[str, ...]:
    """Return everything that can be kept, as ``module.urges`` or ``exercise.small_steps.greet``."""
    return tuple(_all_ids(shelf))


def only_ours(shelf: Shelf, sent: Iterable[str]) -> tuple[str, ...]:
    """Return what of ``sent`` can be kept, in the shelf's order and once; the rest is dropped."""
    wanted = set(sent)
    return tuple(one for one in all_ids(shelf) if one in wanted)


def to_bytes(shelf: Shelf, kept: Iterable[str]) -> bytes:
    """Return what is kept as bytes; only what is on the shelf gets in, whatever is asked for."""
    return "\n".join(only_ours(shelf, kept)).encode()


def from_bytes(shelf: Shelf, plain: bytes) -> tuple[str, ...]:
    """Return what ``to_bytes`` wrote; what has left the shelf since is left out."""
    return only_ours(shelf, plain.decode().split("\n"))


def checklists(shelf: Shelf) -> tuple[Exercise, ...]:
    """Return the exercises whose ticks can be kept."""
    return tuple(one for one in shelf.exercises.values() if one.kind == CHOSEN_IN)


def new_number() -> str:
    """Return a number that nobody can guess."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def read_digits(typed: str) -> str:
    """Return the digits of ``typed`` in ASCII, whatever script they are in and what parts them.

    Empty when there is a letter among them.
    """
    digits = [unicodedata.decimal(sign, None) for sign in typed if sign.isalnum()]
    return "" if None in digits else "".join(map(str, digits))


def read_number(typed: str) -> str:
    """Return the number that was typed, or empty when it can't be one."""
    digits = read_digits(typed)
    return digits if len(digits) == DIGITS else ""


def groups(number: str) -> tuple[str, ...]:
    """Return a number in groups of four, to read, note and type."""
    return tuple(number[first : first + GROUP] for first in range(0, len(number), GROUP))


def _all_ids(shelf: Shelf) -> Iterator[str]:
    yield from (f"module.{slug}" for slug in shelf.modules)
    yield from (f"exercise.{slug}" for slug in shelf.exercises)
    for exercise in checklists(shelf):
        yield from (f"exercise.{exercise.slug}.{step.id}" for step in exercise.steps)
