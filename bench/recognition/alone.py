"""Train or hear one side, in a process of its own, so that time and memory are that side's.

``python -m bench.recognition.alone train|hear <side> <folder>`` reads ``job.json`` in the folder
and writes ``train.json`` or ``hear.json`` there.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, Protocol, cast

from bench.recognition.heard import Heard
from bot.conversation.message import clean
from bot.safety.examples import Example

WARM_UP: Final = 20  # texts


class Side(Protocol):
    """What the module of a side can do."""

    def prepare(self) -> None:
        """Set and import what is no part of training."""

    def train(self, folder: Path, examples: Sequence[Example], epochs: int) -> None:
        """Learn, and store in ``folder`` what was learnt."""

    def listener(self, folder: Path) -> Callable[[str], Heard]:
        """Load what was stored."""


def main() -> None:
    """Do what the command line says."""
    task, name, place = sys.argv[1:]
    folder = Path(place).resolve()  # our own launcher changes the working directory
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    side = cast(Side, importlib.import_module(f"bench.recognition.{name}"))
    side.prepare()
    done = _train(side, folder, job) if task == "train" else _hear(side, folder, job["texts"])
    (folder / f"{task}.json").write_text(json.dumps(done), encoding="utf-8")


def _train(side: Side, folder: Path, job: dict[str, Any]) -> dict[str, Any]:
    examples = [Example(*fields) for fields in job["examples"]]
    began = time.perf_counter()
    side.train(folder, examples, job["epochs"])
    return {"seconds": time.perf_counter() - began}


def _hear(side: Side, folder: Path, texts: Sequence[str]) -> dict[str, Any]:
    hear = side.listener(folder)
    cleaned = [clean(text) for text in texts]
    for text in cleaned[:WARM_UP]:
        hear(text)
    heard, times = [], []
    for text in cleaned:
        began = time.perf_counter()
        heard.append(hear(text))
        times.append((time.perf_counter() - began) * 1000)
    memory = _peak_memory_mb()  # before the answers below take any
    return {
        "milliseconds": median(times),
        "memory_mb": memory,
        "heard": [one.to_json() for one in heard],
    }


def _peak_memory_mb() -> float:
    """Return the most that this process ever had in memory.

    Not from getrusage, which also counts what the parent had when it started this process.
    """
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


if __name__ == "__main__":
    main()
