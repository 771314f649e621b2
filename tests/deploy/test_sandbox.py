"""The product works under the system calls, memory rules and sockets of its units.

Unlike systemd's other walls, these can be put up anywhere; they are the ones that break programs.
"""

from __future__ import annotations

import ctypes.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.deploy.units import FOLDER
from tests.faults.running import (
    Browser,
    Line,
    Running,
    environment,
    free_port,
    new_token,
    wait_until,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("systemd-analyze") and ctypes.util.find_library("seccomp")),
        reason="this machine has no systemd, so no list of its groups of system calls",
    ),
]

FORBIDDEN = """
import ctypes, mmap, os, socket
def refused(act):
    try: act()
    except OSError: return True
libc = ctypes.CDLL(None)
print(refused(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)),
      refused(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
      libc.ptrace(16, os.getppid(), 0, 0) == -1,
      libc.process_vm_readv(os.getpid(), 0, 0, 0, 0, 0) == -1)
"""


@contextmanager
def confined(unit: str, folder: Path, *command: str, **settings: str) -> Iterator[Running]:
    """Start ``command`` under the filters of a unit, and stop it in the end."""
    (folder / "home").mkdir(parents=True)
    (folder / "tmp").mkdir()
    with (folder / "out").open("ab") as out, (folder / "err").open("ab") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.deploy.confining", str(FOLDER / unit), *command],
            cwd=ROOT,
            env=environment(folder, settings),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    running = Running(process, folder)
    try:
        yield running
    finally:
        running.stop()


def test_the_walls_stand(tmp_path: Path) -> None:
    with confined("quietline-assistant.service", tmp_path, sys.executable, "-c", FORBIDDEN) as run:
        run.process.wait(60)

    assert run.printed() == "True True True True\n"


def test_the_assistant_understands_behind_its_walls(tmp_path: Path) -> None:
    line = Line(tmp_path / "a.sock")
    command = (sys.executable, "-m", "bot", "assistant", "--once")
    settings = {"socket": str(line.socket)}
    with confined("quietline-assistant.service", tmp_path / "a", *command, **settings) as running:
        wait_until(line.is_ready, running)
        turn = line.turn(new_token(), text="I want to kill myself").json()["turn"]

    assert turn["outcome"] == "route"


def test_the_site_answers_and_counts_behind_its_walls(tmp_path: Path) -> None:
    visitor = Browser(f"http://127.0.0.1:{(port := free_port())}")
    command = (sys.executable, "-m", "bot", "site")
    settings = {"port": str(port), "socket": str(tmp_path / "none.sock")}
    with confined("quietline-site.service", tmp_path / "s", *command, **settings) as running:
        wait_until(visitor.is_up, running)
        assert visitor.get("/").is_success

    # Counters are handed over when it stops: the database's library works there too.
    assert (tmp_path / "s" / "statistics.sqlite").stat().st_size > 0
