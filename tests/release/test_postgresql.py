"""A release from a real PostgreSQL server, as from SQLite."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.release.checking import check
from bot.release.making import Order, make
from bot.statistics.counts import Count
from bot.storage.counters import SqlCountStore
from bot.storage.ledger import SqlLedger
from tests.postgresql import new_postgresql_database, postgresql_server
from tests.release.operating import FIRST, files_of, weeks_later

__all__ = ["new_postgresql_database", "postgresql_server"]


@pytest.mark.slow
def test_a_release_from_postgresql_is_drawn_once_and_sound(
    new_postgresql_database: str, tmp_path: Path
) -> None:
    SqlCountStore(new_postgresql_database).add([Count(FIRST, "locale", "en", 300)])
    with closing(SqlLedger(new_postgresql_database)) as ledger:
        made = make(ledger, Order(tmp_path, weeks_later(2)))
        before = files_of(tmp_path)
        again = make(ledger, Order(tmp_path, weeks_later(2)))

    assert made.folder
    assert check(made.folder) == made.release
    assert again.folder is None
    assert files_of(tmp_path) == before
