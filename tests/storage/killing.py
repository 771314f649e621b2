"""``python -m tests.storage.killing <kills>``: kill who keeps progress, at random moments.

Each process adds and deletes rows without a pause until it is killed; the next one goes on with
the file that was left.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from bot.errors import BadSetting
from bot.settings import ROOT
from bot.storage.progress import Key, ProgressStore
from tests.proofs.record import record

TODAY: Final = date(2026, 11, 23)
CANARY: Final = b"module.canary-7f3a"
PLAIN: Final = CANARY * 400
KEYS: Final = tuple(Key(bytes([number]) * 32, bytes([number]) * 32) for number in range(1, 9))
SECONDS: Final = (0.05, 0.6)  # between the first save and the kill
SAVE_FOR_EVER: Final = """
import sys
from bot.storage.progress import ProgressStore
from tests.storage.killing import KEYS, PLAIN, TODAY
store = ProgressStore(sys.argv[1])
print("ready", flush=True)
while True:
    for key in KEYS:
        store.add(key, PLAIN, TODAY)
    for key in KEYS[::2]:
        store.delete(key, TODAY)
"""


@dataclass
class Killed:
    """What came of it.

    Attributes:
        rows: How many rows the kills left, all together; every one was opened.
        cut_short: How many kills fell into a transaction, so that the next one took it back.
        damage: What was wrong with what was left; it must be empty.
    """

    kills: int = 0
    rows: int = 0
    cut_short: int = 0
    damage: list[str] = field(default_factory=list)


def kill_while_saving(path: Path, kills: int, moments: random.Random) -> Killed:
    """Kill so many processes that keep progress in the database at ``path``."""
    killed = Killed()
    for _ in range(kills):
        _save_until_killed(path, moments.uniform(*SECONDS))
        killed.kills += 1
        killed.cut_short += any(each.stat().st_size for each in path.parent.glob("*-journal"))
        killed.damage += damage(path)
        killed.rows += _count(path)
    return killed


def damage(path: Path) -> list[str]:
    """Return what is wrong with what a kill left; what is over by then is purged."""
    try:
        return [*_readable(path), *_unreadable(path), *_readable(path)]
    except (BadSetting, sqlite3.DatabaseError):
        return ["the database is not whole"]


def _readable(path: Path) -> Iterator[str]:
    if CANARY in written(path):
        yield "a word that was kept stands in a file"


def _unreadable(path: Path) -> Iterator[str]:
    store = ProgressStore(f"sqlite:///{path}")
    found = [kept for kept in (store.get(key, TODAY) for key in KEYS) if kept]
    if any(kept.plain != PLAIN for kept in found):
        yield "a row holds something else than what was saved"
    store.purge(TODAY)  # what was killed between noise and deletion is over already
    if _count(path) != len(found):
        yield "a row can't be opened by its key"
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            yield "the database is not whole"


def written(path: Path) -> bytes:
    """Return every byte of a database's files, which have their folder for themselves."""
    files = (each for each in sorted(path.parent.rglob("*")) if each.is_file())
    return b"".join(each.read_bytes() for each in files)


def _save_until_killed(path: Path, seconds: float) -> None:
    command = [sys.executable, "-c", SAVE_FOR_EVER, f"sqlite:///{path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        assert process.poll() is None, "it ended by itself"
        process.kill()


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM kept").fetchone()[0])


def main(kills: int) -> None:
    """Print and record what came of it; end with 1 if anything was damaged."""
    seed = random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        killed = kill_while_saving(Path(folder) / "progress.sqlite", kills, random.Random(seed))
    figures = {
        "kills while progress is kept": killed.kills,
        "seed": seed,
        "kills within a transaction": killed.cut_short,
        "rows left, and opened": killed.rows,
        "damages found": len(killed.damage),
    }
    print("\n".join([*(f"{name}: {figure}" for name, figure in figures.items()), *killed.damage]))
    record("kill-progress", f"make proofs-kill KILLS={kills}", figures, held=not killed.damage)
    sys.exit(bool(killed.damage))


if __name__ == "__main__":
    main(int(sys.argv[1]))
