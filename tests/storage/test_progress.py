"""bot.storage.progress: only the number opens it, and what is deleted is in no file."""

from __future__ import annotations

import hashlib
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from bot.errors import BadSetting
from bot.settings import ROOT
from bot.storage.database import go_back, open_engine
from bot.storage.progress import LIFE, SETTING, SIZE, Key, ProgressStore, Tables

TODAY = date(2026, 11, 23)
NUMBER, OTHER = "123412341234123412341234", "123412341234123412341235"
CANARY = b"module.canary-7f3a"
KILLS = int(os.environ.get("QUIETLINE_KILLS", "2"))
VERSIONS = {"version_table": "progress_version"}

SAVE_FOR_EVER = """
import sys
from datetime import date
from bot.storage.progress import Key, ProgressStore
store = ProgressStore(sys.argv[1])
keys = [Key(bytes([n]) * 32, bytes([n]) * 32) for n in range(1, 9)]
print("ready", flush=True)
while True:
    for key in keys:
        store.add(key, b"module.canary-7f3a" * 400, date(2026, 11, 23))
    for key in keys[::2]:
        store.delete(key, date(2026, 11, 23))
"""


def key(number: int) -> Key:
    """Return a key without the work that makes one from a number."""
    row, secret = (hashlib.sha256(f"{part} {number}".encode()).digest() for part in "rs")
    return Key(row, secret)


def written(folder: Path) -> bytes:
    """Return every byte of the database's files."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def changed(path: Path, statement: str, *values: object) -> None:
    """Change the database behind the product's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "progress.sqlite"


@pytest.fixture
def store(path: Path) -> ProgressStore:
    return ProgressStore(f"sqlite:///{path}")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plain=st.binary(max_size=SIZE - 2), number=st.integers(1, 2**64))
def test_what_was_kept_comes_out_again(store: ProgressStore, plain: bytes, number: int) -> None:
    store.delete(key(number), TODAY)
    assert store.add(key(number), plain, TODAY)
    kept = store.get(key(number), TODAY)

    assert kept is not None
    assert (kept.plain, kept.ends) == (plain, TODAY + LIFE)


def test_a_number_leads_to_the_same_place_after_a_restart_and_another_one_to_nothing(
    store: ProgressStore, path: Path
) -> None:
    store.add(store.key(NUMBER), b"module.urges", TODAY)
    again = ProgressStore(f"sqlite:///{path}")
    found = again.get(again.key(NUMBER), TODAY)

    assert found is not None
    assert found.plain == b"module.urges"
    assert again.get(again.key(OTHER), TODAY) is None


def test_another_installation_makes_other_keys_of_the_same_number(
    store: ProgressStore, tmp_path: Path
) -> None:
    elsewhere = ProgressStore(f"sqlite:///{tmp_path / 'other.sqlite'}")

    assert elsewhere.key(NUMBER) != store.key(NUMBER)


def test_neither_number_nor_key_nor_what_is_kept_is_in_a_file_or_a_repr(
    store: ProgressStore, path: Path
) -> None:
    mine = store.key(NUMBER)
    store.add(mine, CANARY, TODAY)

    assert not any(
        secret in written(path.parent) for secret in (CANARY, NUMBER.encode(), mine.secret)
    )
    assert mine.row in written(path.parent)
    assert mine.secret.hex() not in repr(mine)
    assert repr(mine.secret) not in repr(mine)
    assert "canary" not in repr(store.get(mine, TODAY))


def test_every_row_has_the_same_size(store: ProgressStore, path: Path) -> None:
    for number, plain in enumerate((b"", b"module.urges", b"x" * (SIZE - 2)), start=1):
        store.add(key(number), plain, TODAY)

    with closing(sqlite3.connect(path)) as connection:
        sizes = connection.execute("SELECT DISTINCT length(sealed) FROM kept").fetchall()
    assert sizes == [(SIZE + 12 + 16,)]
    with pytest.raises(ValueError, match="too long"):
        store.add(key(4), b"x" * (SIZE - 1), TODAY)


@pytest.mark.parametrize(
    "change",
    [
        "ends = date(ends, '+1 day')",
        "sealed = zeroblob(8220)",
        "sealed = x''",
        "sealed = CAST(substr(sealed, 1, 8000) || zeroblob(220) AS BLOB)",
        "sealed = CAST(substr(sealed, 2) || substr(sealed, 1, 1) AS BLOB)",
    ],
)
def test_a_row_that_was_changed_opens_no_more(
    store: ProgressStore, path: Path, change: str
) -> None:
    store.add(key(1), b"module.urges", TODAY)
    changed(path, f"UPDATE kept SET {change}")

    assert store.get(key(1), TODAY) is None


def test_a_row_put_in_the_place_of_another_opens_for_neither(
    store: ProgressStore, path: Path
) -> None:
    store.add(key(1), b"module.urges", TODAY)
    changed(path, "UPDATE kept SET id = ?", key(2).row)

    assert store.get(key(1), TODAY) is None
    assert store.get(Key(key(2).row, key(1).secret), TODAY) is None


def test_it_lives_for_thirty_days_after_it_was_saved_last(store: ProgressStore) -> None:
    store.add(key(1), b"module.urges", TODAY)
    last = TODAY + LIFE - timedelta(days=1)

    assert store.get(key(1), last) is not None
    assert store.get(key(1), TODAY + LIFE) is None
    assert store.replace(key(1), b"module.urges", last)
    assert store.get(key(1), TODAY + LIFE) is not None


