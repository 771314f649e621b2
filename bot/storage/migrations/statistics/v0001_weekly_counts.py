"""Weekly counts, as the product made them before its tables had versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table, or adopt the one that was made without a version."""
    if sa.inspect(op.get_bind()).has_table("weekly_count"):
        return
    context.config.attributes["is_new"] = True  # which version 0003 asks, in the same run
    op.create_table(
        "weekly_count",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("table", sa.String, primary_key=True),
        sa.Column("cell", sa.String, primary_key=True),
        sa.Column("conversations", sa.Integer, nullable=False),
        sa.CheckConstraint("conversations > 0", name="conversations_is_positive"),
    )


def downgrade() -> None:
    """Forget every count."""
    op.drop_table("weekly_count")
