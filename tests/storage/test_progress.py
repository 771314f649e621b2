"""bot.storage.progress: only the number opens it, and what is deleted is in no file."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from bot.errors import BadSetting
from bot.storage.database import go_back, open_engine
from bot.storage.progress import LIFE, SETTING, SIZE, Key, ProgressStore, Tables
from tests.storage.killing import CANARY, KEYS, PLAIN, TODAY, damage, kill_while_saving, written

NUMBER, OTHER = "123412341234123412341234", "123412341234123412341235"
KILLS = 2  # `make proofs-kill` does the same a hundred times
VERSIONS = {"version_table": "progress_version"}


def key(number: int) -> Key:
    """Return a key without the work that makes one from a number."""
    row, secret = (hashlib.sha256(f"{part} {number}".encode()).digest() for part in "rs")
    return Key(row, secret)


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


def test_the_key_of_a_number_is_argon2id_with_64_mib_three_rounds_and_one_lane(
    store: ProgressStore, path: Path
) -> None:
    changed(path, "UPDATE salt SET salt = ?", bytes(range(32)))
    again = ProgressStore(f"sqlite:///{path}")
    # Reckoned by the reference implementation (argon2-cffi 25.1): hash_secret_raw(number, salt,
    # time_cost=3, memory_cost=65536, parallelism=1, hash_len=64, type=ID, version=19).
    row = "6b4313fe6afdcb4333f46e71280feda9649ef933d872d9429bb6a089385caa0e"
    secret = "0ce7acceedb27d456de3785d35427f3a813190ed027b1ed6d01e2b8bf4f3a6b5"

    assert again.key(NUMBER) == Key(bytes.fromhex(row), bytes.fromhex(secret))
    assert again.key(NUMBER) != store.key(NUMBER)


def test_the_salt_of_an_installation_is_32_random_bytes(tmp_path: Path) -> None:
    salts = set()
    for name in ("one", "two"):
        ProgressStore(f"sqlite:///{tmp_path / name}")
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            ((salt,),) = connection.execute("SELECT salt FROM salt").fetchall()
        salts.add(salt)

    assert len(salts) == 2
    assert {len(salt) for salt in salts} == {32}


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

    assert not any(secret in written(path) for secret in (CANARY, NUMBER.encode(), mine.secret))
    assert mine.row in written(path)
    assert mine.secret.hex() not in repr(mine)
    assert repr(mine.secret) not in repr(mine)
    assert "canary" not in repr(store.get(mine, TODAY))


def test_every_row_has_the_same_size(store: ProgressStore, path: Path) -> None:
    for number, plain in enumerate((b"", b"module.urges", b"x" * (SIZE - 2)), start=1):
        store.add(key(number), plain, TODAY)

    with closing(sqlite3.connect(path)) as connection:
        sizes = connection.execute("SELECT DISTINCT length(sealed) FROM kept").fetchall()
    assert sizes == [(SIZE + 12 + 16,)]
    with pytest.raises(ValueError, match=r"^too long$"):
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

    assert key(1).row not in written(path)
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
    assert not any(piece in written(path) for piece in (*pieces, key(1).row))


def test_who_deletes_takes_nothing_of_anybody_else(store: ProgressStore, path: Path) -> None:
    store.add(key(1), b"module.urges", TODAY)
    store.add(key(2), b"module.urges", TODAY)
    store.add(key(3), b"over, and the next purge takes it", TODAY - LIFE)
    store.delete(key(1), TODAY)

    assert store.get(key(2), TODAY) is not None
    with closing(sqlite3.connect(path)) as connection:
        left = {row for (row,) in connection.execute("SELECT id FROM kept")}
    assert left == {key(2).row, key(3).row}


def test_what_is_kept_anew_between_the_two_steps_of_a_deletion_stays(
    store: ProgressStore, path: Path
) -> None:
    other = ProgressStore(f"sqlite:///{path}")

    def purge_and_keep(_: object) -> None:
        other.purge(TODAY)
        other.add(key(1), b"new", TODAY)

    store.add(key(1), b"old", TODAY)
    event.listen(store._sessions, "after_commit", purge_and_keep, once=True)
    assert store.delete(key(1), TODAY)
    kept = store.get(key(1), TODAY)

    assert kept is not None
    assert kept.plain == b"new"


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
    assert not any(piece in written(path) for piece in pieces)
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

    assert key(1).row not in written(path)


def test_a_database_that_cant_be_opened_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "progress.sqlite").mkdir()

    with pytest.raises(BadSetting, match="QUIETLINE_PROGRESS_DATABASE"):
        ProgressStore(f"sqlite:///{tmp_path / 'progress.sqlite'}")


@pytest.mark.slow
def test_killed_at_any_moment_it_has_whole_rows_and_no_word(path: Path) -> None:
    killed = kill_while_saving(path, KILLS, random.Random())

    assert killed.kills == KILLS
    assert killed.damage == []


def test_the_search_after_a_kill_finds_what_is_damaged_and_what_is_readable(
    store: ProgressStore, path: Path
) -> None:
    one = KEYS[0]
    store.add(one, PLAIN, TODAY)
    assert damage(path) == []
    store.replace(one, PLAIN[:-1], TODAY)
    assert damage(path) == ["a row holds something else than what was saved"]
    changed(path, "UPDATE kept SET sealed = zeroblob(8220)")
    assert damage(path) == ["a row can't be opened by its key"]
    changed(path, "UPDATE kept SET sealed = ?", PLAIN)
    assert "a word that was kept stands in a file" in damage(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "the database is not whole" in damage(path)
