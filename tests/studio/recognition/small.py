"""A little recognition: some sentences of each intent, a few texts to measure on, two models."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.safety.evaluation import CAUGHT
from bot.safety.examples import is_held_out
from bot.safety.topics import Topic
from bot.settings import ROOT
from bot.storage import models
from bot.studio.recognition import readings
from bot.studio.recognition.candidates import CANDIDATE, READINGS
from bot.studio.recognition.examples import FOLDER, HEAD, Book
from bot.studio.recognition.readings import Heard
from bot.studio.recognition.room import Room
from tests.builders import content

NOT_HEARD: Mapping[str, float] = {"greet": 0.9}
OF_EACH = 3


def write_examples(root: Path, locales: Iterable[str] = ("en",), of_each: int = 6) -> None:
    """Write the first sentences of each intent into ``data/nlu``, and some that are kept apart."""
    book = Book(ROOT)
    for tag in locales:
        by_intent: dict[str, list[str]] = {}
        for line in book.lines(tag):
            by_intent.setdefault(line.intent, []).append(line.text)
        folder = root / FOLDER / tag
        folder.mkdir(parents=True)
        blocks = (
            f"- intent: {intent}\n  examples: |\n"
            + "".join(f"    - {t}\n" for t in _some(found, of_each))
            for intent, found in by_intent.items()
        )
        (folder / "safety.yml").write_text(HEAD + "".join(blocks), encoding="utf-8")


def _some(found: list[str], of_each: int) -> list[str]:
    apart = [text for text in found[of_each:] if is_held_out(text)]
    return found[:of_each] + apart[:OF_EACH]


def write_sets(folder: Path, of_each: int = OF_EACH) -> Path:
    """Write an English set with some texts of each topic."""
    folder.mkdir(parents=True)
    items = yaml.safe_load((ROOT / "tests" / "recognition" / "en.yml").read_text())["items"]
    kept: dict[str, list[object]] = {}
    for item in items:
        kept.setdefault(item["topics"][0], []).append(item)
    some = [item for found in kept.values() for item in found[:of_each]]
    text = yaml.safe_dump({"locale": "en", "items": some}, allow_unicode=True)
    (folder / "en.yml").write_text(text, encoding="utf-8")
    return folder


def heard_as_meant(room: Room) -> dict[str, Heard]:
    """Return readings of a model that understands every known sentence."""
    sets = room.known(content())
    return {
        item.text: Heard({intent_of(item.best): 0.99})
        for each in sets.values()
        for items in each.values()
        for item in items
    }


def intent_of(topic: Topic) -> str:
    return next(name for name, care in content().policy.intents.items() if care.topic == topic)


def first_text(room: Room, topic: Topic) -> str:
    """Return a text to measure on that no listed phrase is heard in."""
    items = room.known(content())["evaluation"]["en"]
    quiet = (
        item.text
        for item in items
        if item.best is topic and not is_heard_without_a_model(item.text)
    )
    return next(quiet)


def is_heard_without_a_model(text: str) -> bool:
    signals = readings.phrases_in([text], content())[text]
    return readings.assessed(signals, Heard(NOT_HEARD), content().policy).outcome in CAUGHT


def let_wait(room: Room, heard: Mapping[str, Heard], authors: tuple[str, ...] = ("ann",)) -> str:
    """Put a model there as a training does, which reads known sentences so; return its hash."""
    folder = room.folder / CANDIDATE
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    shutil.copytree(room.settings.studio / FOLDER, folder / FOLDER)
    file = folder / models.MODEL
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(f"model {sorted(heard.items(), key=str)}".encode())
    digest = models.digest_of(file)
    about = models.About(
        digest, models.program(), "ann", authors,
        examples=models.examples_digest(folder), shipped=models.digest_of(room.settings.model),
    )  # fmt: skip
    models.write_about(folder / models.ABOUT, about)
    readings.save(readings.place(room.folder / READINGS, digest), heard)
    return digest


def measure_shipped(room: Room, heard: Mapping[str, Heard]) -> None:
    """Let the model that came with the program read known sentences so."""
    room.settings.model.parent.mkdir(parents=True, exist_ok=True)
    room.settings.model.write_bytes(f"shipped {sorted(heard.items(), key=str)}".encode())
    digest = models.digest_of(room.settings.model)
    readings.save(readings.place(room.folder / READINGS, digest), heard)
