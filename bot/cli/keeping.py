"""Keep a process alive: start it again when it crashes, and pass a stop on to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Final

from bot import logs

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
HEALTHY_AFTER_SECONDS: Final = 60.0


def keep(name: str) -> None:
    """Run ``quietline <name> --once`` until it ends by itself with 0, or we are told to stop.

    The pause before a restart doubles while it keeps crashing. A process that ends with 1 said
    what is missing in one sentence; starting it again wouldn't help, so we end with 1 too.
    """
    pause = FIRST_PAUSE_SECONDS
    while True:
        began = time.monotonic()
        code = _run(name)
        if code in (0, 1):
            sys.exit(code)
        if time.monotonic() - began > HEALTHY_AFTER_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        logs.note("process.restarting", name=name, code=code)
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _run(name: str) -> int:
    process = subprocess.Popen([sys.executable, "-m", "bot", name, "--once"])  # noqa: S603

    def stop(number: int, frame: FrameType | None) -> None:
        process.terminate()
        sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return process.wait()
