"""The tables of the studio's database: what files of words can't hold."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

STAMP: Final = String(20)
"""A moment in UTC to the second, such as 2026-11-23T12:00:00Z."""


class Tables(DeclarativeBase):
    """Holds the tables of the studio's database."""


class VersionRow(Tables):
    """One version of a text, or of a file, in one locale; no row's words are ever changed."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("item", "locale", "number", name="one_version_a_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]
    locale: Mapped[str]
    number: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    author: Mapped[str]
    made: Mapped[str] = mapped_column(STAMP)
    based_on: Mapped[int]
    review: Mapped[str]


class DraftRow(Tables):
    """What somebody typed and didn't save; one a person, text and locale."""

    __tablename__ = "unsaved"

    account: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    based_on: Mapped[int]
    saved: Mapped[str] = mapped_column(STAMP)


class CommentRow(Tables):
    """A remark about a text; open while nobody has resolved it."""

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]
    locale: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    author: Mapped[str]
    made: Mapped[str] = mapped_column(STAMP)
    resolved_by: Mapped[str | None]
    resolved: Mapped[str | None] = mapped_column(STAMP)


class SuggestionRow(Tables):
    """Other words that somebody proposes; open while nobody took or refused them."""

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]
    locale: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    author: Mapped[str]
    made: Mapped[str] = mapped_column(STAMP)
    decided_by: Mapped[str | None]
    decided: Mapped[str | None] = mapped_column(STAMP)
    was_taken: Mapped[bool | None]


class SignatureRow(Tables):
    """Who gave which signature; the roles alone also stand in content/signoff.yml."""

    __tablename__ = "signature"
    __table_args__ = (Index("ix_signature_part", "part", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str]
    locale: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(64))
    role: Mapped[str]
    account: Mapped[str]
    signed_on: Mapped[date]
    until: Mapped[date]
    last_version: Mapped[int]


class PublicationRow(Tables):
    """A bundle that visitors were shown: when, by whom, and why."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    bundle: Mapped[str]
    author: Mapped[str]
    made: Mapped[str] = mapped_column(STAMP)
    note: Mapped[str]
    token: Mapped[str] = mapped_column(String(32), unique=True)


class SigningRoleRow(Tables):
    """A role in which an account may sign."""

    __tablename__ = "signing_role"

    account: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
