"""Checks of all texts of one answer, module or exercise together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bot.languages.checks.lists import Lists, finder, fold
from bot.languages.checks.measuring import grade, lix, sentences, words
from bot.languages.checks.text import Text

READ = (".text", ".do")
"""Ends of ids that are read at length; a title has no sentences."""


class PartCheck(Protocol):
    """Something that a part owes as a whole."""

    name: str

    def look(self, part: tuple[Text, ...]) -> Iterator[str]:
        """Yield what is wrong with the part and its cure; ``part`` is never empty."""


class MeanWordsPerSentence:
    """One long sentence may be right; many of them never are."""

    name = "mean-words-per-sentence"

    def __init__(self, most: int) -> None:
        self._most = most

    def look(self, part: tuple[Text, ...]) -> Iterator[str]:
        if not part[0].id.startswith(("answer.", "module.", "exercise.")):
            return
        all_sentences = [sentence for text in part for sentence in sentences(text.words)]
        mean = sum(len(words(s)) for s in all_sentences) / max(1, len(all_sentences))
        if mean > self._most:
            yield f"{mean:.1f} words a sentence, {self._most} at most; make shorter sentences"


class ReadingLevel:
    """Whoever is afraid, or reads a second language, reads two school years below their best."""

    name = "reading-level"

    def __init__(self, measure: str, most: float) -> None:
        self._measure, self._most = measure, most

    def look(self, part: tuple[Text, ...]) -> Iterator[str]:
        texts = [text.words for text in part if text.id.endswith(READ)]
        if not texts or not _is_module(part):
            return
        found = grade(texts) if self._measure == "grade" else lix(texts)
        if found > self._most:
            yield f"{self._measure} {found:.1f}, {self._most} at most; use shorter words"


class EveryModuleNamesHarmAndService:
    """The child first, and never without a way to a human being."""

    name = "names-harm-and-service"

    def __init__(self, lists: Lists) -> None:
        self._harm, self._child = finder(lists.harm), finder(lists.child)
        self._service = finder(lists.service)

    def look(self, part: tuple[Text, ...]) -> Iterator[str]:
        if not _is_module(part):
            return
        texts = [fold(text.words) for text in part if text.id.endswith(READ)]
        if texts and not any(self._harm.search(t) and self._child.search(t) for t in texts):
            yield "say in one of its texts what harms children"
        if texts and not any(self._service.search(text) for text in texts):
            yield "say where people are: a helpline, the emergency number or a service"


def _is_module(part: tuple[Text, ...]) -> bool:
    return part[0].id.startswith("module.")
