"""A wall clock that a test sets under running processes; the clock that only goes forward stays."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.statistics.events import week_of

SOURCE: Final = Path(__file__).with_name("jumping.c")
COMPILER: Final = shutil.which("cc") or shutil.which("gcc") or ""
ZONE: Final = "Europe/Berlin"
SUMMER_TIME: Final = datetime(2027, 3, 28, 1, tzinfo=UTC)
"""On this Sunday its clocks go from two to three; a day later it is another week."""


class Clock:
    """What processes that start in its environment take for the time.

    Attributes:
        weeks: The Mondays of all weeks that it was ever in, as far as it was set or looked at.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._ahead = file, timedelta()
        self.weeks: set[date] = set()
        self._write()

    def now(self) -> datetime:
        """Return the time of the processes, in UTC."""
        shown = datetime.now(UTC) + self._ahead
        self.weeks.add(week_of(shown.date()))
        return shown

    def turn(self, by: timedelta) -> None:
        """Let it jump by whole seconds, forward or back."""
        self.now()
        self._ahead += by
        self._write()
        self.now()

    def set(self, to: datetime) -> None:
        """Let it show ``to``, up to a second later."""
        self._ahead = timedelta(seconds=int((to - datetime.now(UTC)).total_seconds()))
        self._write()
        self.now()

    def _write(self) -> None:
        seconds = struct.pack("=q", int(self._ahead.total_seconds()))
        with self._file.open("r+b" if self._file.exists() else "wb", buffering=0) as file:
            file.write(seconds)


@contextmanager
def jumping_clock(folder: Path) -> Iterator[Clock]:
    """Let what is started within the block go by a clock of ours, in ``ZONE``."""
    library, file = folder / "jumping.so", folder / "jumped"
    asked = [COMPILER, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(asked, check=True)
    clock = Clock(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LD_PRELOAD", str(library))
        patch.setenv("JUMPED", str(file))
        patch.setenv("TZ", ZONE)
        yield clock


def weeks_in(database: Path) -> set[date]:
    """Return the Mondays of all weeks in which something is counted."""
    asked = "select distinct week from weekly_count where conversations != 0"
    with closing(sqlite3.connect(database)) as opened:
        return {date.fromisoformat(row[0]) for row in opened.execute(asked)}
