"""The room of recognition beside the desk: what pages and commands ask about it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.conversation.content import Content
from bot.conversation.golden import CONVERSATIONS
from bot.errors import NotReady
from bot.safety.policy import Policy
from bot.settings import ROOT, Settings
from bot.storage import models
from bot.storage.models import About
from bot.storage.staff.people import stamp
from bot.storage.staff.sealing import VARIABLE
from bot.storage.studio import StudioStore
from bot.studio.recognition import differing, job, phrases, readings
from bot.studio.recognition.candidates import CANDIDATE, READINGS, candidate
from bot.studio.recognition.comparing import BySet, Comparison, compare
from bot.studio.recognition.differing import Difference
from bot.studio.recognition.examples import Book
from bot.studio.recognition.job import Job
from bot.studio.recognition.readings import Readings, Sets, Signals
from bot.studio.recognition.thresholds import Effect, effects

SETS: Final = ROOT / "tests" / "recognition"
AGAIN: Final = "train again, or have the present model measured by a training"
HANDED_ON: Final = (
    "studio", "studio_database", "model", "models", "bundles", "bundle_key",
)  # fmt: skip
"""The settings that a training must have as the page that began it has them."""


class Room:
    """May be used by several threads; every method may block.

    Attributes:
        published: Returns what visitors have now.
        sets: The folder of the evaluation sets.
        shipped: Its ``data/nlu`` has the examples of the model that came with the program.
    """

    def __init__(
        self,
        settings: Settings,
        store: StudioStore,
        published: Callable[[], Content],
        sets: Path = SETS,
        shipped: Path = ROOT,
    ) -> None:
        self.settings, self.store, self.published, self.sets = settings, store, published, sets
        self.shipped = shipped
        self.folder = settings.studio / "recognition"
        self.book = Book(settings.studio)
        self._process: subprocess.Popen[bytes] | None = None
        self._readings: dict[tuple[Path, int], Readings] = {}
        self._digests: dict[Path, tuple[int, str]] = {}
        self._compared: tuple[tuple[str, str], Content, Comparison] | None = None
        self._sentences: tuple[object, list[phrases.Sentence]] | None = None
        self._measured: Sequence[str] | None = None
        self._books: dict[Path, Book] = {}
        self._lock = threading.RLock()

    # ---------- what is measured on ----------

    def measured(self) -> Sequence[str]:
        """Return the texts that recognition is measured on, of every locale."""
        with self._lock:
            if self._measured is None:
                self._measured = readings.texts_of(readings.read_sets(self.sets))
            return self._measured

    def known(self, content: Content, book: Book | None = None) -> dict[str, Sets]:
        """Return every sentence whose topic is known, by set: see comparing.SETS."""
        evaluation = readings.read_sets(self.sets)
        return readings.known(evaluation, self._live_book(), book or self.book, content)

    def sentences(self) -> list[phrases.Sentence]:
        """Return every sentence whose topic is known, to try a phrase on; seconds the first time.

        Raises:
            BrokenContent: A file of examples or texts can't be read.
        """
        content, state = self.published(), self.book.state()
        with self._lock:
            if self._sentences is None or self._sentences[0] != state:
                self._sentences = state, list(self._all_sentences(content))
            return self._sentences[1]

    def effects(self, content: Content, policy: Policy) -> list[Effect]:
        """Return what another policy would do to the known sentences, by the present model.

        Raises:
            NotReady: The present model has read none of them yet.
        """
        found, sets = self.live_readings(), self.known(content)
        if not found:
            raise NotReady("The present model was not measured yet; a training does that, too.")
        signals = readings.phrases_in(readings.texts_of(*sets.values()), content)
        policies = (content.policy, policy)
        return effects(*(judged(sets, found, signals, each) for each in policies))

    def live_readings(self) -> Readings:
        """Return what the present model makes of known sentences; nothing before it was measured.

        Raises:
            BrokenContent: The file can't be read.
        """
        return self._readings_of(models.live(self.settings).path)

    # ---------- training ----------

    def job(self) -> Job | None:
        """Return the training that runs, or the last one."""
        if self._process and self._process.poll() is not None:
            self._process = None
        return job.read(self.folder)

    def train(self, asked_by: str, now: datetime) -> None:
        """Begin to train a model from the working copy's examples.

        Raises:
            NotReady: One is being trained, or there are no examples or nothing to measure on.
        """
        readings.needed_sets(self.sets)
        if not self.book.locales():
            raise NotReady("The working copy has no examples; run: quietline studio start")
        asked = Job(asked_by, stamp(now))
        arguments = ["studio", "train", "--by", asked_by, "--begun", asked.asked]
        arguments += ["--sets", str(self.sets), "--shipped", str(self.shipped)]
        with self._lock:
            self.job()
            process = job.begin(self.folder, asked, arguments, self._environment())
            self._process = process

    def cancel(self) -> bool:
        """End the training that runs; tell whether there was one."""
        return job.cancel(self.folder)

    # ---------- the model that waits ----------

    def candidate(self) -> About | None:
        """Return what is known of the model that was trained last."""
        return candidate(self.folder)

    def compare(self) -> Comparison:
        """Return what the waiting model would change for visitors, with what they have now.

        Raises:
            NotReady: A sentence wasn't read by both models, or there is no such model, or nothing
                to measure on.
        """
        readings.needed_sets(self.sets)
        about, live, content = self.candidate(), models.live(self.settings), self.published()
        if about is None:
            raise NotReady("No model waits; train one first.")
        both = about.model, self._digest(live.path)
        with self._lock:
            known = self._compared
            if known is None or known[0] != both or known[1] is not content:
                self._compared = known = both, content, self._compare(content)
            return known[2]

    def differences(self) -> list[Difference]:
        """Return which sentences the waiting model learnt that the live one didn't, and so on."""
        return differing.differences(self._live_book(), self._book(self.folder / CANDIDATE))

    def is_outdated(self, about: About) -> bool:
        """Tell whether another model came with the program since this one was trained."""
        return bool(about.shipped) and about.shipped != self._digest(self.settings.model)

    def _live_book(self) -> Book:
        return self._book(models.examples_of(models.live(self.settings), self.shipped))

    def _book(self, root: Path) -> Book:
        with self._lock:
            return self._books.setdefault(root, Book(root))

    def _all_sentences(self, content: Content) -> Iterator[phrases.Sentence]:
        tags = self.book.locales()
        for tag in tags:
            for line in self.book.lines(tag):
                topic = content.policy.care_for(line.intent).topic
                yield phrases.sentence(line.text, tag, topic, "example")
        for tag, items in readings.read_sets(self.sets).items():
            for item in items:
                yield phrases.sentence(item.text, tag, item.best, "measured")
        yield from phrases.golden(CONVERSATIONS, tags)

    def _compare(self, content: Content) -> Comparison:
        sets = self.known(content, self._book(self.folder / CANDIDATE))
        texts = readings.texts_of(*sets.values())
        found = self.live_readings(), self._readings_of(self.folder / CANDIDATE / models.MODEL)
        if any(text not in each for each in found for text in texts):
            raise NotReady(f"Some sentences were not read by both models; {AGAIN}.")
        signals = readings.phrases_in(texts, content)
        return compare(*(judged(sets, each, signals, content.policy) for each in found))

    def _readings_of(self, model: Path) -> Readings:
        path = readings.place(self.folder / READINGS, self._digest(model))
        if not path.exists():
            return {}
        place = path, path.stat().st_mtime_ns
        with self._lock:
            if place not in self._readings:
                latest = dict(list(self._readings.items())[-1:])
                self._readings = latest | {place: readings.load(path)}
            return self._readings[place]

    def _digest(self, model: Path) -> str:
        """Return the hash of a model, worked out again only when the file changed."""
        made = model.stat().st_mtime_ns if model.exists() else 0
        known = self._digests.get(model)
        if known is None or known[0] != made:
            self._digests[model] = known = made, models.digest_of(model)
        return known[1]

    def _environment(self) -> dict[str, str]:
        own = {f"QUIETLINE_{name.upper()}": str(getattr(self.settings, name)) for name in HANDED_ON}
        return {name: value for name, value in os.environ.items() if name != VARIABLE} | own


def judged(sets: Mapping[str, Sets], found: Readings, signals: Signals, policy: Policy) -> BySet:
    """Return what a policy and a model's readings make of every known sentence."""
    return {name: readings.judge(each, found, signals, policy) for name, each in sets.items()}
