"""Counters in a database: one row per week, table, cell and dictionary, and nothing to join."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Engine, exists, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, sessionmaker

from bot.errors import BadSetting, BrokenLedger
from bot.statistics.counts import Count
from bot.statistics.events import VERSION
from bot.statistics.runs import BEGINNING, Run, next_run
from bot.storage.database import bring_up_to_date, open_engine
from bot.storage.tables import DictionaryRun, DrawRow, LedgerRow, WeeklyCount

SETTING = "QUIETLINE_DATABASE"


class SqlCountStore:
    """A bot.statistics.counts.CountStore in SQLite or PostgreSQL.

    Opening it notes from which week today's dictionary runs. A process that counts opens it when
    it starts, and not only once there is something to count.

    Args:
        url: An SQLAlchemy address.
        synthetic: Whether the counts are made up. They never share a database with real ones:
            one that is empty becomes synthetic for ever, any other refuses.
        today: In UTC; None asks the clock.

    Raises:
        BadSetting: There is no database at ``url``, and none can be made; it is locked; or it is
            synthetic though the counts are real, or the other way round. Here, and in each method.
    """

    def __init__(self, url: str, *, synthetic: bool = False, today: date | None = None) -> None:
        self._engine, self._synthetic = open_engine(url, SETTING), synthetic
        bring_up_to_date(self._engine, "statistics")
        self._sessions = sessionmaker(self._engine)
        with self._sessions.begin() as session:
            row = ledger_row(session, locked=True)
            if synthetic and _is_empty(session):
                row.is_synthetic = True
            self._refuse_the_other_kind(row)
            _note_run(session, today or datetime.now(UTC).date())

    def add(self, counts: list[Count]) -> None:
        """Add a batch under the dictionary of today, in one transaction."""
        with self._sessions.begin() as session:
            # Asked again: somebody may have made the empty database synthetic meanwhile.
            # The lock keeps two batches, and a batch and a release, apart in PostgreSQL.
            self._refuse_the_other_kind(ledger_row(session, locked=True))
            for count in counts:
                session.execute(_added(self._engine, count))

    def all(self) -> list[Count]:
        """Return every stored count, by week, table and cell, then the oldest dictionary first."""
        order = (WeeklyCount.week, WeeklyCount.table, WeeklyCount.cell, WeeklyCount.dictionary)
        with self._sessions.begin() as session:
            rows = session.scalars(select(WeeklyCount).order_by(*order)).all()
            return [Count(row.week, row.table, row.cell, row.conversations) for row in rows]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _refuse_the_other_kind(self, row: LedgerRow) -> None:
        if row.is_synthetic and not self._synthetic:
            raise BadSetting(f"{SETTING} holds synthetic counts; give another one for real ones.")
        if self._synthetic and not row.is_synthetic:
            raise BadSetting(f"{SETTING} holds real counts; give an empty one for synthetic ones.")


def ledger_row(session: Session, *, locked: bool) -> LedgerRow:
    """Return the one row that says what the database is; a lock of it keeps other writers out.

    Raises:
        BrokenLedger: It was removed, or there is another one.
    """
    query = select(LedgerRow).with_for_update() if locked else select(LedgerRow)
    rows = session.scalars(query).all()
    if len(rows) != 1:
        raise BrokenLedger(
            "The table ledger of the statistics database must have one row. Somebody changed it "
            "by hand; restore a copy of the database from before."
        )
    return rows[0]


def _note_run(session: Session, today: date) -> None:
    query = select(DictionaryRun).order_by(DictionaryRun.number)
    runs = [Run(row.week, row.dictionary) for row in session.scalars(query)]
    drawn = session.scalar(select(func.max(DrawRow.week))) or BEGINNING
    run = next_run(runs, VERSION, today, drawn)
    if run:
        row = {"number": len(runs) + 1, "week": run.week, "dictionary": run.dictionary}
        session.execute(insert(DictionaryRun).values(row))


def _is_empty(session: Session) -> bool:
    holds_any = exists(select(WeeklyCount)) | exists(select(DrawRow))
    return not session.scalar(select(holds_any))


def _added(engine: Engine, count: Count):  # type: ignore[no-untyped-def]  # two dialects' types
    dialect_insert = sqlite_insert if engine.dialect.name == "sqlite" else postgresql_insert
    row = dialect_insert(WeeklyCount).values(
        week=count.week,
        table=count.table,
        cell=count.cell,
        dictionary=VERSION,
        conversations=count.conversations,
    )
    more = WeeklyCount.conversations + row.excluded.conversations
    return row.on_conflict_do_update(
        index_elements=list(WeeklyCount.__table__.primary_key), set_={"conversations": more}
    )
