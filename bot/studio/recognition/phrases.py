"""Listed phrases in a form: one line more, another one, one less; and what a phrase would hear."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from bot.conversation.golden import read_golden
from bot.conversation.message import clean
from bot.errors import BrokenContent, UnknownText
from bot.safety.evaluation import SAFETY
from bot.safety.phrases import PhraseList, fold, read_phrases, screen
from bot.safety.topics import Topic
from bot.studio.scalars import Trail, replaced, scalars

LISTS: Final = "phrases"


@dataclass(frozen=True)
class Phrase:
    """A listed phrase; ``trail`` leads to it in its file, ``line`` counts from 0."""

    words: str
    topic: str
    outcome: str
    trail: Trail
    line: int


@dataclass(frozen=True)
class Sentence:
    """A sentence whose topic is known.

    Attributes:
        source: ``example``, ``measured`` or ``golden``.
        folded: As phrases are looked for; worked out once, because there are many.
    """

    text: str
    locale: str
    topic: Topic
    source: str
    folded: str


@dataclass(frozen=True)
class Heard:
    """The known sentences that a phrase would be heard in.

    Attributes:
        meant: Of its own topic.
        grave: Of another safety topic; a phrase then brings that topic's cards too.
        harmless: Of no safety topic: each is somebody who would be alarmed for nothing.
    """

    meant: list[Sentence]
    grave: list[Sentence]
    harmless: list[Sentence]


def file_of(locale: str) -> str:
    """Return where a language's phrases stand, seen from the working copy."""
    return f"content/safety/{locale}.yml"


def read(text: str) -> list[Phrase]:
    """Return the phrases of a file, in its order."""
    return [
        Phrase(scalar.value, str(trail[1]), str(trail[2]), trail, scalar.line)
        for trail, scalar in scalars(text).items()
        if trail[:1] == (LISTS,) and len(trail) == 4
    ]


def added(text: str, file: str, topic: str, outcome: str, words: str) -> str:
    """Return the file with a phrase at the end of its list.

    Raises:
        BrokenContent: The file has no such list yet.
    """
    listed = [each for each in read(text) if (each.topic, each.outcome) == (topic, outcome)]
    if not listed:
        cure = f"there is no list {topic}/{outcome} yet; begin it in the whole file"
        raise BrokenContent(file, None, cure)
    lines = text.split("\n")
    last = listed[-1].line
    indent = lines[last][: len(lines[last]) - len(lines[last].lstrip(" "))]
    lines.insert(last + 1, f"{indent}- {json.dumps(words, ensure_ascii=False)}")
    return "\n".join(lines)


def changed(text: str, file: str, old: Phrase, words: str) -> str:
    """Return the file with other words in the place of a phrase; empty ones take it out.

    Raises:
        UnknownText: Somebody changed the list meanwhile.
        BrokenContent: It is the last one of its list, or YAML can't hold the words.
    """
    if old not in read(text):
        raise UnknownText("Somebody changed this list meanwhile; open the page again.")
    if words:
        return replaced(text, old.trail, words)
    alike = [each for each in read(text) if each.trail[:3] == old.trail[:3]]
    if len(alike) == 1:
        raise BrokenContent(file, old.line + 1, "keep one phrase; or remove the list in the file")
    lines = text.split("\n")
    return "\n".join([*lines[: old.line], *lines[old.line + 1 :]])


def alone(text: str, topic: str, outcome: str, words: str) -> PhraseList:
    """Return a list of one phrase, with the negations of its file, read as the product reads it.

    Raises:
        BrokenContent: It can't be a phrase; says why.
    """
    negations = YAML(typ="safe").load(text)["negations"]
    lists = {"negations": negations, LISTS: {topic: {outcome: [words]}}}
    with tempfile.TemporaryDirectory(prefix="phrase") as folder:
        path = Path(folder, "one.yml")
        path.write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")
        try:
            return read_phrases(path)
        except BrokenContent as error:
            raise BrokenContent("this phrase", None, error.cure) from None


def heard(phrase: PhraseList, topic: str, sentences: Iterable[Sentence]) -> Heard:
    """Return in which known sentences a phrase would be heard."""
    beginnings = [spelling.split()[0].rstrip("*") for spelling in phrase.meanings]
    found = [
        each
        for each in sentences
        if any(word in each.folded for word in beginnings) and screen(clean(each.text), [phrase])
    ]
    return Heard(
        meant=[each for each in found if each.topic == topic],
        grave=[each for each in found if each.topic != topic and each.topic in SAFETY],
        harmless=[each for each in found if each.topic != topic and each.topic not in SAFETY],
    )


def sentence(text: str, locale: str, topic: Topic, source: str) -> Sentence:
    """Return a sentence to try phrases on."""
    return Sentence(text, locale, topic, source, fold(clean(text)))


def golden(folder: Path, tags: Collection[str]) -> Iterator[Sentence]:
    """Yield what visitors type in the golden conversations, where a topic is noted."""
    for path in sorted(folder.glob("*.yml")):
        if path.stem in tags:
            for step in read_golden(path).steps():
                if "say" in step and step.get("topic") in set(Topic):
                    yield sentence(step["say"], path.stem, Topic(step["topic"]), "golden")
