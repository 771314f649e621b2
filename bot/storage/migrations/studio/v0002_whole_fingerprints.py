"""A signature names the whole SHA-256 of what was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SHORT = sa.String(16)
WHOLE = sa.String(64)


def upgrade() -> None:
    """Make room; signatures with a short hash stay as history, and match no part any more."""
    with op.batch_alter_table("signature") as table:
        table.alter_column("fingerprint", existing_type=SHORT, type_=WHOLE, existing_nullable=False)


def downgrade() -> None:
    """Cut the hashes; no part has such a short one, so nothing counts as signed by them."""
    op.execute("UPDATE signature SET fingerprint = substr(fingerprint, 1, 16)")
    with op.batch_alter_table("signature") as table:
        table.alter_column("fingerprint", existing_type=WHOLE, type_=SHORT, existing_nullable=False)
