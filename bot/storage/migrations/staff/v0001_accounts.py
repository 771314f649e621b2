"""Accounts with their ways to sign in, invitations, and an audit trail that is empty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

STAMP = sa.String(20)


def upgrade() -> None:
    """Make every table."""
    _create_accounts()
    _create_trail()


def downgrade() -> None:
    """Forget everybody, and what they did."""
    for table in ("audit_end", "audit", "invitation", "passkey", "account"):
        op.drop_table(table)


def _create_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("handle", sa.LargeBinary, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("password", sa.String),
        sa.Column("code_secret", sa.LargeBinary),
        sa.Column("code_step", sa.Integer, nullable=False),
        sa.Column("created", STAMP, nullable=False),
        sa.Column("closed", STAMP),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("added", STAMP, nullable=False),
    )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"])
    op.create_table(
        "invitation",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("expires", STAMP, nullable=False),
    )


def _create_trail() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made", STAMP, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("who", "what", "item", "before", "after")
        ),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_made", "audit", ["made"])
    end = op.create_table(
        "audit_end",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name="one_end"),
    )
    op.bulk_insert(end, [{"id": 1, "lines": 0, "digest": "0" * 64}])
