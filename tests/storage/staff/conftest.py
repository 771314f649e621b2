"""A database of the staff, with hashes that cost no time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from bot.storage.staff.people import (
    Account,
    NewPasskey,
    NewPassword,
    Role,
)
from bot.storage.staff.sealing import Work
from bot.storage.staff.store import StaffStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=30)
PASSWORD = "correct horse battery"
KEY = bytes(range(32))
LIGHT = Work(memory_kib=64, iterations=1, lanes=1)
PASSKEY = NewPasskey(b"id of a passkey", b"public key", 0, "telephone")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "staff.sqlite"


@pytest.fixture
def store(database: Path) -> Iterator[StaffStore]:
    made = StaffStore(f"sqlite:///{database}", KEY, LIGHT)
    yield made
    made.close_engine()


def accepted(
    store: StaffStore, name: str = "ana", *roles: Role, is_again: bool = False
) -> tuple[Account, pyotp.TOTP]:
    """Return a new account with a password, and its code app."""
    code = store.invite(name, roles or (Role.AUTHOR,), "shell", NOON, is_again=is_again)
    secret = store.safe.code_secret(code)
    app = pyotp.TOTP(secret)
    chosen = NewPassword(PASSWORD, secret, app.timecode(NOON))
    return store.accept(code, chosen, NOON), app


def run(database: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Change the database by hand."""
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement, values).fetchall()
