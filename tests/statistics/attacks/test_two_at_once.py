"""Attack: start two releases in the same moment, and hope that both draw.

The attacker has two processes with the same database, and one folder or two. Bound: one draw.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from bot.release import witness
from bot.release.checking import check
from bot.release.reading import all_of
from bot.settings import ROOT
from bot.statistics.register import lines_for
from bot.statistics.release import Rules
from tests.release.operating import Place, weeks_later

PROGRAM: Final = """
import sys, time
from datetime import date
from pathlib import Path
from bot.errors import BotError
from bot.release.making import Order, make
from bot.storage.ledger import SqlLedger

url, releases, today, ready, start = sys.argv[1:]
ledger = SqlLedger(url)
Path(ready).touch()
while not Path(start).exists():
    pass
try:
    print(make(ledger, Order(Path(releases), date.fromisoformat(today))).folder)
except BotError as error:
    sys.exit(type(error).__name__)
"""


@pytest.mark.slow
@pytest.mark.parametrize("folders", [("releases", "releases"), ("releases", "elsewhere")])
@pytest.mark.parametrize("attempt", range(3))
def test_of_two_releases_at_once_only_one_draws(
    place: Place, folders: tuple[str, str], attempt: int
) -> None:
    runs = [started(place, place.folder / name, number) for number, name in enumerate(folders)]
    while not all((place.folder / f"ready{number}").exists() for number in range(2)):
        time.sleep(0.01)
    (place.folder / "start").touch()
    ends = [run.communicate(timeout=60) for run in runs]

    draws = place.draws()
    assert len(draws) == len({(draw.week, draw.table) for draw in draws}) == 5
    losers = [told for run, (_, told) in zip(runs, ends, strict=True) if run.returncode]
    assert all(
        told.strip() in ("ReleaseRunning", "AlreadyDrawn", "LedgerRefused", "BadSetting")
        for told in losers
    )
    found = [folder for name in set(folders) for folder in all_of(place.folder / name)]
    assert len(found) == 1
    check(found[0])
    assert witness.read(found[0].parent / witness.REGISTER) == lines_for(draws, (), Rules())


def started(place: Place, releases: Path, number: int) -> subprocess.Popen[str]:
    arguments = (
        place.url,
        str(releases),
        weeks_later(2).isoformat(),
        str(place.folder / f"ready{number}"),
        str(place.folder / "start"),
    )
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
