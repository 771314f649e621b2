"""The studio's memory in a database: versions, drafts, comments, suggestions, signatures.

Every method may block; BadSetting means that the database can't be reached, and that nothing of
the call was kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import Conflict
from bot.storage.database import bring_up_to_date, open_engine
from bot.storage.staff.people import moment, stamp, tidy_name
from bot.storage.studio_records import (
    FROM_FILES,
    Comment,
    Draft,
    NewVersion,
    Publication,
    Review,
    Signed,
    Suggestion,
    Version,
)
from bot.storage.studio_tables import (
    CommentRow,
    DraftRow,
    PublicationRow,
    SignatureRow,
    SigningRoleRow,
    SuggestionRow,
    VersionRow,
)

SETTING: Final = "QUIETLINE_STUDIO_DATABASE"


class StudioStore:
    """What the studio remembers, in SQLite or PostgreSQL.

    Raises:
        BadSetting: There is no database at ``url``, and none can be made.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, SETTING)
        bring_up_to_date(self._engine, "studio")

    def close_engine(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # ---------- versions ----------

    def save(self, new: Sequence[NewVersion], now: datetime) -> None:
        """Keep versions in one transaction, all or none.

        Raises:
            Conflict: Somebody saved a newer version than the one that an author saw.
        """
        try:
            with self._session() as session:
                for version in new:
                    _add_version(session, version, now)
        except IntegrityError:
            with self._session() as session:
                for version in new:
                    _refuse_stale(version, _latest(session, version.item, version.locale))
            raise

    def refuse_stale(self, version: NewVersion) -> None:
        """Tell of a conflict before anything is written.

        Raises:
            Conflict: As ``save``.
        """
        with self._session() as session:
            _refuse_stale(version, _latest(session, version.item, version.locale))

    def versions(self, item: str, locale: str) -> list[Version]:
        """Return every version of a text in a locale, the newest first."""
        found = _of(item, locale).order_by(VersionRow.number.desc())
        with self._session() as session:
            return [_version(row) for row in session.scalars(found)]

    def news(self, version_id: int, signature_id: int) -> tuple[list[Version], list[Signed]]:
        """Return what was saved and signed since the ones of those ids; 0 gives everything."""
        versions = select(VersionRow).where(VersionRow.id > version_id).order_by(VersionRow.id)
        given = select(SignatureRow).where(SignatureRow.id > signature_id).order_by(SignatureRow.id)
        with self._session() as session:
            return (
                [_version(row) for row in session.scalars(versions)],
                [_signed(row) for row in session.scalars(given)],
            )

    def set_review(self, item: str, locale: str, number: int, review: Review) -> None:
        """Say how far a version is; one that doesn't exist is left alone."""
        place = (VersionRow.item == item, VersionRow.locale == locale, VersionRow.number == number)
        with self._session() as session:
            session.execute(update(VersionRow).where(*place).values(review=str(review)))

    # ---------- what one person typed ----------

    def keep_draft(self, draft: Draft) -> None:
        """Keep what somebody typed, in place of what they typed before."""
        with self._session() as session:
            session.merge(DraftRow(**{**vars(draft), "saved": stamp(draft.saved)}))

    def drafts(self, account: str) -> list[Draft]:
        """Return what somebody typed and didn't save, the newest first."""
        found = select(DraftRow).where(DraftRow.account == account)
        with self._session() as session:
            rows = session.scalars(found.order_by(DraftRow.saved.desc(), DraftRow.item))
            return [Draft(**{**_fields(row), "saved": moment(row.saved)}) for row in rows]

    def drop_draft(self, account: str, item: str, locale: str) -> None:
        """Forget what somebody typed; nothing happens when there is nothing."""
        with self._session() as session:
            row = session.get(DraftRow, (account, item, locale))
            if row:
                session.delete(row)

    # ---------- talk ----------

    def comment(self, item: str, locale: str, words: str, author: str, now: datetime) -> int:
        """Keep a remark, and return its number."""
        row = CommentRow(item=item, locale=locale, words=words, author=author, made=stamp(now))
        return self._add(row)

    def resolve(self, comment_id: int, by: str, now: datetime) -> None:
        """Close a remark; one that is closed stays as it is."""
        open_ = (CommentRow.id == comment_id, CommentRow.resolved.is_(None))
        with self._session() as session:
            session.execute(
                update(CommentRow).where(*open_).values(resolved_by=by, resolved=stamp(now))
            )

    def comments(self, item: str = "", locale: str = "") -> list[Comment]:
        """Return the remarks about one text, oldest first; without one, all that are open."""
        place = (CommentRow.item == item, CommentRow.locale == locale)
        found = select(CommentRow).where(*(place if item else (CommentRow.resolved.is_(None),)))
        with self._session() as session:
            return [_comment(row) for row in session.scalars(found.order_by(CommentRow.id))]

    def suggest(self, item: str, locale: str, words: str, author: str, now: datetime) -> int:
        """Keep other words that somebody proposes, and return their number."""
        row = SuggestionRow(item=item, locale=locale, words=words, author=author, made=stamp(now))
        return self._add(row)

    def decide(self, suggestion_id: int, by: str, was_taken: bool, now: datetime) -> None:
        """Take or refuse a suggestion; one that is decided stays as it is."""
        open_ = (SuggestionRow.id == suggestion_id, SuggestionRow.decided.is_(None))
        decided = {"decided_by": by, "decided": stamp(now), "was_taken": was_taken}
        with self._session() as session:
            session.execute(update(SuggestionRow).where(*open_).values(decided))

    def suggestions(self, item: str = "", locale: str = "") -> list[Suggestion]:
        """Return what was suggested for one text, oldest first; without one, all that is open."""
        place = (SuggestionRow.item == item, SuggestionRow.locale == locale)
        open_ = (SuggestionRow.decided.is_(None),)
        found = select(SuggestionRow).where(*(place if item else open_))
        with self._session() as session:
            return [_suggestion(row) for row in session.scalars(found.order_by(SuggestionRow.id))]

    # ---------- signatures and publications ----------

    def sign(self, signatures: Sequence[Signed]) -> None:
        """Keep who signed, all or none."""
        with self._session() as session:
            for signed in signatures:
                fields = {
                    key: value for key, value in vars(signed).items() if key not in ("on", "id")
                }
                session.add(SignatureRow(**fields, signed_on=signed.on))

    def publish(self, publication: Publication) -> None:
        """Keep that a bundle was published; the same publication is kept once."""
        with self._session() as session:
            known = select(PublicationRow.id).where(PublicationRow.token == publication.token)
            if session.scalars(known).first() is None:
                row = {**vars(publication), "made": stamp(publication.made)}
                session.add(PublicationRow(**row))

    def publications(self) -> list[Publication]:
        """Return what was published, the newest first."""
        newest = (PublicationRow.made.desc(), PublicationRow.id.desc())
        with self._session() as session:
            return [
                Publication(r.bundle, r.author, moment(r.made), r.note, r.token)
                for r in session.scalars(select(PublicationRow).order_by(*newest))
            ]

    def signing_roles(self, account: str) -> frozenset[str]:
        """Return the roles in which an account may sign."""
        found = select(SigningRoleRow.role).where(SigningRoleRow.account == account)
        with self._session() as session:
            return frozenset(session.scalars(found))

    def set_signing_roles(self, account: str, roles: Collection[str]) -> None:
        """Let an account sign in ``roles``, and in no other."""
        with self._session() as session:
            session.execute(delete(SigningRoleRow).where(SigningRoleRow.account == account))
            session.add_all(SigningRoleRow(account=account, role=role) for role in sorted(roles))

    def _add(self, row: CommentRow | SuggestionRow) -> int:
        with self._session() as session:
            session.add(row)
            session.flush()
            return row.id

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self._engine) as session, session.begin():
            yield session


