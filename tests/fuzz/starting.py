"""Start a fuzz target as a process of its own, and read what came of it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT

TARGETS = ("cleaner", "padding", "sealed")
SLACK_SECONDS = 120


@dataclass(frozen=True)
class Fuzzed:
    """One target's run.

    Attributes:
        inputs: How many it was called with.
        held: Whether none of them broke it; otherwise ``said`` ends with the error.
    """

    inputs: int
    held: bool
    said: str


def run(target: str, seconds: int, folder: Path, *options: str) -> Fuzzed:
    """Run one of ``TARGETS``; an input that breaks it is written to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    asked = [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", *options]
    done = subprocess.run(
        [sys.executable, "-m", f"tests.fuzz.{target}", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds + SLACK_SECONDS,
        check=False,
    )
    inputs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    return Fuzzed(int(inputs[1]) if inputs else 0, done.returncode == 0, done.stderr)
