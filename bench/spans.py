"""Drive bench.inside: one turn at a time, and what each part of it took."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, Final

from bench.sentences import OURS, sentence
from bot.settings import ROOT

SPANS: Final = ("screening", "sentence vector", "rest of NLU", "policies", "actions", "state",
                "rest of Rasa", "page")  # fmt: skip


class Inside:
    """The process in which every span is timed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._taken: list[dict[str, float]] = []
        self._read()

    def turn(self, conversation: str, turn: int, counts: bool) -> None:
        """Say one sentence; remember its spans if it ``counts``."""
        asked = {"conversation": conversation, "text": sentence(turn, OURS)}
        if self._process.stdin:
            print(json.dumps(asked), file=self._process.stdin, flush=True)
        taken = self._read()
        if counts:
            self._taken.append(taken)

    def medians(self) -> dict[str, float]:
        """Return the median milliseconds of each span since the last time."""
        taken, self._taken = self._taken, []
        return {span: median(turn.get(span, 0.0) for turn in taken) for span in SPANS}

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        return dict(json.loads(line))


@contextmanager
def inside() -> Iterator[Inside]:
    """Start it, and end it with the block."""
    command = [sys.executable, "-m", "bench.inside"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield Inside(process)
        finally:
            process.kill()
