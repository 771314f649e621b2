"""One training at a time, in a process of its own that outlives the page that asked for it.

The process holds a lock as long as it lives, so a training that crashed, or that a restart of the
machine took along, is known by its lock being free: it is *stopped*, never forever *running*.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final

from bot.errors import NotReady
from bot.settings import ROOT

STATE: Final = "job.json"
LOCK: Final = "job.lock"
PATIENCE_SECONDS: Final = 5.0  # until a training that was asked to end is made to
LOOK_SECONDS: Final = 0.2  # somebody who only looks holds the lock for less
TICK_SECONDS: Final = 0.05
NAMED: Final = b"\0studio\0train\0"
"""How /proc tells a training from another process that was given its number."""


class How(StrEnum):
    """How a training is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    """It ended without a word: a crash, or the machine was started again."""


class Phase(StrEnum):
    """What is done, in this order."""

    STARTING = "starting"
    READING = "reading"
    """Examples become vectors; counted in batches."""
    LEARNING = "learning"
    MEASURING_OLD = "measuring_old"
    """The present model reads the known sentences, unless it did before; counted in sentences."""
    MEASURING_NEW = "measuring_new"
    DONE = "done"


@dataclass(frozen=True)
class Job:
    """A training.

    Attributes:
        asked: As bot.storage.staff.people.stamp writes it; so are ``changed`` and the log's times.
        done: So many of ``total`` in this phase; 0 of 0 where nothing is counted.
        problem: Why it failed, in a sentence; never a text of an example.
        log: Each phase with the time at which it began.
    """

    asked_by: str
    asked: str
    how: How = How.RUNNING
    phase: Phase = Phase.STARTING
    done: int = 0
    total: int = 0
    pid: int = 0
    problem: str = ""
    log: tuple[tuple[str, str], ...] = ()


def read(folder: Path) -> Job | None:
    """Return the last training, or None before the first."""
    try:
        found = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    log = tuple((phase, at) for phase, at in found["log"])
    job = Job(**{**found, "how": How(found["how"]), "phase": Phase(found["phase"]), "log": log})
    is_over = job.how is How.RUNNING and not is_running(folder)
    return replace(job, how=How.STOPPED) if is_over else job


def write(folder: Path, job: Job) -> None:
    """Say how a training is."""
    fresh = folder / f".{STATE}"
    fresh.write_text(json.dumps(asdict(job)), encoding="utf-8")
    os.replace(fresh, folder / STATE)


def is_running(folder: Path) -> bool:
    """Tell whether a training lives."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as file:
        return not _locked(file, fcntl.LOCK_SH)  # who looks keeps nobody else who looks out


@contextmanager
def held(folder: Path) -> Iterator[IO[str]]:
    """Hold the lock of the one training; whoever gets the file descriptor holds it too.

    Raises:
        NotReady: Another training holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as file:
        if not _waited(lambda: _locked(file, fcntl.LOCK_EX), LOOK_SECONDS):
            raise NotReady("A training is running already; wait for it, or cancel it.")
        yield file


def begin(
    folder: Path, job: Job, arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start ``quietline`` with ``arguments`` as the training, and return its process.

    It gets the lock with its birth, so there is no moment at which two could begin.

    Raises:
        NotReady: Another one is running.
    """
    with held(folder) as lock:
        write(folder, job)
        process = subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # Rasa prints examples; what a page shows is in the state
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            start_new_session=True,
        )
        write(folder, replace(job, pid=process.pid))
        return process


def cancel(folder: Path) -> bool:
    """End the training that runs; tell whether there was one."""
    job = read(folder)
    if job is None or job.how is not How.RUNNING or not _is_training(job.pid):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        _send(job, number)
        if _waited(lambda: not is_running(folder), PATIENCE_SECONDS):
            break
    write(folder, replace(job, how=How.CANCELLED))
    return True


class Telling:
    """Writes down how far a training is, as it is told; the worker's side of ``read``."""

    def __init__(self, folder: Path, job: Job, clock: Callable[[], str]) -> None:
        self._folder, self._clock = folder, clock
        self._job = replace(job, pid=os.getpid())
        write(folder, self._job)

    def phase(self, phase: Phase, total: int = 0) -> None:
        """Say that a phase begins, with ``total`` things to do."""
        log = (*self._job.log, (str(phase), self._clock()))
        self._say(phase=phase, done=0, total=total, log=log)

    def count(self, done: int, total: int) -> None:
        """Say that so many of a phase's things are done."""
        self._say(done=done, total=total)

    def end(self, how: How, problem: str = "") -> None:
        """Say how it ended."""
        self._say(how=how, problem=problem)

    def _say(self, **changed: Any) -> None:
        self._job = replace(self._job, **changed)
        write(self._folder, self._job)


def _send(job: Job, number: signal.Signals) -> None:
    if _is_training(job.pid):
        with suppress(ProcessLookupError):
            os.kill(job.pid, number)


def _is_training(pid: int) -> bool:
    """Tell whether a process is a training; one that hasn't told its number yet has 0."""
    if pid <= 0:
        return False
    _waited(lambda: _called(pid) != b"", LOOK_SECONDS)  # it is empty at the moment of its birth
    return NAMED in (_called(pid) or b"")


def _called(pid: int) -> bytes | None:
    """Return what a process was called with; None when there is none of this number."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _waited(until: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not until() and time.monotonic() < ends:
        time.sleep(TICK_SECONDS)
    return until()
