"""Progress that only a visitor's number opens: sealed rows in SQLite, for 30 days at most.

A row has a random-looking id, the day on which it ends, and ciphertext that always has the same
size. Number, id and key are in no file; the salt is, and alone opens nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import LargeBinary, Update, delete, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from bot.storage.database import bring_up_to_date, open_engine

SETTING: Final = "QUIETLINE_PROGRESS_DATABASE"
LIFE: Final = timedelta(days=30)  # counted from the last save
SIZE: Final = 8 * 1024  # bytes before sealing, whatever is inside
MOST_ROWS: Final = 10_000  # at once: 80 MB; the entropy of a number is reckoned for so many
NONCE: Final = 12  # bytes, as AES-GCM wants
_INFO: Final = b"quietline/progress/1"
_MEMORY: Final = 64 * 1024  # KiB of one derivation
_ROUNDS: Final = 3


@dataclass(frozen=True)
class Key:
    """Where progress lies and what opens it; lives for one request.

    Attributes:
        row: 32 bytes that say nothing about the number.
        secret: 32 bytes for AES-256-GCM.
    """

    row: bytes = field(repr=False)
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Kept:
    """What was opened, and the day from which on it is gone."""

    plain: bytes = field(repr=False)
    ends: date


class Tables(DeclarativeBase):
    """Holds the tables of the progress database. Their history is in migrations/progress."""


class KeptRow(Tables):
    """One visitor's progress.

    Nothing can be learnt from it but the day on which it was saved last. It can be joined to
    nothing, here or elsewhere.
    """

    __tablename__ = "kept"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    ends: Mapped[date]
    sealed: Mapped[bytes]


class SaltRow(Tables):
    """What makes the numbers of this installation differ from those of any other; one row."""

    __tablename__ = "salt"

    salt: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class ProgressStore:
    """Kept progress in an SQLite file; every method is one transaction, from any thread.

    Args:
        url: An SQLAlchemy address of SQLite.
        most_rows: So many are kept at once; then nothing new is.

    Raises:
        BadSetting: The file can't be opened or written, or is locked. Here, and in each method.
    """

    def __init__(self, url: str, most_rows: int = MOST_ROWS) -> None:
        engine, self._most_rows = open_engine(url, SETTING), most_rows
        bring_up_to_date(engine, "progress")
        self._sessions = sessionmaker(engine)
        with self._sessions.begin() as session:
            self._salt = _salt(session)

    def key(self, number: str) -> Key:
        """Return what ``number`` leads to; takes about a third of a second and 64 MiB."""
        derived = Argon2id(
            salt=self._salt, length=64, iterations=_ROUNDS, lanes=1, memory_cost=_MEMORY
        ).derive(number.encode())
        return Key(derived[:32], derived[32:])

    def add(self, key: Key, plain: bytes, today: date) -> bool:
        """Keep ``plain`` under a new number; False when there is no room.

        What is there already stays as it is, so saying it twice is once.

        Raises:
            ValueError: It is longer than SIZE.
        """
        new = _row(key, plain, today)
        with self._sessions.begin() as session:
            if session.get(KeptRow, key.row) is not None:
                return True
            if _number_of_rows(session) >= self._most_rows:
                return False
            session.add(new)
            return True

    def replace(self, key: Key, plain: bytes, today: date) -> bool:
        """Keep ``plain`` in place of what was there; False when that is gone.

        Raises:
            ValueError: It is longer than SIZE.
        """
        with self._sessions.begin() as session:
            if _alive(session, key, today) is None:
                return False
            session.merge(_row(key, plain, today))
            return True

    def get(self, key: Key, today: date) -> Kept | None:
        """Return what is kept, or None if there is nothing, it is over, or was changed."""
        with self._sessions.begin() as session:
            row = _alive(session, key, today)
            plain = _unsealed(key, row) if row else None
            return None if row is None or plain is None else Kept(plain, row.ends)

    def delete(self, key: Key, today: date) -> bool:
        """Delete what is kept now; False when there was nothing."""
        with self._sessions.begin() as session:
            if _alive(session, key, today) is None:
                return False
            session.execute(_overwriting(today).where(KeptRow.id == key.row))
        with self._sessions.begin() as session:
            session.execute(delete(KeptRow).where(KeptRow.id == key.row, KeptRow.ends <= today))
        return True

    def purge(self, today: date) -> None:
        """Delete everything that is over."""
        with self._sessions.begin() as session:
            session.execute(_overwriting(today).where(KeptRow.ends <= today))
        with self._sessions.begin() as session:
            session.execute(delete(KeptRow).where(KeptRow.ends <= today))


def _salt(session: Session) -> bytes:
    salt = session.scalar(select(SaltRow.salt))
    if salt is None:
        salt = secrets.token_bytes(32)
        session.execute(insert(SaltRow).values(salt=salt))
    return salt


def _overwriting(today: date) -> Update:
    """Return what fills rows with as many random bytes, and makes them end today.

    In a transaction of its own before they go: SQLite gives the room of deleted rows back to the
    disk without writing to it.
    """
    noise = func.randomblob(func.length(KeptRow.sealed))
    return update(KeptRow).values(sealed=noise, ends=today)


def _number_of_rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(KeptRow)) or 0


def _alive(session: Session, key: Key, today: date) -> KeptRow | None:
    row = session.get(KeptRow, key.row)
    return row if row and row.ends > today else None


def _row(key: Key, plain: bytes, today: date) -> KeptRow:
    ends, nonce = today + LIFE, secrets.token_bytes(NONCE)
    sealed = AESGCM(key.secret).encrypt(nonce, _padded(plain), _bound_to(key, ends))
    return KeptRow(id=key.row, ends=ends, sealed=nonce + sealed)


def _unsealed(key: Key, row: KeptRow) -> bytes | None:
    nonce, sealed = row.sealed[:NONCE], row.sealed[NONCE:]
    try:
        padded = AESGCM(key.secret).decrypt(nonce, sealed, _bound_to(key, row.ends))
    except (InvalidTag, ValueError):
        return None
    return padded[2 : 2 + int.from_bytes(padded[:2], "big")]


def _bound_to(key: Key, ends: date) -> bytes:
    """Return what nobody can change about a row without the key: its id and its day."""
    return _INFO + key.row + ends.isoformat().encode()


def _padded(plain: bytes) -> bytes:
    if len(plain) > SIZE - 2:
        raise ValueError("too long")
    return len(plain).to_bytes(2, "big") + plain + bytes(SIZE - 2 - len(plain))
