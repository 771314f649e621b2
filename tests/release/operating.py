"""A place with a real statistics database and a folder of releases, as an operator has it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.release.making import Made, Order, make
from bot.statistics.counts import Count
from bot.statistics.ledger import Draw
from bot.storage.counters import SqlCountStore
from bot.storage.ledger import SqlLedger

FIRST = date(2026, 11, 2)
"""The Monday of 2026-W45, the first week that is counted here."""
WEEK = timedelta(weeks=1)


def weeks_later(number: int) -> date:
    return FIRST + number * WEEK


READY = weeks_later(2)
"""The first day on which FIRST is due."""


@dataclass(frozen=True)
class Place:
    """One operator's files."""

    folder: Path
    synthetic: bool = False

    @property
    def database(self) -> Path:
        return self.folder / "statistics.sqlite"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.database}"

    @property
    def releases(self) -> Path:
        return self.folder / "releases"

    def count(self, week: int = 0, **numbers: int) -> None:
        """Count into ``table__cell``, in the week so many after the first."""
        counts = [
            Count(weeks_later(week), *place.split("__"), conversations=number)
            for place, number in numbers.items()
        ]
        with closing(self.store(week)) as store:
            store.add(counts)

    def store(self, week: int) -> SqlCountStore:
        """Open the count store in the week so many after the first."""
        return SqlCountStore(self.url, synthetic=self.synthetic, today=weeks_later(week))

    def release(self, today: date, to: Path | None = None, **wishes: object) -> Made:
        with closing(SqlLedger(self.url)) as ledger:
            return make(ledger, Order(to or self.releases, today, **wishes))  # type: ignore[arg-type]

    def draws(self) -> tuple[Draw, ...]:
        with closing(SqlLedger(self.url)) as ledger:
            return ledger.draws()

    def backup(self) -> Path:
        return Path(shutil.copy(self.database, self.folder / "backup.sqlite"))

    def restore(self, backup: Path) -> None:
        shutil.copy(backup, self.database)


def files_of(folder: Path) -> Mapping[str, bytes]:
    """Return what lies in ``folder``, at any depth."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
