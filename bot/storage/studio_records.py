"""What the studio's database tells, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

FROM_FILES: Final = ""
"""The author of words that came from the checkout, or were written into a file by hand."""


class Review(StrEnum):
    """How far a version is, before anybody signs: its author decides between the first two."""

    DRAFT = "draft"
    READY = "ready"
    RETURNED = "returned"


@dataclass(frozen=True)
class NewVersion:
    """Words to be kept as a version.

    Attributes:
        item: A message id, ``file/`` and a path, or ``part/`` and a part whose facts changed.
        before: The words that stand in the file until now; kept too, when no version has them.
        based_on: The number of the version that the author saw, 0 for none; None takes any.
    """

    item: str
    locale: str
    words: str
    author: str
    before: str
    based_on: int | None = None
    review: Review = Review.READY


@dataclass(frozen=True)
class Version:
    """One version; ``number`` counts from 0 or 1 within its text and locale."""

    id: int
    item: str
    locale: str
    number: int
    words: str
    author: str
    made: datetime
    based_on: int
    review: Review


@dataclass(frozen=True)
class Draft:
    """What ``account`` typed and didn't save, and which version it was typed over."""

    account: str
    item: str
    locale: str
    words: str
    based_on: int
    saved: datetime


@dataclass(frozen=True)
class Comment:
    """A remark; ``resolved_by`` is empty while it is open."""

    id: int
    item: str
    locale: str
    words: str
    author: str
    made: datetime
    resolved_by: str = ""


@dataclass(frozen=True)
class Suggestion:
    """Other words; ``was_taken`` is None while nobody decided."""

    id: int
    item: str
    locale: str
    words: str
    author: str
    made: datetime
    decided_by: str = ""
    was_taken: bool | None = None


@dataclass(frozen=True)
class Signed:
    """A signature with the account that gave it.

    Attributes:
        last_version: The newest version of anything at that time: what was read is not newer.
        id: Grows with each signature; 0 before it is kept.
    """

    part: str
    locale: str
    fingerprint: str
    role: str
    account: str
    on: date
    until: date
    last_version: int = 0
    id: int = 0


@dataclass(frozen=True)
class Publication:
    """That visitors were shown ``bundle``.

    Attributes:
        token: Of one publication; the same bundle may be published again.
    """

    bundle: str
    author: str
    made: datetime
    note: str
    token: str
