"""The tables of the staff's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

STAMP: Final = String(20)
"""A moment in UTC to the second, such as 2026-11-23T12:00:00Z."""


class Tables(DeclarativeBase):
    """Holds the tables of the staff's database."""


class AccountRow(Tables):
    """Somebody who may sign in; no address, no telephone number, no name but the one they type.

    The password is an Argon2id PHC string, the secret of the code app is sealed: neither can be
    learnt from this table without the operator's key.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    roles: Mapped[str]
    handle: Mapped[bytes]
    generation: Mapped[int] = mapped_column(default=1)
    password: Mapped[str | None]
    code_secret: Mapped[bytes | None]
    code_step: Mapped[int] = mapped_column(default=0)
    created: Mapped[str] = mapped_column(STAMP)
    closed: Mapped[str | None] = mapped_column(STAMP)
    passkeys: Mapped[list[PasskeyRow]] = relationship(
        order_by="PasskeyRow.added", cascade="all, delete-orphan"
    )


class PasskeyRow(Tables):
    """The public half of a passkey; whoever reads it can't sign in with it."""

    __tablename__ = "passkey"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    title: Mapped[str] = mapped_column(String(40))
    added: Mapped[str] = mapped_column(STAMP)


class InvitationRow(Tables):
    """An invitation that was not accepted yet; its code can't be learnt from the digest."""

    __tablename__ = "invitation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    roles: Mapped[str]
    expires: Mapped[str] = mapped_column(STAMP)


class LineRow(Tables):
    """One line of the audit trail: who did what to what; never a content or an address."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made: Mapped[str] = mapped_column(STAMP, index=True)
    who: Mapped[str]
    what: Mapped[str]
    item: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class EndRow(Tables):
    """Where the audit trail ends, in its only row: so that cut-off lines are missed."""

    __tablename__ = "audit_end"
    __table_args__ = (CheckConstraint("id = 1", name="one_end"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lines: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
