"""Rasa's stock pipeline, as ``rasa init`` and ``rasa train nlu`` set it up and train it."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.recognition.heard import Heard
from bot.safety.examples import Example

MODEL: Final = "diet"
FALLBACK: Final = "nlu_fallback"


def prepare() -> None:
    """Log as the ``rasa`` command does (else debug lines count), and import what takes long."""
    import rasa.model_training  # noqa: F401
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings()
    configure_structlog()


def train(folder: Path, examples: Sequence[Example], epochs: int) -> None:
    """Train with Rasa's own function.

    Raises:
        RuntimeError: It couldn't; its own words are in the log.
    """
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.model_training import train_nlu

    stock = DefaultV1Recipe.complete_config({}, {"pipeline"})["pipeline"]
    config, nlu = folder / "config.yml", folder / "nlu.yml"
    config.write_text(json.dumps(configuration(stock, epochs)))  # JSON is YAML too
    nlu.write_text(training_file(examples), encoding="utf-8")
    if not train_nlu(str(config), str(nlu), str(folder), fixed_model_name=MODEL):
        raise RuntimeError("Rasa did not train")


def listener(folder: Path) -> Callable[[str], Heard]:
    """Load the trained model."""
    from rasa.core.agent import Agent

    runner = asyncio.Runner()
    agent = Agent.load(folder / f"{MODEL}.tar.gz")

    def hear(text: str) -> Heard:
        return Heard(intents(runner.run(agent.parse_message(text))["intent_ranking"]))

    return hear


def configuration(stock: Iterable[Mapping[str, Any]], epochs: int) -> dict[str, Any]:
    """Return Rasa's configuration: the stock pipeline without what has nothing to learn here.

    All intents are named instead of the ten likeliest, which changes no probability: our policy
    adds up the intents of a topic.
    """
    pipeline = [dict(step) for step in stock if step["name"] != "ResponseSelector"]
    for step in pipeline:
        if step["name"] == "DIETClassifier":
            step |= {"epochs": epochs, "ranking_length": 0}
    return {"recipe": "default.v1", "assistant_id": MODEL, "language": "en", "pipeline": pipeline}


def training_file(examples: Iterable[Example]) -> str:
    """Return the examples as Rasa's YAML."""
    by_intent = defaultdict(list)
    for example in examples:
        by_intent[example.intent].append(f"    - {example.text}")
    lines = ['version: "3.1"', "nlu:"]
    for intent, texts in by_intent.items():
        lines += [f"- intent: {intent}", "  examples: |", *texts]
    return "\n".join(lines) + "\n"


def intents(ranking: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the probabilities; what isn't understood our policy decides, for all sides alike."""
    return {one["name"]: one["confidence"] for one in ranking if one["name"] != FALLBACK}
