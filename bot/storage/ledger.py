"""The ledger of noise in the statistics database, and the counts that noise is drawn for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, String, insert, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, sessionmaker

from bot.errors import BrokenLedger
from bot.statistics.counts import Count
from bot.statistics.events import VERSION, Event, known
from bot.statistics.ledger import Draw, refuse_second, verify
from bot.statistics.runs import Run
from bot.storage.counters import SETTING, ledger_row
from bot.storage.database import bring_up_to_date, open_engine
from bot.storage.tables import DictionaryRun, DrawRow, NoisyCount, WeeklyCount

MOST: Final = 2_000_000_000
"""Conversations in one cell of one week; more, or fewer below zero, no flood can have made."""


class SqlLedger:
    """The ledger beside the counts, in SQLite or PostgreSQL.

    Whoever can write to the database can change a count before its noise is drawn, and nobody
    will notice. A draw that was changed is noticed by bot.statistics.ledger.verify, which
    whoever reads ``draws`` calls.

    Attributes:
        id: 32 hexadecimal digits, made once with the database.
        is_synthetic: Whether all of its counts are made up.

    Raises:
        BadSetting: The database can't be opened, is locked or is gone; here, and in each method.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, SETTING)
        bring_up_to_date(self._engine, "statistics")
        self._sessions = sessionmaker(self._engine)
        with self._sessions.begin() as session:
            row = ledger_row(session, locked=False)
            self.id, self.is_synthetic = row.id, row.is_synthetic

    def draws(self) -> tuple[Draw, ...]:
        """Return every draw in its order, as stored; ``verify`` tells whether they are sound."""
        with self._sessions.begin() as session:
            return _draws(session)

    def append(self, draws: Sequence[Draw]) -> None:
        """Write ``draws`` in one transaction, at the end of the ledger that they were made for.

        Raises:
            AlreadyDrawn: One of their tables has a draw for that week, or another release drew
                meanwhile; nothing is written.
            BrokenLedger: A stored draw was changed, or a new one doesn't follow it; nothing is
                written.
        """
        with self._sessions.begin() as session:
            # The lock makes a second release wait, and then see what the first one drew.
            ledger_row(session, locked=True)
            stored = _draws(session)
            refuse_second(stored, draws)
            verify((*stored, *draws))
            for draw in draws:
                _write(session, draw)

    def counts(self) -> list[Count]:
        """Return the counts under today's dictionary, by week, table and cell.

        Raises:
            BrokenLedger: A row can't have been written by this product; the message names it.
        """
        columns = (WeeklyCount.table, WeeklyCount.cell, WeeklyCount.conversations)
        with self._sessions.begin() as session:
            rows = session.execute(
                select(_as_stored(WeeklyCount.week), *columns)
                .where(WeeklyCount.dictionary == VERSION)
                .order_by(WeeklyCount.week, *columns)
            ).all()
        return [_sound(*row) for row in rows]

    def dictionaries(self) -> Mapping[date, frozenset[int]]:
        """Return which versions of the dictionary each week was counted under.

        Raises:
            BrokenLedger: A week is no date, or spelt in another way; the message names it.
        """
        found = defaultdict(set)
        with self._sessions.begin() as session:
            columns = (_as_stored(WeeklyCount.week), WeeklyCount.dictionary)
            for week, dictionary in session.execute(select(*columns).distinct()):
                found[_week(week, f"({week})")].add(dictionary)
        return {week: frozenset(versions) for week, versions in sorted(found.items())}

    def runs(self) -> tuple[Run, ...]:
        """Return which versions of the dictionary ran, in the order in which they were noted.

        Raises:
            BrokenLedger: A week is no date, or spelt in another way; the message names it.
        """
        columns = (_as_stored(DictionaryRun.week), DictionaryRun.dictionary)
        with self._sessions.begin() as session:
            rows = session.execute(select(*columns).order_by(DictionaryRun.number)).all()
        return tuple(
            Run(_week(week, f"({week})", "dictionary_run"), dictionary) for week, dictionary in rows
        )

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _draws(session: Session) -> tuple[Draw, ...]:
    stored = select(DrawRow, _as_stored(DrawRow.week)).options(defer(DrawRow.week))
    rows = session.execute(stored.order_by(DrawRow.number)).all()
    # Read last: a draw that another release writes in between has all of its cells, or isn't seen.
    noisy: dict[int, dict[str, int]] = defaultdict(dict)
    columns = (NoisyCount.draw, NoisyCount.cell, NoisyCount.conversations)
    for draw, cell, conversations in session.execute(select(*columns)):
        noisy[draw][cell] = conversations
    return tuple(_draw(row, week, noisy[row.number]) for row, week in rows)


def _draw(row: DrawRow, stored_week: object, noisy: Mapping[str, int]) -> Draw:
    try:
        week = _date(stored_week)
    except ValueError:
        week = date.min  # which doesn't fit the digest, so that verify names the draw
    return Draw(
        number=row.number,
        week=week,
        table=row.table,
        dictionary=row.dictionary,
        epsilon=row.epsilon,
        noisy=noisy,
        previous=row.previous,
        digest=row.digest,
    )


def _write(session: Session, draw: Draw) -> None:
    fields = {name: value for name, value in vars(draw).items() if name != "noisy"}
    session.execute(insert(DrawRow).values(fields))
    cells = [
        {"draw": draw.number, "cell": cell, "conversations": conversations}
        for cell, conversations in draw.noisy.items()
    ]
    if cells:
        session.execute(insert(NoisyCount), cells)


def _as_stored(week: InstrumentedAttribute[date]) -> ColumnElement[Any]:
    """Return the column as it lies in the database: SQLite takes any text for a date."""
    return type_coerce(week, String)


def _date(stored: object) -> date:
    """Return what PostgreSQL stores, or SQLite as we write it: a second spelling is a second key.

    Raises:
        ValueError: It is no date, or spelt in another way.
    """
    found = stored if isinstance(stored, date) else date.fromisoformat(str(stored))
    if found.isoformat() != str(stored):
        raise ValueError
    return found


def _week(stored: object, row: str, table: str = "weekly_count") -> date:
    try:
        return _date(stored)
    except ValueError:
        raise _broken(row, "its week is no date like 2026-11-02", table) from None


def _sound(stored_week: object, table: str, cell: str, conversations: int) -> Count:
    row = f"({stored_week}, {table}, {cell})"
    week = _week(stored_week, row)
    if week.weekday() != 0:
        raise _broken(row, "its week is no Monday")
    if not known(Event(week, table, cell)):
        raise _broken(row, f"version {VERSION} of the dictionary has no such cell")
    if not isinstance(conversations, int) or abs(conversations) > MOST:
        raise _broken(row, f"its number is not between -{MOST:,} and {MOST:,}")
    return Count(week, table, cell, conversations)


def _broken(row: str, reason: str, table: str = "weekly_count") -> BrokenLedger:
    return BrokenLedger(
        f"The row {row} of {table} can't be ours: {reason}. Somebody changed it "
        "by hand; correct or delete the row, or restore a copy of the database from before."
    )
