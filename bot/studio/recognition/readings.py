"""What a model makes of every known sentence, kept in a file: the rest then needs no model.

Policy and phrases are applied when a reading is judged, so that other thresholds cost nothing.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.conversation.content import Content
from bot.conversation.message import clean
from bot.errors import BrokenContent, NotReady
from bot.safety.evaluation import Item, Judged, read_items
from bot.safety.examples import is_held_out
from bot.safety.phrases import screen
from bot.safety.policy import Policy
from bot.safety.triage import Assessment, Signal, assess
from bot.studio.recognition.comparing import EVALUATION, HELD_OUT, NEW
from bot.studio.recognition.examples import Book

DIGITS: Final = 6  # of a probability
NAMED: Final = 16  # characters of a model's hash

Probabilities = Mapping[str, float]


@dataclass(frozen=True)
class Heard:
    """What a model says of a text: intents with their probability; none of what it never saw."""

    whole: Probabilities
    parts: tuple[Probabilities, ...] = ()


Readings = Mapping[str, Heard]
"""By text."""
Sets = Mapping[str, Sequence[Item]]
"""By locale."""
Signals = Mapping[str, Sequence[Signal]]
"""What listed phrases say, by text."""


def read_sets(folder: Path) -> Sets:
    """Return the evaluation sets in ``folder``; none is left out."""
    return {path.stem: read_items(path) for path in sorted(folder.glob("*.yml"))}


def needed_sets(folder: Path) -> Sets:
    """Return the evaluation sets in ``folder``.

    Raises:
        NotReady: There is none; a model that nothing was measured on can't go live.
    """
    found = read_sets(folder)
    if not found:
        raise NotReady("There are no evaluation sets; put tests/recognition beside the program.")
    return found


def held_out(book: Book, content: Content) -> Sets:
    """Return the examples that nothing learns from, each with the topic of its intent."""
    return {
        tag: [
            Item(line.text, (content.policy.care_for(line.intent).topic,))
            for line in book.lines(tag)
            if is_held_out(line.text)
        ]
        for tag in book.locales()
    }


def known(evaluation: Sets, live: Book, other: Book, content: Content) -> dict[str, Sets]:
    """Return every sentence whose topic is known, by set: see comparing.SETS.

    What is kept apart is that of the live model's examples, with the topics that it has there: who
    takes a sentence out, or calls it something else, doesn't change what is measured.
    """
    apart = held_out(live, content)
    before = {tag: {item.text for item in items} for tag, items in apart.items()}
    new = {
        tag: [item for item in items if item.text not in before.get(tag, ())]
        for tag, items in held_out(other, content).items()
    }
    return {EVALUATION: evaluation, HELD_OUT: apart, NEW: new}


def texts_of(*many: Sets) -> list[str]:
    """Return every text of some sets, once."""
    return list({item.text: None for sets in many for items in sets.values() for item in items})


def phrases_in(texts: Iterable[str], content: Content) -> Signals:
    """Return what the listed phrases say of each text; it takes most of a judgement's time."""
    return {text: screen(clean(text), content.phrases) for text in texts}


def judge(sets: Sets, readings: Readings, signals: Signals, policy: Policy) -> dict[str, Judged]:
    """Return what the product would make of each text; texts without a reading are left out."""
    return {
        tag: [
            (item, assessed(signals[item.text], readings[item.text], policy))
            for item in items
            if item.text in readings
        ]
        for tag, items in sets.items()
    }


def assessed(signals: Iterable[Signal], heard: Heard, policy: Policy) -> Assessment:
    """Return what the product makes of a text, with these phrases and thresholds."""
    return assess(signals, heard.whole, policy, heard.parts)


def place(folder: Path, model: str) -> Path:
    """Return where the readings of the model with this SHA-256 are kept."""
    return folder / f"{model[:NAMED]}.json.gz"


def load(path: Path) -> dict[str, Heard]:
    """Return what ``save`` wrote, or nothing when there is no such file.

    Raises:
        BrokenContent: It is broken; without it, it is made anew.
    """
    if not path.exists():
        return {}
    try:
        found = json.loads(gzip.decompress(path.read_bytes()))
        names = found["names"]
        return {text: _heard(names, rows) for text, rows in found["texts"].items()}
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        raise BrokenContent(path, None, "remove this file and measure again") from None


def save(path: Path, readings: Readings) -> None:
    """Write readings, so that nobody reads half of them."""
    names = sorted({name for heard in readings.values() for each in _all(heard) for name in each})
    texts = {
        text: [_row(names, probabilities) for probabilities in _all(heard)]
        for text, heard in readings.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(gzip.compress(json.dumps({"names": names, "texts": texts}).encode(), mtime=0))
    os.replace(fresh, path)


def _all(heard: Heard) -> Iterator[Probabilities]:
    yield heard.whole
    yield from heard.parts


def _row(names: Iterable[str], probabilities: Probabilities) -> list[float]:
    return [round(probabilities.get(name, 0.0), DIGITS) for name in names] if probabilities else []


def _heard(names: Sequence[str], rows: Sequence[Sequence[float]]) -> Heard:
    whole, *parts = (dict(zip(names, row, strict=True)) if row else {} for row in rows)
    return Heard(whole, tuple(parts))
