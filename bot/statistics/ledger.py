"""The ledger of noise: every draw names the one before it, so that none can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

from bot.errors import AlreadyDrawn, BrokenLedger

BEGINNING: Final = "0" * 64
"""What the first draw names in place of an earlier digest."""


@dataclass(frozen=True)
class Draw:
    """The noise drawn once for one table of one week.

    Attributes:
        number: From 1, without a gap.
        week: A Monday.
        dictionary: The version of bot.statistics.events that the cells are from.
        epsilon: The privacy loss of this draw, in natural logarithms.
        noisy: Every cell of the table, zeros too, to its noisy number; it may be below zero.
        previous: The digest of the draw before, or BEGINNING.
        digest: SHA-256, in hexadecimal digits, of all other fields as JSON with sorted keys and
            no spaces.
    """

    number: int
    week: date
    table: str
    dictionary: int
    epsilon: float
    noisy: Mapping[str, int]
    previous: str
    digest: str


def next_draw(
    previous: Draw | None,
    week: date,
    table: str,
    dictionary: int,
    epsilon: float,
    noisy: Mapping[str, int],
) -> Draw:
    """Return the draw that follows ``previous``; None begins a ledger."""
    number, before = (previous.number + 1, previous.digest) if previous else (1, BEGINNING)
    draw = Draw(number, week, table, dictionary, float(epsilon), dict(noisy), before, "")
    return replace(draw, digest=_digest(draw))


def verify(draws: Iterable[Draw]) -> None:
    """Make sure that ``draws`` are a whole ledger from its beginning, and nothing was changed.

    Draws that were cut off at the end can't be noticed here: compare with the register that lies
    beside the releases.

    Raises:
        BrokenLedger: The message names the first draw that doesn't fit.
    """
    number, previous = 1, BEGINNING
    for draw in draws:
        if (draw.number, draw.previous, draw.digest) != (number, previous, _digest(draw)):
            raise BrokenLedger(
                f"Draw {number} of the ledger was changed or removed after it was drawn. Release "
                "nothing, and restore a copy of the database from before that."
            )
        number, previous = number + 1, draw.digest


def refuse_second(stored: Sequence[Draw], draws: Iterable[Draw]) -> None:
    """Make sure that none of ``draws`` is drawn already, and that they were made for ``stored``.

    Raises:
        AlreadyDrawn: A second draw of the same table and week would help to undo the noise.
    """
    drawn = {(draw.week, draw.table) for draw in stored}
    for draw in draws:
        if (draw.week, draw.table) in drawn:
            raise AlreadyDrawn(
                f"Noise was drawn already for the table {draw.table} of the week {draw.week}. "
                "It is drawn once; release what the ledger holds."
            )
        if draw.number <= len(stored):
            raise AlreadyDrawn("Another release drew noise meanwhile. Start the release again.")
        drawn.add((draw.week, draw.table))


def _digest(draw: Draw) -> str:
    fields = asdict(draw) | {"week": draw.week.isoformat()}
    del fields["digest"]
    # What was changed by hand can be anything; then any text will do, since it won't fit.
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
