"""bot.studio.recognition.job: one training at a time; one that died is never called running."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.errors import NotReady
from bot.settings import ROOT
from bot.studio.recognition import job
from bot.studio.recognition.job import How, Job, Phase, Telling

ASKED = Job("ann", "2026-11-23T12:00:00Z")
CANCELLING = """
import sys
from pathlib import Path
from bot.studio.recognition import job
folder = Path(sys.argv[1])
with job.held(folder):
    job.write(folder, job.Job("ann", "", pid=0))
    sys.exit(job.cancel(folder))
"""
NOTHING_TO_TRAIN = ["studio", "train", "--by", "ann", "--begun", ASKED.asked]


@pytest.fixture
def called() -> list[str]:
    """What a process that holds the lock is called with."""
    return NOTHING_TO_TRAIN


@pytest.fixture
def sleeper(tmp_path: Path, called: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the lock as a training does, and has said so."""
    with job.held(tmp_path) as lock:
        process = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)", *called], pass_fds=[lock.fileno()]
        )
        job.write(tmp_path, Job("ann", ASKED.asked, pid=process.pid))
    yield process
    process.kill()
    process.wait()


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not true() and time.monotonic() < ends:
        time.sleep(0.05)
    assert true()


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    assert job.read(tmp_path) is None
    assert not job.is_running(tmp_path)
    assert job.cancel(tmp_path) is False


def test_what_is_told_is_read(tmp_path: Path) -> None:
    with job.held(tmp_path):
        telling = Telling(tmp_path, ASKED, lambda: "noon")
        telling.phase(Phase.READING, 10)
        telling.count(3, 10)
        found = job.read(tmp_path)

    assert found is not None
    assert (found.how, found.phase, found.done, found.total) == (How.RUNNING, Phase.READING, 3, 10)
    assert found.log == (("reading", "noon"),)
    assert found.pid == os.getpid()


def test_no_second_one_begins_while_one_lives(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    with pytest.raises(NotReady, match="running already"):
        job.begin(tmp_path, ASKED, NOTHING_TO_TRAIN, os.environ)


def test_one_that_was_killed_is_stopped(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    running = job.read(tmp_path)
    sleeper.send_signal(signal.SIGKILL)
    sleeper.wait()
    stopped = job.read(tmp_path)

    assert running is not None
    assert stopped is not None
    assert (running.how, stopped.how) == (How.RUNNING, How.STOPPED)


def test_a_cancelled_one_ends_and_says_so(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    assert job.cancel(tmp_path) is True
    found = job.read(tmp_path)

    assert found is not None
    assert found.how is How.CANCELLED
    assert sleeper.wait(5) == -signal.SIGTERM
    assert job.cancel(tmp_path) is False


@pytest.mark.parametrize("called", [["something", "else"]])
def test_a_process_that_is_no_training_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    assert job.cancel(tmp_path) is False
    assert sleeper.poll() is None
    found = job.read(tmp_path)
    assert found is not None
    assert found.how is How.RUNNING


def test_one_that_has_not_told_its_number_yet_ends_nobody(tmp_path: Path) -> None:
    alone = subprocess.run(  # a signal to number 0 would reach everybody beside who sends it
        [sys.executable, "-c", CANCELLING, str(tmp_path)],
        cwd=ROOT,
        start_new_session=True,
        timeout=60,
        check=False,
    )

    assert alone.returncode == 0


def test_who_looks_keeps_nobody_from_beginning_and_sees_no_training(tmp_path: Path) -> None:
    with (tmp_path / job.LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert not job.is_running(tmp_path)
        looked = threading.Timer(0.05, lambda: fcntl.flock(file, fcntl.LOCK_UN))
        looked.start()
        with job.held(tmp_path):
            assert job.is_running(tmp_path)
        looked.join()


@pytest.mark.slow
def test_a_training_that_cant_be_done_says_why_in_a_sentence(tmp_path: Path) -> None:
    own = {"QUIETLINE_STUDIO": str(tmp_path / "copy")}
    folder = tmp_path / "copy" / "recognition"
    (tmp_path / "copy" / "content").mkdir(parents=True)
    settings = {"QUIETLINE_STUDIO_DATABASE": f"sqlite:///{tmp_path / 'studio.sqlite'}"}
    process = job.begin(folder, ASKED, NOTHING_TO_TRAIN, os.environ | own | settings)
    process.wait(120)
    found = job.read(folder)

    assert found is not None
    assert found.how is How.FAILED
    assert found.problem
    assert str(ROOT) not in found.problem
