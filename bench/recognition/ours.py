"""The product: its own training, and the model that visitors talk to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.recognition.heard import Heard
from bot import settings
from bot.assistant import launcher
from bot.safety.examples import Example
from bot.safety.triage import Assessment


def prepare() -> None:
    """Import what would else count as training."""
    launcher.prepare()
    import rasa.model_training  # noqa: F401


def train(folder: Path, examples: Sequence[Example], epochs: int) -> None:
    """Train everything anew: it reads its examples by itself, and needs no epochs."""
    from bot.assistant.training import train_model

    train_model(folder / "ours.tar.gz")


def listener(folder: Path) -> Callable[[str], Heard]:
    """Load the model in ``models/``, not the one in ``folder``: it's the same, and it's in use."""
    from bot.assistant.safety_screen import ASSESSMENT

    runner = asyncio.Runner()
    agent = runner.run(launcher.load_agent(settings.read().model))

    def hear(text: str) -> Heard:
        parsed = runner.run(agent.parse_message(text))
        ranking = parsed.get("intent_ranking") or []  # none for what it has never seen the like of
        intents = {entry["name"]: entry["confidence"] for entry in ranking}
        return Heard(intents, Assessment.from_json(parsed[ASSESSMENT]))

    return hear
