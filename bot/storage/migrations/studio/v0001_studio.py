"""Versions, drafts, comments, suggestions, signatures and publications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

STAMP = sa.String(20)


def upgrade() -> None:
    """Make every table."""
    _create_words()
    _create_talk()
    _create_decisions()


def downgrade() -> None:
    """Forget the whole history."""
    for table in (
        "signing_role", "publication", "signature", "suggestion", "remark", "unsaved", "version",
    ):  # fmt: skip
        op.drop_table(table)


def _create_words() -> None:
    op.create_table(
        "version",
        sa.Column("id", sa.Integer, primary_key=True),
        *_place(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        *_made(),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("review", sa.String, nullable=False),
        sa.UniqueConstraint("item", "locale", "number", name="one_version_a_number"),
    )
    op.create_table(
        "unsaved",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("item", sa.String, primary_key=True),
        sa.Column("locale", sa.String, primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("saved", STAMP, nullable=False),
    )


def _create_talk() -> None:
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer, primary_key=True),
        *_place(),
        sa.Column("words", sa.Text, nullable=False),
        *_made(),
        sa.Column("resolved_by", sa.String),
        sa.Column("resolved", STAMP),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer, primary_key=True),
        *_place(),
        sa.Column("words", sa.Text, nullable=False),
        *_made(),
        sa.Column("decided_by", sa.String),
        sa.Column("decided", STAMP),
        sa.Column("was_taken", sa.Boolean),
    )


def _create_decisions() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("locale", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("last_version", sa.Integer, nullable=False),
    )
    op.create_index("ix_signature_part", "signature", ["part", "locale"])
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bundle", sa.String, nullable=False),
        *_made(),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("token", sa.String(32), nullable=False, unique=True),
    )
    op.create_table(
        "signing_role",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
    )


def _place() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("item", sa.String, nullable=False),
        sa.Column("locale", sa.String, nullable=False),
    )


def _made() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("author", sa.String, nullable=False),
        sa.Column("made", STAMP, nullable=False),
    )
