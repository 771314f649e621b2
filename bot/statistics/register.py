"""The register: a witness, outside the database, of everything that was ever drawn.

Two chains run through it. ``digest`` is that of the ledger and stays with the operator: of a small
table, its noisy numbers could be guessed from it. ``published`` is a chain over the published
cells alone; it goes out with every release, and whoever has the release can follow it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum, auto
from hashlib import sha256

from bot.errors import BrokenRegister
from bot.statistics.ledger import Draw
from bot.statistics.release import Published, Rules, published


@dataclass(frozen=True)
class Line:
    """One draw.

    Attributes:
        digest: Of the ledger.
        published: Of what was published of it, chained to the line before.
        replaces: The digest of an earlier line of this number, whose noisy numbers were lost with
            the database; or empty.
    """

    number: int
    week: date
    table: str
    digest: str
    published: str
    replaces: str = ""


class Agreement(Enum):
    """How a ledger and a register go together."""

    SAME = auto()
    LEDGER_BEHIND = auto()
    NEITHER = auto()


def lines_for(draws: Iterable[Draw], before: Sequence[Line], rules: Rules) -> tuple[Line, ...]:
    """Return the lines of new ``draws``, which follow on those of ``before``."""
    last, found = _last_published(before), []
    for draw in draws:
        last = link(last, draw.number, draw.week, draw.table, published(draw, rules))
        found.append(Line(draw.number, draw.week, draw.table, draw.digest, last))
    return tuple(found)


def lines_for_lost(draws: Sequence[Draw], lost: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines that put the empty ``draws`` in the place of the ``lost`` ones."""
    return tuple(
        Line(draw.number, draw.week, draw.table, draw.digest, line.published, line.digest)
        for draw, line in zip(draws, lost, strict=True)
    )


def standing(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the line that holds now for each draw, in order.

    Raises:
        BrokenRegister: A number is missing, comes twice, or replaces what isn't there.
    """
    found: list[Line] = []
    for line in lines:
        place = line.number - 1
        if place == len(found) and not line.replaces:
            found.append(line)
        elif line.replaces and 0 <= place < len(found) and _takes_place(line, found[place]):
            found[place] = line
        else:
            raise BrokenRegister(line.number)
    return tuple(found)


def agreement(draws: Sequence[Draw], lines: Iterable[Line]) -> Agreement:
    """Tell whether the ledger has exactly what the register witnessed."""
    held = standing(lines)
    same = all(_is_of(line, draw) for line, draw in zip(held, draws, strict=False))
    if not same or len(draws) > len(held):
        return Agreement.NEITHER
    return Agreement.SAME if len(draws) == len(held) else Agreement.LEDGER_BEHIND


def link(before: str, number: int, week: date, table: str, cells: Iterable[Published]) -> str:
    """Return the digest that binds published ``cells`` to everything before them (SHA-256)."""
    numbers = {cell.cell: cell.conversations for cell in cells}
    text = json.dumps([before, number, week.isoformat(), table, numbers], sort_keys=True)
    return sha256(text.encode()).hexdigest()


def to_text(line: Line) -> str:
    """Return ``line`` as one line of JSON for the operator's register."""
    fields = asdict(line) | {"week": line.week.isoformat()}
    return json.dumps({name: value for name, value in fields.items() if value != ""}) + "\n"


def from_text(text: str) -> Line:
    """Return the line that ``to_text`` wrote.

    Raises:
        BrokenRegister: It is none.
    """
    try:
        fields = json.loads(text)
        return Line(**fields | {"week": date.fromisoformat(fields["week"])})
    except (ValueError, KeyError, TypeError):
        raise BrokenRegister(None) from None


def _last_published(lines: Sequence[Line]) -> str:
    held = standing(lines)
    return held[-1].published if held else ""


def _takes_place(line: Line, old: Line) -> bool:
    return (line.week, line.table, line.published, line.replaces) == (
        old.week,
        old.table,
        old.published,
        old.digest,
    )


def _is_of(line: Line, draw: Draw) -> bool:
    return (line.number, line.week, line.table, line.digest) == (
        draw.number,
        draw.week,
        draw.table,
        draw.digest,
    )
