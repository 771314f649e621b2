"""Start the process of a side, wait for it, and read what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from bench.recognition.heard import Heard
from bench.recognition.material import Material
from bench.sides import BUILD, QUIET
from bot.settings import ROOT


class Failed(Exception):
    """A side's process ended badly; the message says where its words are."""


@dataclass(frozen=True)
class Listened:
    """What a side made of every text, and what it took.

    Attributes:
        milliseconds: Median of one text at a time.
        memory_mb: The most that the process had at once.
    """

    heard: tuple[Heard, ...]
    milliseconds: float
    memory_mb: float


def give(folder: Path, material: Material, epochs: int) -> None:
    """Put everything that a side needs to know into its folder."""
    folder.mkdir()
    job = {
        "examples": [astuple(example) for example in material.learnt],
        "epochs": epochs,
        "texts": material.texts,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")


def train(side: str, folder: Path) -> float:
    """Train a side and return the seconds, without those of starting and importing."""
    return float(_run("train", side, folder)["seconds"])


def listen(side: str, folder: Path) -> Listened:
    """Let a side hear every text."""
    done = _run("hear", side, folder)
    heard = tuple(map(Heard.from_json, done["heard"]))
    return Listened(heard, done["milliseconds"], done["memory_mb"])


def _run(task: str, side: str, folder: Path) -> dict[str, Any]:
    log = BUILD / f"recognition-{side}-{task}.log"
    command = [sys.executable, "-m", "bench.recognition.alone", task, side, str(folder)]
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode:
        raise Failed(f"{side} failed; the end of {log.relative_to(ROOT)} says why")
    return dict(json.loads((folder / f"{task}.json").read_text(encoding="utf-8")))


def _environment(folder: Path) -> Mapping[str, str]:
    home = BUILD / "home"  # Rasa writes a file there even when it isn't to report anything
    home.mkdir(parents=True, exist_ok=True)
    # An empty cache, else Rasa skips what it trained another day.
    apart = {"HOME": str(home), "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    return {**os.environ, **QUIET, **apart}
