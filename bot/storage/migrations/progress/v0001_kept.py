"""Sealed progress, and the salt of this installation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables; a row's place in the file is its random id's, not that of its making."""
    op.create_table(
        "kept",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table("salt", sa.Column("salt", sa.LargeBinary(32), primary_key=True))


def downgrade() -> None:
    """Delete everything that is kept; without the salt no number opens it."""
    op.drop_table("salt")
    op.drop_table("kept")
