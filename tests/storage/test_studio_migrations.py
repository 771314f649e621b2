"""The history of the studio's database, up and down, with rows in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.types import Date

from bot.storage.database import bring_up_to_date, go_back, open_engine
from bot.storage.studio import StudioStore
from bot.storage.studio_records import Signed
from bot.storage.studio_tables import Tables

SHORT, WHOLE = "0123456789abcdef", "0123456789abcdef" * 4
DAY, UNTIL = date(2026, 11, 23), date(2027, 5, 1)
COLUMNS = ("part", "locale", "fingerprint", "role", "account", "signed_on", "until", "last_version")
ROW = ("module.urges", "de", SHORT, "editor", "ann", DAY, UNTIL, 7)


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    opened = open_engine(address, "QUIETLINE_STUDIO_DATABASE")
    yield opened
    opened.dispose()


def put(engine: Engine, row: tuple[object, ...]) -> None:
    names = ", ".join(COLUMNS)
    values = ", ".join(f":{name}" for name in COLUMNS)
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO signature ({names}) VALUES ({values})"),
            dict(zip(COLUMNS, row, strict=True)),
        )


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.begin() as connection:
        found = connection.execute(
            text(f"SELECT {', '.join(COLUMNS)} FROM signature ORDER BY id").columns(
                signed_on=Date, until=Date
            )
        )
        return [tuple(row) for row in found]


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_a_new_database_gets_the_tables_that_the_code_expects(engine: Engine) -> None:
    bring_up_to_date(engine, "studio")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "studio_version"})
        assert compare_metadata(context, Tables.metadata) == []


def test_version_1_down_leaves_no_table_of_ours(engine: Engine) -> None:
    bring_up_to_date(engine, "studio", "0001")
    put(engine, ROW)
    go_back(engine, "studio", "base")

    assert tables(engine) == {"studio_version"}


def test_version_2_up_keeps_short_signatures_and_makes_room_for_whole_ones(
    engine: Engine, address: str
) -> None:
    bring_up_to_date(engine, "studio", "0001")
    put(engine, ROW)
    store = StudioStore(address)
    store.sign([Signed("module.urges", "de", WHOLE, "editor", "ann", DAY, UNTIL, 8)])
    _, signed = store.news(0, 0)
    store.close_engine()

    assert rows(engine) == [ROW, (*ROW[:2], WHOLE, *ROW[3:-1], 8)]
    assert [(each.fingerprint, each.last_version) for each in signed] == [(SHORT, 7), (WHOLE, 8)]


def test_version_2_down_cuts_the_hashes_and_keeps_everything_else(engine: Engine) -> None:
    bring_up_to_date(engine, "studio")
    put(engine, (*ROW[:2], WHOLE, *ROW[3:]))
    go_back(engine, "studio", "0001")

    assert rows(engine) == [ROW]
    bring_up_to_date(engine, "studio")
    assert rows(engine) == [ROW]
    put(engine, (*ROW[:2], WHOLE, *ROW[3:]))
    assert len(rows(engine)) == 2
