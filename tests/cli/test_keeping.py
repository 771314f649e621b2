"""bot.cli.keeping: what crashes comes back, what ends has ended, and a stop waits for the rest."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from bot.settings import ROOT

BEGINNING = """
import os, signal, sys, time
from functools import partial
from pathlib import Path
from bot.cli import keeping

seen = Path(sys.argv[1])
keeping.FIRST_PAUSE_SECONDS = 0.01
"""
CRASHING = """
def work():
    with seen.open("a") as file:
        file.write("begun\\n")
    if len(seen.read_text().splitlines()) < 3:
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit({code})

keeping.keep("work", partial(keeping.begin_copy, work))
"""
MISSING_LATER = """
keeping.HEALTHY_AFTER_SECONDS = 0.5

def work():
    with seen.open("a") as file:
        file.write("begun\\n")
    begun = len(seen.read_text().splitlines())
    if begun == 1:
        time.sleep(1)
    sys.exit(begun < 3)

keeping.keep("work", partial(keeping.begin_copy, work))
"""
"""The first works, then something is missing, and then it is back."""
HANDING_OVER = """
def work():
    def hand_over(number, frame):
        time.sleep(0.2)
        seen.write_text("handed over")
        sys.exit(0)

    signal.signal(signal.SIGTERM, hand_over)
    print("ready", flush=True)
    time.sleep(60)

keeping.keep("work", partial(keeping.begin_copy, work))
"""
open_python = partial(
    subprocess.Popen, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
)


@pytest.mark.parametrize("code", [0, 1])
def test_what_crashes_begins_again_until_it_ends_by_itself(tmp_path: Path, code: int) -> None:
    seen = tmp_path / "seen"
    with open_python([sys.executable, "-c", BEGINNING + CRASHING.format(code=code), seen]) as kept:
        assert kept.wait(30) == code

    assert seen.read_text() == "begun\n" * 3


def test_where_one_has_worked_before_what_is_missing_may_come_back(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with open_python([sys.executable, "-c", BEGINNING + MISSING_LATER, seen]) as kept:
        assert kept.wait(30) == 0

    assert seen.read_text() == "begun\n" * 3


def test_who_stops_it_waits_until_everything_is_handed_over(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with open_python([sys.executable, "-c", BEGINNING + HANDING_OVER, seen]) as kept:
        assert kept.stdout
        assert kept.stdout.readline() == "ready\n"
        kept.terminate()
        assert kept.wait(30) == 0
        assert seen.read_text() == "handed over"


def test_who_stops_it_between_two_crashes_isnt_kept_waiting(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    rarely = BEGINNING.replace("0.01", "60") + CRASHING.format(code=0)
    with open_python([sys.executable, "-c", rarely, seen]) as kept:
        assert kept.stdout
        assert "process.restarting" in kept.stdout.readline()
        kept.terminate()
        assert kept.wait(30) == 0
