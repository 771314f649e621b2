"""Start the product as an operator does, and make its processes fail."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
import psutil

from bot.settings import ROOT

START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 15.0
UNAVAILABLE: Final = "topic.ask_privacy"
"""A button for which only the assistant opens a conversation."""


@dataclass(frozen=True)
class Served:
    """The running product: where it is, and its outermost process."""

    address: str
    process: psutil.Process

    def part(self, name: str) -> psutil.Process:
        """Return the process that does the work of ``site`` or ``assistant``."""
        works = [
            process
            for process in (self.process, *self.process.children(recursive=True))
            if process.cmdline()[-2:] == [name, "--once"]
        ]
        return works[0]

    def answers(self) -> bool:
        """Tell whether the site serves its help page."""
        try:
            return httpx2.get(f"{self.address}/help", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    def converses(self) -> bool:
        """Tell whether the assistant opens a conversation."""
        return bool(self.opened())

    def opened(self, token: str = "") -> str:
        """Return the body of a turn in which the assistant answered, or empty."""
        form = {"choice": UNAVAILABLE, "token": token, "locale": "en"}
        answer = httpx2.post(
            f"{self.address}/", data=form, headers={"X-Requested-With": "fetch"}, trust_env=False
        )
        is_answered = 'name="token" value=""' not in answer.text
        return answer.text if is_answered else ""


@contextmanager
def serving(command: str, folder: Path, **environment: str) -> Iterator[Served]:
    """Run ``quietline <command>`` on a free port; what it writes goes to ``folder``."""
    port = free_port()
    settings = {
        "QUIETLINE_PORT": str(port),
        "QUIETLINE_DATABASE": f"sqlite:///{folder / 'statistics.sqlite'}",
        **environment,
    }
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *command.split()],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Served(f"http://127.0.0.1:{port}", psutil.Process(process.pid))
    try:
        yield served
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop it as Ctrl-C does, then by force what is left of it."""
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
        for left in alive:
            left.kill()
    process.wait(timeout=STOP_SECONDS)


def wait_for(holds: Callable[[], bool], seconds: float = START_SECONDS, pause: float = 0.1) -> None:
    """Return as soon as ``holds``; fail when it doesn't in time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited {seconds} s in vain"
        time.sleep(pause)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