def test_the_purge_takes_what_is_over_and_nothing_else(store: ProgressStore, path: Path) -> None:
    store.add(key(1), b"old", TODAY - LIFE)
    store.add(key(2), b"new", TODAY)
    store.purge(TODAY)

    assert key(1).row not in written(path.parent)
    assert store.get(key(2), TODAY) is not None


def test_what_was_deleted_stays_deleted_and_is_in_no_file(store: ProgressStore, path: Path) -> None:
    store.add(key(1), b"module.urges", TODAY)
    with closing(sqlite3.connect(path)) as connection:
        (sealed,) = connection.execute("SELECT sealed FROM kept").fetchone()

    assert store.delete(key(1), TODAY)
    assert not store.delete(key(1), TODAY)
    assert not store.replace(key(1), b"module.urges", TODAY)
    assert store.get(key(1), TODAY) is None
    pieces = {sealed[first : first + 16] for first in range(0, len(sealed) - 16, 256)}
    assert not any(piece in written(path.parent) for piece in (*pieces, key(1).row))


def test_of_many_who_delete_at_once_one_does_and_nothing_breaks(store: ProgressStore) -> None:
    store.add(key(1), b"module.urges", TODAY)
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda _: store.delete(key(1), TODAY), range(8)))

    assert sorted(done) == [False] * 7 + [True]
    assert store.get(key(1), TODAY) is None


def test_when_it_is_full_nothing_new_is_kept_and_what_is_there_can_be_saved(path: Path) -> None:
    store = ProgressStore(f"sqlite:///{path}", most_rows=1)

    assert store.add(key(1), b"one", TODAY)
    assert not store.add(key(2), b"two", TODAY)
    assert store.add(key(1), b"one", TODAY)
    assert store.replace(key(1), b"again", TODAY)
    assert store.get(key(2), TODAY) is None


def test_what_is_there_is_not_changed_by_adding_it_again(store: ProgressStore) -> None:
    store.add(key(1), b"one", TODAY)
    assert store.add(key(1), b"two", TODAY + LIFE - timedelta(days=1))
    kept = store.get(key(1), TODAY)

    assert kept is not None
    assert (kept.plain, kept.ends) == (b"one", TODAY + LIFE)


@pytest.mark.parametrize("way", ["delete", "purge"])
def test_before_a_row_goes_its_place_on_the_disk_is_filled_with_noise(
    store: ProgressStore, path: Path, way: str
) -> None:
    day = TODAY if way == "delete" else TODAY + LIFE
    for number in range(1, 4):
        store.add(key(number), b"module.urges", TODAY)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT sealed FROM kept WHERE id = ?", (key(2).row,))
        (sealed,) = found.fetchone()
    # What a lost current does between the two steps: the row can't go, and is full of noise.
    changed(path, "CREATE TRIGGER t BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, ''); END")
    size = path.stat().st_size
    go = {"delete": partial(store.delete, key(2)), "purge": store.purge}[way]
    with pytest.raises(IntegrityError):
        go(day)

    pieces = {sealed[first : first + 16] for first in range(0, len(sealed) - 16, 256)}
    assert path.stat().st_size == size
    assert not any(piece in written(path.parent) for piece in pieces)
    assert store.get(key(2), day) is None
    assert not store.replace(key(2), b"module.urges", day)


def test_the_file_is_set_so_that_nothing_deleted_stays(store: ProgressStore, path: Path) -> None:
    store.add(key(1), b"module.urges", TODAY)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (1,)
        assert connection.execute("PRAGMA journal_mode").fetchone() != ("wal",)
    size = path.stat().st_size
    store.delete(key(1), TODAY)

    assert path.stat().st_size < size
    assert path.stat().st_mode & 0o077 == 0


def test_the_tables_have_no_column_for_anything_else(path: Path) -> None:
    ProgressStore(f"sqlite:///{path}")
    engine = open_engine(f"sqlite:///{path}", SETTING)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts=VERSIONS)
        differences = compare_metadata(context, Tables.metadata)
    columns = {name: set(table.columns.keys()) for name, table in Tables.metadata.tables.items()}

    assert differences == []
    assert columns == {"kept": {"id", "ends", "sealed"}, "salt": {"salt"}}


def test_the_way_back_deletes_everything(store: ProgressStore, path: Path) -> None:
    store.add(key(1), b"module.urges", TODAY)
    go_back(open_engine(f"sqlite:///{path}", SETTING), "progress", "base")

    assert key(1).row not in written(path.parent)


def test_a_database_that_cant_be_opened_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "progress.sqlite").mkdir()

    with pytest.raises(BadSetting, match="QUIETLINE_PROGRESS_DATABASE"):
        ProgressStore(f"sqlite:///{tmp_path / 'progress.sqlite'}")


@pytest.mark.slow
def test_killed_at_any_moment_it_has_whole_rows_and_no_word(path: Path) -> None:
    keys = [Key(bytes([number]) * 32, bytes([number]) * 32) for number in range(1, 9)]
    for _ in range(KILLS):
        _save_until_killed(path, random.uniform(0.05, 0.6))
        assert CANARY not in written(path.parent)
        store = ProgressStore(f"sqlite:///{path}")
        found = [store.get(one, TODAY) for one in keys]
        assert all(kept is None or kept.plain == CANARY * 400 for kept in found)
        store.purge(TODAY)  # what was killed between noise and deletion is over already
        assert _count(path) == sum(kept is not None for kept in found)
        assert CANARY not in written(path.parent)


def _save_until_killed(path: Path, seconds: float) -> None:
    command = [sys.executable, "-c", SAVE_FOR_EVER, f"sqlite:///{path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert re.match("ready", process.stdout.readline())
        time.sleep(seconds)
        process.kill()


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT count(*) FROM kept").fetchone()[0])
