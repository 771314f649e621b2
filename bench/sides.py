"""The two that are compared: the stock starter project, and the whole product."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench.processes import free_port, running
from bench.sentences import OURS, STARTER, sentence
from bench.talking import Door, PageDoor, SocketDoor, StarterDoor, Unanswered
from bot.settings import ROOT

BUILD: Final = ROOT / ".build" / "bench"
STARTER_FOLDER: Final = BUILD / "starter"
BIN: Final = Path(sys.executable).parent
POLL_SECONDS: Final = 0.05
READY_WITHIN_SECONDS: Final = 180
QUIET: Final = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass(frozen=True)
class Side:
    """One that runs and answers.

    Attributes:
        ready_seconds: From its start to its first answered message.
    """

    process: psutil.Process
    ready_seconds: float


def make_starter() -> None:
    """Make and train the starter project once; ``make clean`` removes it."""
    if any(STARTER_FOLDER.glob("models/*.tar.gz")):
        return
    shutil.rmtree(STARTER_FOLDER, ignore_errors=True)
    STARTER_FOLDER.mkdir(parents=True)
    command = [str(BIN / "rasa"), "init", "--no-prompt", "--init-dir", str(STARTER_FOLDER)]
    with (BUILD / "starter-init.log").open("wb") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log, env=_environment())


@contextmanager
def starter() -> Iterator[tuple[Side, Door]]:
    """Run the starter as its documentation says, on the loopback interface."""
    port = free_port()
    command = [str(BIN / "rasa"), "run", "--port", str(port), "--interface", "127.0.0.1"]
    began = time.perf_counter()
    with running(command, STARTER_FOLDER, _environment(), BUILD / "starter.log") as process:
        door = StarterDoor(port)
        _wait(process, door, sentence(1, STARTER))
        yield Side(process, time.perf_counter() - began), door


@contextmanager
def ours() -> Iterator[tuple[Side, Door, Door]]:
    """Run the whole product, with a temporary folder for all that it writes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, port = Path(name), free_port()
        environment = _environment() | {
            "TMPDIR": name,
            "QUIETLINE_PORT": str(port),
            "QUIETLINE_DATABASE": f"sqlite:///{folder / 'statistics.sqlite'}",
        }
        began = time.perf_counter()
        command = [str(BIN / "quietline"), "run"]
        with running(command, ROOT, environment, BUILD / "ours.log") as process:
            page, direct = PageDoor(port), SocketDoor(_wait_for_socket(process, folder))
            _wait(process, direct, sentence(1, OURS))  # the site loses patience when asked too soon
            _wait(process, page, sentence(1, OURS))
            yield Side(process, time.perf_counter() - began), page, direct


def _environment() -> dict[str, str]:
    home = BUILD / "home"  # Rasa writes a file there even when it isn't to report anything
    home.mkdir(parents=True, exist_ok=True)
    return {**QUIET, "HOME": str(home), "PATH": f"{BIN}:/usr/bin:/bin"}


def _wait(process: psutil.Process, door: Door, text: str) -> None:
    for _ in _moments(process):
        try:
            door.open().say(text)
        except Unanswered:
            continue
        return


def _wait_for_socket(process: psutil.Process, folder: Path) -> Path:
    for _ in _moments(process):
        found = list(folder.glob("quietline-*/assistant.sock"))
        if found:
            return found[0]
    raise Unanswered


def _moments(process: psutil.Process) -> Iterator[None]:
    end = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < end and process.is_running() and process.status() != "zombie":
        yield
        time.sleep(POLL_SECONDS)
    raise Unanswered
