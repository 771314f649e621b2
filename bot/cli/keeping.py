"""Keep a process alive: start it again when it crashes, and pass a stop on to it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Final

from bot import logs

FIRST_PAUSE_SECONDS: Final = 0.1  # so that help is back within a second
LONGEST_PAUSE_SECONDS: Final = 30.0
HEALTHY_AFTER_SECONDS: Final = 60.0
STOPS: Final = frozenset({signal.SIGTERM, signal.SIGINT})
HEARD: Final = STOPS | {signal.SIGCHLD}
"""What a parent waits for; nothing else interrupts it, and none of them is missed."""


def keep(name: str, begin: Callable[[], int]) -> None:
    """Let ``begin`` start a process until one ends by itself with 0, or we are told to stop.

    The pause before the next one doubles while they keep crashing. A process that ends with 1 said
    what is missing in one sentence; starting it again wouldn't help, so we end with 1 too, unless
    one has worked before, which is told by its time alone: then what is missing may come back.

    Args:
        name: What to call it when it starts again.
        begin: Returns the number of the process that it has started.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    pause, has_worked = FIRST_PAUSE_SECONDS, False
    while True:
        began = time.monotonic()
        code = _ended(begin())
        if time.monotonic() - began > HEALTHY_AFTER_SECONDS:
            pause, has_worked = FIRST_PAUSE_SECONDS, True
        if code == 0 or (code == 1 and not has_worked):
            sys.exit(code)
        logs.note("process.restarting", name=name, code=code)
        if signal.sigtimedwait(STOPS, pause):
            sys.exit(0)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def begin_anew(name: str) -> int:
    """Start ``quietline <name> --once``, and return the number of its process."""
    command = [sys.executable, "-m", "bot", name, "--once"]
    return os.posix_spawn(sys.executable, command, os.environ, setsigmask=())


def begin_copy(work: Callable[[], None]) -> int:
    """Let a copy of this process do ``work`` with all that it has read, and return its number.

    It takes no time to start. This process must have no other thread, for no copy has it.
    """
    if number := os.fork():
        return number
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    work()
    sys.exit(0)


def _ended(number: int) -> int:
    """Return the code with which a child ends: that of its signal with a minus before it.

    Told to stop, it stops the child, waits until that has handed its counts over, and exits.
    """
    while True:
        if signal.sigwait(HEARD) in STOPS:
            os.kill(number, signal.SIGTERM)
            os.waitpid(number, 0)
            sys.exit(0)
        ended, status = os.waitpid(number, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