def forget_signer(url: str, name: str) -> None:
    """Let nobody of this name sign; before an account is closed, whose name may come back.

    Raises:
        BadSetting: There is no database at ``url``, and none can be made.
    """
    store = StudioStore(url)
    store.set_signing_roles(tidy_name(name), ())
    store.close_engine()


def _add_version(session: Session, new: NewVersion, now: datetime) -> None:
    latest = _latest(session, new.item, new.locale)
    _refuse_stale(new, latest)
    number = latest.number + 1 if latest else 0
    if latest is None or latest.words != new.before:
        # What was in the file can be gone back to, whoever wrote it there.
        before = NewVersion(new.item, new.locale, new.before, FROM_FILES, new.before)
        session.add(_row(before, number, now))
        number += 1
    session.add(_row(new, number, now))
    session.flush()


def _row(new: NewVersion, number: int, now: datetime) -> VersionRow:
    return VersionRow(
        item=new.item,
        locale=new.locale,
        number=number,
        words=new.words,
        author=new.author,
        made=stamp(now),
        based_on=max(number - 1, 0) if new.based_on is None else new.based_on,
        review=str(new.review),
    )


def _refuse_stale(new: NewVersion, latest: VersionRow | None) -> None:
    if latest and new.based_on is not None and new.based_on != latest.number:
        raise Conflict(latest.number, latest.author, latest.words)


def _latest(session: Session, item: str, locale: str) -> VersionRow | None:
    highest = select(func.max(VersionRow.number)).where(
        VersionRow.item == item, VersionRow.locale == locale
    )
    found = _of(item, locale).where(VersionRow.number == highest.scalar_subquery())
    return session.scalars(found).one_or_none()


def _of(item: str, locale: str) -> Select[VersionRow]:
    return select(VersionRow).where(VersionRow.item == item, VersionRow.locale == locale)


def _version(row: VersionRow) -> Version:
    fields = {**_fields(row), "made": moment(row.made), "review": Review(row.review)}
    return Version(**fields)


def _comment(row: CommentRow) -> Comment:
    return Comment(
        row.id, row.item, row.locale, row.words, row.author, moment(row.made), row.resolved_by or ""
    )


def _suggestion(row: SuggestionRow) -> Suggestion:
    return Suggestion(
        row.id, row.item, row.locale, row.words, row.author, moment(row.made),
        row.decided_by or "", row.was_taken,
    )  # fmt: skip


def _signed(row: SignatureRow) -> Signed:
    return Signed(
        row.part, row.locale, row.fingerprint, row.role, row.account, row.signed_on, row.until,
        row.last_version, row.id,
    )  # fmt: skip


def _fields(row: VersionRow | DraftRow) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
