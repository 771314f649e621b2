"""Counts name their dictionary and may be below zero; a ledger keeps the noise that was drawn."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

from bot.errors import BrokenLedger

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Take every count over under the first dictionary, and begin a ledger that is not synthetic.

    The tables are new, and the counts copied, since SQLite can't change a primary key.
    """
    op.rename_table("weekly_count", "weekly_count_before")
    op.create_table(
        "weekly_count",
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("table", sa.String, nullable=False),
        sa.Column("cell", sa.String, nullable=False),
        sa.Column("dictionary", sa.Integer, nullable=False),
        sa.Column("conversations", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("week", "table", "cell", "dictionary", name="weekly_count_key"),
    )
    op.execute(
        'INSERT INTO weekly_count (week, "table", cell, dictionary, conversations) '
        'SELECT week, "table", cell, 1, conversations FROM weekly_count_before'
    )
    op.drop_table("weekly_count_before")
    _create_ledger()


def downgrade() -> None:
    """Add the dictionaries' counts up, drop those that are not above zero, and end the ledger.

    Raises:
        BrokenLedger: Noise was drawn, or the database is synthetic; neither may be forgotten.
    """
    _refuse_to_forget(op.get_bind())
    for table in ("noisy_count", "draw", "ledger"):
        op.drop_table(table)
    op.rename_table("weekly_count", "weekly_count_after")
    op.create_table(
        "weekly_count",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("table", sa.String, primary_key=True),
        sa.Column("cell", sa.String, primary_key=True),
        sa.Column("conversations", sa.Integer, nullable=False),
        sa.CheckConstraint("conversations > 0", name="conversations_is_positive"),
    )
    op.execute(
        'INSERT INTO weekly_count (week, "table", cell, conversations) '
        'SELECT week, "table", cell, sum(conversations) FROM weekly_count_after '
        'GROUP BY week, "table", cell HAVING sum(conversations) > 0'
    )
    op.drop_table("weekly_count_after")


def _create_ledger() -> None:
    op.create_table(
        "draw",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("table", sa.String, nullable=False),
        sa.Column("dictionary", sa.Integer, nullable=False),
        sa.Column("epsilon", sa.Double, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.UniqueConstraint("week", "table", name="one_draw_a_week_and_table"),
    )
    op.create_table(
        "noisy_count",
        sa.Column("draw", sa.Integer, sa.ForeignKey("draw.number"), primary_key=True),
        sa.Column("cell", sa.String, primary_key=True),
        sa.Column("conversations", sa.Integer, nullable=False),
    )
    ledger = op.create_table(
        "ledger",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("is_synthetic", sa.Boolean, nullable=False),
    )
    op.bulk_insert(ledger, [{"id": secrets.token_hex(16), "is_synthetic": False}])


def _refuse_to_forget(connection: sa.Connection) -> None:
    drawn = connection.scalar(sa.text("SELECT count(*) FROM draw"))
    synthetic = connection.scalar(sa.text("SELECT count(*) FROM ledger WHERE is_synthetic"))
    if drawn or synthetic:
        raise BrokenLedger(
            "The ledger can't go back to version 0001: it would forget what was drawn, or that "
            "its numbers are synthetic. Keep this database, and give the older product a new one."
        )
