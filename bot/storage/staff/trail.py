"""The audit trail: lines that are only added, each sealed to the one before by its digest.

Who can write to the database can also make a whole new chain; a digest that was noted elsewhere
(the page shows the last one) tells then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.storage.staff.people import stamp
from bot.storage.staff.tables import EndRow, LineRow

BEGINNING: Final = "0" * 64
"""What the first line names as the digest before it."""
MONTH: Final = 7  # characters of a stamp: 2026-11


@dataclass(frozen=True)
class Act:
    """Something that somebody did.

    Attributes:
        who: The account's name; ``shell`` for the operator's commands, ``nobody`` for strangers.
        item: What it was done to: a name, a page, a file; never its content.
    """

    who: str
    what: str
    item: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Line:
    """One line; ``number`` counts from 1, ``made`` is UTC to the second."""

    number: int
    made: str
    who: str
    what: str
    item: str
    before: str
    after: str
    previous: str
    digest: str


@dataclass(frozen=True)
class Checked:
    """Whether the chain holds: ``broken_at`` is the first line that doesn't, or None."""

    lines: int
    digest: str
    broken_at: int | None


def append(session: Session, act: Act, now: datetime) -> None:
    """Add a line, in the transaction of what it tells of."""
    # Written before anything is read: from here on, others who append wait for this transaction.
    session.execute(update(EndRow).values(lines=EndRow.lines + 1))
    end = session.scalars(select(EndRow).execution_options(populate_existing=True)).one()
    fields = (end.lines, stamp(now), *astuple(act), end.digest)
    digest = digest_of(fields)
    session.add(LineRow(**dict(zip(LINE[:-1], fields, strict=True)), digest=digest))
    end.digest = digest


def digest_of(fields: Iterable[object]) -> str:
    """Return the SHA-256, in hex, of a line's other fields in order."""
    text = json.dumps(list(fields), ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check(session: Session) -> Checked:
    """Walk along the whole chain."""
    previous, number, broken = BEGINNING, 0, None
    for row in session.scalars(select(LineRow).order_by(LineRow.number)):
        number += 1
        line = line_of(row)
        holds = (line.number, line.previous) == (number, previous)
        if not (holds and line.digest == digest_of(astuple(line)[:-1])):
            broken = number
            break
        previous = line.digest
    end = session.scalars(select(EndRow)).one_or_none()
    if broken is None and (end is None or (end.lines, end.digest) != (number, previous)):
        broken = number + 1
    return Checked(number, previous, broken)


def lines_of(session: Session, month: str) -> list[Line]:
    """Return the lines of one month, such as ``2026-11``, the latest first."""
    chosen = select(LineRow).where(LineRow.made.startswith(f"{month}-", autoescape=True))
    return [line_of(row) for row in session.scalars(chosen.order_by(LineRow.number.desc()))]


def months(session: Session) -> list[str]:
    """Return the months that have lines, the latest first."""
    month = func.substr(LineRow.made, 1, MONTH)
    return list(session.scalars(select(month).distinct().order_by(month.desc())))


def line_of(row: LineRow) -> Line:
    """Return a row as a plain value."""
    return Line(**{name: getattr(row, name) for name in LINE})


LINE: Final = tuple(Line.__dataclass_fields__)
