"""Counters in a database: one row per week, table and cell, and nothing to join them to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import CheckConstraint, Engine, create_engine, make_url, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bot.errors import BadSetting
from bot.statistics.counts import Count


class Tables(DeclarativeBase):
    """Holds the tables of the statistics database."""


class WeeklyCount(Tables):
    """How many conversations of one week fell into one cell.

    The three key columns are the row's whole identity: no conversation, no visitor and no time
    finer than a week can be learnt from it.
    """

    __tablename__ = "weekly_count"
    __table_args__ = (CheckConstraint("conversations > 0", name="conversations_is_positive"),)

    week: Mapped[date] = mapped_column(primary_key=True)
    table: Mapped[str] = mapped_column("table", primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    conversations: Mapped[int]


class SqlCountStore:
    """A bot.statistics.counts.CountStore in SQLite or PostgreSQL.

    Raises:
        BadSetting: There is no database at ``url``, and none can be made.
    """

    def __init__(self, url: str) -> None:
        try:
            self._engine = _opened(url)
        except (SQLAlchemyError, OSError, ImportError):
            cure = "give an SQLAlchemy address that can be written to, or none"
            raise BadSetting(f"QUIETLINE_DATABASE can't be opened; {cure}.") from None

    def add(self, counts: list[Count]) -> None:
        """Add a batch in one transaction."""
        with Session(self._engine) as session, session.begin():
            for count in counts:
                session.execute(_added(self._engine, count))

    def all(self) -> list[Count]:
        """Return every stored count, by week, table and cell."""
        order = (WeeklyCount.week, WeeklyCount.table, WeeklyCount.cell)
        with Session(self._engine) as session:
            rows = session.scalars(select(WeeklyCount).order_by(*order)).all()
            return [Count(row.week, row.table, row.cell, row.conversations) for row in rows]


def _opened(url: str) -> Engine:
    database = make_url(url).database
    if url.startswith("sqlite") and database:
        Path(database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url)
    Tables.metadata.create_all(engine)
    return engine


def _added(engine: Engine, count: Count):  # type: ignore[no-untyped-def]  # two dialects' types
    insert = sqlite_insert if engine.dialect.name == "sqlite" else postgresql_insert
    row = insert(WeeklyCount).values(
        week=count.week, table=count.table, cell=count.cell, conversations=count.conversations
    )
    more = WeeklyCount.conversations + row.excluded.conversations
    return row.on_conflict_do_update(
        index_elements=["week", "table", "cell"], set_={"conversations": more}
    )
