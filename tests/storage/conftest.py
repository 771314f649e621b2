"""New databases: a file of SQLite, and when tests may be slow a PostgreSQL and a Redis server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgresql import new_postgresql_database, postgresql_server
from tests.redis_server import redis_of_this_run, redis_server

__all__ = [
    "address",
    "file",
    "new_postgresql_database",
    "postgresql_server",
    "redis_of_this_run",
    "redis_server",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database of ``address`` will lie when it is SQLite's."""
    return tmp_path / "new" / "statistics.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest, file: Path) -> str:
    """The address of a database that is new, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("new_postgresql_database"))
