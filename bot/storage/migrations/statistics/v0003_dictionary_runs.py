"""From which week each version of the dictionary runs, whatever was counted."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Note version 1 from the beginning, unless the database is new and nothing ever ran.

    The counts are not asked: a single conversation could decide what is released. A database in
    which an older product counted under version 2 loses the weeks of it that aren't drawn yet.
    """
    run = op.create_table(
        "dictionary_run",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("dictionary", sa.Integer, nullable=False),
    )
    if not context.config.attributes.get("is_new"):
        op.bulk_insert(run, [{"number": 1, "week": date.min, "dictionary": 1}])


def downgrade() -> None:
    """Forget what ran; the way up again then refuses every week that isn't drawn by then."""
    op.drop_table("dictionary_run")
