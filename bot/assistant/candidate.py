"""Train a model from the studio's working copy and measure it, and tell how far that is."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rasa.shared.nlu.training_data.message import Message

from bot import wiring
from bot.assistant.launcher import build_agent
from bot.assistant.parsing import BATCH, recognise
from bot.assistant.topic_classifier import IN_PARTS, ranked
from bot.assistant.training import train
from bot.settings import Settings
from bot.storage import models
from bot.storage.bundles import verify
from bot.storage.models import MODEL
from bot.storage.studio import StudioStore
from bot.studio.recognition import readings
from bot.studio.recognition.candidates import CANDIDATE, READINGS, authors_since, let_wait
from bot.studio.recognition.examples import FOLDER, Book
from bot.studio.recognition.job import Phase, Telling
from bot.studio.recognition.readings import Heard
from bot.studio.writing import alone

NICE: Final = 10  # visitors come first on this machine
COUNTED: Final = re.compile(r"Reading the examples.*?(\d+)/(\d+) \[")
LEARNS: Final = "Learning topics"


@dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes:
        sets: The folder of the evaluation sets.
        shipped: Its ``data/nlu`` has the examples of the model that came with the program.
        folder: Where candidates and readings lie.
        made: When, as bot.storage.staff.people.stamp writes it.
    """

    settings: Settings
    sets: Path
    shipped: Path
    folder: Path
    asked_by: str
    made: str


def work(order: Order, telling: Telling) -> None:
    """Train, measure the present model and the new one, and put the new one in its place.

    Raises:
        BotError: Something can't be used; the candidate before it stays.
    """
    let_others_go_first()
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # else Rasa keeps every training's vectors
    fresh = order.folder / f"{CANDIDATE}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    with alone(order.settings.studio):
        shutil.copytree(order.settings.studio / FOLDER, fresh / FOLDER)
        about = _about(order)
    telling.phase(Phase.READING)
    heard = Listening(telling)
    with redirect_stderr(heard), redirect_stdout(heard):
        train(fresh / MODEL, fresh / FOLDER)
    about = _with_model(about, fresh)
    models.write_about(fresh / models.ABOUT, about)
    _measure_both(order, fresh, telling)
    let_wait(order.settings.studio, order.folder, fresh)
    telling.phase(Phase.DONE)


def let_others_go_first() -> None:
    """Train while nobody else needs the machine; the service's unit says so where this may not."""
    with suppress(PermissionError):
        os.nice(NICE)


class Listening(io.TextIOBase):
    """Stands for standard error while Rasa trains: it hears how far that is, and keeps nothing."""

    def __init__(self, telling: Telling) -> None:
        super().__init__()
        self._telling = telling

    def write(self, text: str) -> int:
        """Hear what is printed."""
        if text.startswith(LEARNS):
            self._telling.phase(Phase.LEARNING)
        elif counted := COUNTED.search(text):
            self._telling.count(int(counted[1]), int(counted[2]))
        return len(text)


def read_texts(model: Path, texts: Sequence[str], telling: Telling) -> dict[str, Heard]:
    """Return what a model makes of each text."""
    agent, found = build_agent(model), dict[str, Heard]()
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        found |= dict(zip(batch, map(_heard, recognise(agent, list(batch))), strict=True))
        telling.count(start + len(batch), len(texts))
    return found


def _measure_both(order: Order, fresh: Path, telling: Telling) -> None:
    live = models.live(order.settings)
    before, content = Book(models.examples_of(live, order.shipped)), wiring.content()
    sets = readings.known(readings.needed_sets(order.sets), before, Book(fresh), content)
    texts = readings.texts_of(*sets.values())
    if live.name:
        verify(order.settings.models / live.name, order.settings.bundle_key)
    kept = {
        _measure(order, path, texts, phase, telling)
        for path, phase in (
            (live.path, Phase.MEASURING_OLD),
            (fresh / MODEL, Phase.MEASURING_NEW),
        )
    }
    for path in (order.folder / READINGS).glob("*.gz"):
        if path not in kept:
            path.unlink()


def _measure(
    order: Order, model: Path, texts: Sequence[str], phase: Phase, telling: Telling
) -> Path:
    """Read the texts that a model hasn't read yet, and return where its readings are kept."""
    path = readings.place(order.folder / READINGS, models.digest_of(model))
    known = readings.load(path)
    missing = [text for text in texts if text not in known]
    telling.phase(phase, len(missing))
    if missing:
        readings.save(path, known | read_texts(model, missing, telling))
    return path


def _heard(message: Message) -> Heard:
    return Heard(ranked(message), tuple(message.get(IN_PARTS) or ()))


def _about(order: Order) -> models.About:
    store = StudioStore(order.settings.studio_database)
    try:
        authors, last = authors_since(store, models.live(order.settings))
    finally:
        store.close_engine()
    return models.About(
        model="",
        program=models.program(),
        asked_by=order.asked_by,
        authors=tuple(sorted(authors)),
        last_version=last,
        made=order.made,
        shipped=models.digest_of(order.settings.model),
    )


def _with_model(about: models.About, fresh: Path) -> models.About:
    digest, examples = models.digest_of(fresh / MODEL), models.examples_digest(fresh)
    return replace(about, model=digest, examples=examples)
