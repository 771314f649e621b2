"""What a researcher asks to see: read from an address, with a default for what makes no sense.

A choice only hides numbers of a release. None of them makes one that the release doesn't hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.datastructures import QueryParams

from bot.statistics.events import TABLES, week_of
from bot.web.released import FUNNEL, KINDS
from bot.web.releases import Shelved

TABLE_ORDER: Final = (FUNNEL, *TABLES)


@dataclass(frozen=True)
class Asked:
    """One view of one release.

    Attributes:
        other: The release to compare it with, or None.
        since: The first day of the span, as typed, or empty.
        until: The last day, or empty.
        periods: Those of ``kind`` in the span, the oldest first; one at least.
        cells: All cells of the table.
        chosen: Those to show, in the same order; one at least.
        unusable: Names of the fields that made no sense.
    """

    shelved: Shelved
    other: Shelved | None
    kind: str
    tables: tuple[str, ...]
    table: str
    since: str
    until: str
    periods: tuple[str, ...]
    cells: tuple[str, ...]
    chosen: tuple[str, ...]
    unusable: tuple[str, ...] = ()


class Reader:
    """Reads fields one after another, and remembers those that make no sense."""

    def __init__(self, query: QueryParams) -> None:
        self._query = query
        self.unusable: list[str] = []

    def one_of(self, name: str, known: Sequence[str], otherwise: str) -> str:
        """Return the field if it is known; one that is empty or missing means the default."""
        value = self._query.get(name, "")
        if value and value not in known:
            self.unusable.append(name)
        return value if value in known else otherwise

    def day(self, name: str) -> date | None:
        """Return the field as a day."""
        value = self._query.get(name, "")
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.unusable.append(name)
            return None

    def some_of(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``known`` that are chosen; all when none is."""
        values = self._query.getlist(name)
        if set(values) - set(known):
            self.unusable.append(name)
        return tuple(one for one in known if one in values) or tuple(known)


def read_asked(query: QueryParams, there: Sequence[Shelved]) -> Asked:
    """Return what ``query`` asks for, of the releases that are ``there``, one at least."""
    fields = Reader(query)
    by_name: Mapping[str, Shelved] = {one.release.name: one for one in there}
    shelved = by_name[fields.one_of("release", tuple(by_name), there[0].release.name)]
    other = fields.one_of("compare", tuple(by_name), "")
    kind = fields.one_of("period", KINDS, KINDS[0])
    every = shelved.numbers.periods(kind)
    since, until = fields.day("from"), fields.day("to")
    periods = tuple(one for one in every if _is_between(kind, one, since, until))
    if not periods:
        fields.unusable += ["from", "to"]
        since = until = None
        periods = every
    tables = _tables(shelved, periods)
    table = fields.one_of("table", tables, tables[0])
    cells = _cells(shelved, periods, table)
    return Asked(
        shelved=shelved,
        other=by_name.get(other),
        kind=kind,
        tables=tables,
        table=table,
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        periods=periods,
        cells=cells,
        chosen=fields.some_of(f"row.{table}", cells),
        unusable=tuple(dict.fromkeys(fields.unusable)),
    )


def _is_between(kind: str, period: str, since: date | None, until: date | None) -> bool:
    """Tell whether a period lies between those of two days, these included."""
    first = _period_of(kind, since) if since else period
    last = _period_of(kind, until) if until else period
    return first <= period <= last


def _period_of(kind: str, day: date) -> str:
    whole = day.isoformat()
    return {"weeks": week_of(day).isoformat(), "months": whole[:7], "years": whole[:4]}[kind]


def _tables(shelved: Shelved, periods: Sequence[str]) -> tuple[str, ...]:
    there = {table for period in periods for table in shelved.numbers.tables(period)}
    return tuple(sorted(there, key=_place))


def _place(table: str) -> tuple[int, str]:
    """Sort as the dictionary does; what only an older one had comes last."""
    known = table in TABLE_ORDER
    return (TABLE_ORDER.index(table) if known else len(TABLE_ORDER)), table


def _cells(shelved: Shelved, periods: Sequence[str], table: str) -> tuple[str, ...]:
    """Return the cells in the order of the newest period, then those that only earlier ones had."""
    numbers = shelved.numbers
    found = [numbers.tables(period).get(table, {}) for period in reversed(periods)]
    return tuple(dict.fromkeys(cell for cells in found for cell in cells))
