"""Start what is measured, look at its memory, and stop all of it whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

import psutil

PATIENCE_SECONDS: Final = 10  # between asking to end and ending
MEGABYTE: Final = 2**20


@contextmanager
def running(
    command: list[str], folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[psutil.Process]:
    """Run ``command`` as long as the block lasts; its children end with it."""
    with log.open("wb") as output:
        process = psutil.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C comes to us alone, and we stop everything in order
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: psutil.Process) -> None:
    """End ``process`` and everything that it started."""
    family = [process, *_children(process)]
    _tell(family[:1], signal.SIGINT)
    _, left = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
    _tell(left, signal.SIGKILL)
    psutil.wait_procs(left, timeout=PATIENCE_SECONDS)


def memory_mb(process: psutil.Process) -> float:
    """Return the proportional set size of ``process`` and its children, in MB.

    A page that two processes share counts half for each, so the sum is what the machine gives.
    """
    family = [process, *_children(process)]
    return float(sum(member.memory_full_info().pss for member in family) / MEGABYTE)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end_kindly() -> None:
    """Let a request to stop end this process as Ctrl-C does, so that nothing is left running."""
    signal.signal(signal.SIGTERM, _interrupt)


def note(words: str) -> None:
    """Tell the person who waits what is going on."""
    print(words, file=sys.stderr, flush=True)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _tell(processes: list[psutil.Process], order: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(order)
        except psutil.NoSuchProcess:
            continue
