"""The tables of the statistics database: counts, what ran, and the ledger of the noise drawn.

Nothing in them can be joined to a conversation. Their history is in migrations/statistics.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Double, ForeignKey, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Tables(DeclarativeBase):
    """Holds the tables of the statistics database."""


class WeeklyCount(Tables):
    """How many conversations of one week lie in one cell, under one version of the dictionary.

    The four key columns are the row's whole identity: no conversation, no visitor and no time
    finer than a week can be learnt from it. A number may be below zero, when the batch was lost
    in which conversations had entered the cell that they left.
    """

    __tablename__ = "weekly_count"

    week: Mapped[date] = mapped_column(primary_key=True)
    table: Mapped[str] = mapped_column("table", primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    dictionary: Mapped[int] = mapped_column(primary_key=True)
    conversations: Mapped[int]


class DictionaryRun(Tables):
    """A version of the dictionary, noted when a count store opens under another than before.

    So that a week in which two of them ran is told by the clock, and never by what was counted.
    """

    __tablename__ = "dictionary_run"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[date]
    dictionary: Mapped[int]


class DrawRow(Tables):
    """One draw of noise; a table of a week has one at most, and no row is ever changed."""

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("week", "table", name="one_draw_a_week_and_table"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[date]
    table: Mapped[str] = mapped_column("table")
    dictionary: Mapped[int]
    epsilon: Mapped[float] = mapped_column(Double)
    previous: Mapped[str]
    digest: Mapped[str]


class NoisyCount(Tables):
    """The noisy number of one cell of a draw; the count that it was made from is not told by it."""

    __tablename__ = "noisy_count"

    draw: Mapped[int] = mapped_column(ForeignKey("draw.number"), primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    conversations: Mapped[int]


class LedgerRow(Tables):
    """What this database is; there is always exactly one row, which writers lock first."""

    __tablename__ = "ledger"

    id: Mapped[str] = mapped_column(primary_key=True)
    is_synthetic: Mapped[bool]
