"""Open a database by its address, and bring its tables up to date."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.errors import BadSetting

History = Literal["statistics", "staff", "studio", "progress"]
"""Each has a folder of its own below migrations, and tables of its own."""

WAITING_SECONDS: Final = 2
"""How long anything waits for a connection, or for a lock that somebody else holds."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_WAITING: Final = {"sqlite": "timeout", "postgresql": "connect_timeout"}
_PRAGMAS: Final = (
    "journal_mode = TRUNCATE",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
    "foreign_keys = ON",
)
"""What was deleted leaves the file and the journal, and nothing is written elsewhere.

Pages that a file or its journal gives back to the disk aren't overwritten: remains of them can stay
in its free space until that is used again. Encrypt the disk.
"""

_ALLOWED: Final = frozenset({
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE,
    sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT,
    sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_DROP_TABLE,
    sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_DROP_INDEX, sqlite3.SQLITE_REINDEX,
})  # fmt: skip
"""What a statement may do in SQLite: rows, and what migrations do to tables.

Everything else is refused before it runs: another file (ATTACH, and VACUUM, which copies all into
one), triggers, views, virtual and temporary tables.
"""
_TOLD: Final = frozenset({
    "journal_mode", "secure_delete", "temp_store", "trusted_schema", "foreign_keys", "auto_vacuum",
    "page_count", "read_uncommitted",
})  # fmt: skip
"""Pragmas that may be read; with a value they would change something."""
_DESCRIBED: Final = frozenset({
    "table_list", "table_info", "table_xinfo", "index_list", "index_info", "index_xinfo",
    "foreign_key_list",
})  # fmt: skip
"""Pragmas that describe the table or the index that they are given."""
_CODE: Final = frozenset({"load_extension", "fts3_tokenizer"})
"""Functions that run code of somebody else."""

_BEGINNING: Final = {
    # At once, and not at the first write, when another one may have changed what was read before.
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": f"SET LOCAL lock_timeout = '{WAITING_SECONDS}s'",
}
_LOCK: Final = 5_180_412_233
"""The number under which processes wait for each other's migrations in PostgreSQL."""

_ONE_AT_A_TIME: Final = threading.Lock()
"""Alembic keeps the migration that runs in a global variable."""


def open_engine(url: str, setting_name: str) -> Engine:
    """Return an engine for the SQLite or PostgreSQL database at ``url``, which answered once.

    It keeps no connection open between transactions, which are serializable in SQLite. Whatever
    the database refuses later raises BadSetting as well, except a broken constraint: that is
    sqlalchemy.exc.IntegrityError.

    Args:
        url: An SQLAlchemy address; the folder of an SQLite file is made when it is missing.
        setting_name: The environment variable that holds it, for the message.

    Raises:
        BadSetting: It can't be opened, or is locked for WAITING_SECONDS. One that may only be
            read is opened, and refuses what is written.
    """
    try:
        engine = _engine(make_url(url))
        _install(engine, setting_name)
        with engine.begin():
            return engine
    except (SQLAlchemyError, OSError, ImportError, KeyError):
        raise _refusal(setting_name) from None


def bring_up_to_date(engine: Engine, history: History, version: str = "head") -> None:
    """Run the migrations of ``history`` up to ``version`` that the database hasn't had.

    In one transaction; processes that open a new database at once wait for each other.

    Raises:
        BadSetting: The database was made by a newer product.
    """
    try:
        _migrate(engine, history, command.upgrade, version)
    except CommandError:
        raise BadSetting(
            f"The {history} database was made by a newer version of this product. "
            "Update the product, or give another database."
        ) from None


def go_back(engine: Engine, history: History, version: str) -> None:
    """Take back the migrations of ``history`` after ``version``; ``base`` takes back all."""
    _migrate(engine, history, command.downgrade, version)


def _migrate(
    engine: Engine, history: History, direction: Callable[[Config, str], None], version: str
) -> None:
    folder = str(_MIGRATIONS).replace("%", "%%")  # as its parser wants
    config = Config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", f"{folder}/{history}")
    with _ONE_AT_A_TIME, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        config.attributes.update(connection=connection, version_table=f"{history}_version")
        direction(config, version)


def _engine(url: URL) -> Engine:
    kind = url.get_backend_name()
    in_memory = kind == "sqlite" and url.database in (None, "", ":memory:")
    if kind == "sqlite" and not in_memory:
        _make_file(str(url.database))
    return create_engine(
        url.set(drivername=_DRIVERS[kind]),
        connect_args={_WAITING[kind]: WAITING_SECONDS},
        # A file that is gone is noticed, and one that nobody uses is not held open.
        poolclass=None if in_memory else NullPool,
    )


def _make_file(path: str) -> None:
    file = Path(path)
    if path.startswith("file:") or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)


def _install(engine: Engine, setting_name: str) -> None:
    kind = engine.dialect.name

    def connected(connection: Any, record: object) -> None:
        connection.isolation_level = None  # else Python decides by itself when to begin
        if connection.execute("PRAGMA page_count").fetchone() == (0,):
            # Heeded only before anything is in the file: the room of what is deleted is given back.
            connection.execute("PRAGMA auto_vacuum = FULL")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.set_authorizer(_authorized)

    def began(connection: Connection) -> None:
        connection.exec_driver_sql(_BEGINNING[kind])

    def failed(context: ExceptionContext) -> None:
        if not isinstance(context.sqlalchemy_exception, IntegrityError):
            raise _refusal(setting_name) from None

    if kind == "sqlite":
        event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)
    event.listen(engine, "handle_error", failed)


def _authorized(
    action: int, first: str | None, second: str | None, database: str | None, source: str | None
) -> int:
    """Tell SQLite whether a part of a statement may run; what both words are, its manual says."""
    if action == sqlite3.SQLITE_PRAGMA:
        name = str(first).lower()
        may = name in _DESCRIBED or (name in _TOLD and second is None)
    elif action == sqlite3.SQLITE_FUNCTION:
        may = str(second).lower() not in _CODE
    else:
        may = action in _ALLOWED
    return sqlite3.SQLITE_OK if may else sqlite3.SQLITE_DENY


def _refusal(setting_name: str) -> BadSetting:
    cure = "give the address of an SQLite or PostgreSQL database that can be written to"
    return BadSetting(f"{setting_name} can't be opened; {cure}, and see that nothing locks it.")
