"""Hear danger without any model: listed phrases, whole words, folded spelling.

The lists are clinicians' (``content/safety/<locale>.yml``). Every list is heard in every
conversation, because people in danger change language.
"""

from __future__ import annotations

import bisect
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.safety.topics import Outcome, Topic
from bot.safety.triage import Signal

TAKEN_BACK_WITHIN = 3  # words between a negation and the phrase that it takes back

Part = TypeVar("Part", dict[str, Any], list[Any])

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_NO_WORD = re.compile(r"[\W_]+")
_CLAUSE_END = re.compile(r"[.,;:!?…]+")


@dataclass(frozen=True)
class PhraseList:
    """One locale's phrases.

    Attributes:
        pattern: Matches any phrase in folded text, as whole words.
        meanings: Folded phrase to what it means.
        negations: Folded single words that take a phrase back.
    """

    pattern: re.Pattern[str]
    meanings: Mapping[str, tuple[Topic, Outcome]]
    negations: frozenset[str]


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents and punctuation, words parted by one space."""
    # Twice, because letters in a fancy style become capitals only by the first.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NO_WORD.sub(" ", bare.replace("'", "").replace("’", "")).strip()


def screen(text: str, lists: Iterable[PhraseList]) -> list[Signal]:
    """Return a signal for every listed phrase that ``text`` contains and doesn't take back.

    A phrase is heard across punctuation; a negation reaches only to the end of its clause.
    """
    clauses = [clause for clause in map(fold, _CLAUSE_END.split(text)) if clause]
    folded, starts = " ".join(clauses), _starts(clauses)
    return [signal for phrases in lists for signal in _heard(folded, starts, phrases)]


def read_phrases(path: Path) -> PhraseList:
    """Return the list in ``path``.

    Raises:
        BrokenContent: A topic or outcome is unknown, a list is missing, or a phrase is empty or
            listed twice.
    """
    content = read_yaml(path)
    meanings: dict[str, tuple[Topic, Outcome]] = {}
    for topic, by_outcome in _part(path, content, "phrases", dict).items():
        for outcome in _part(path, content["phrases"], topic, dict):
            meaning = _meaning(path, topic, outcome)
            for phrase in _part(path, by_outcome, outcome, list):
                _add(path, meanings, str(phrase), meaning)
    negations = _part(path, content, "negations", list)
    if not meanings:
        raise BrokenContent(path, None, "list at least one phrase")
    longest_first = sorted(meanings, key=len, reverse=True)
    # A lookahead, so that one phrase can't hide another that begins inside it.
    pattern = re.compile(rf"(?<!\S)(?=({'|'.join(map(re.escape, longest_first))})(?!\S))")
    return PhraseList(pattern, meanings, frozenset(fold(str(word)) for word in negations))


def _part(path: Path, content: Any, name: str, kind: type[Part]) -> Part:
    """Return what ``content`` has under ``name``; a phrase alone would be read letter by letter."""
    part = content.get(name) if isinstance(content, dict) else None
    if not isinstance(part, kind):
        shape = "list" if kind is list else "group"
        raise BrokenContent(path, None, f"{name} must be a {shape}, as in the other locales")
    return part


def _add(path: Path, meanings: dict[str, Any], phrase: str, meaning: tuple[Topic, Outcome]) -> None:
    spellings = {fold(phrase), fold(phrase.casefold().translate(_GERMAN))}
    if "" in spellings:
        raise BrokenContent(path, None, "a phrase has no letters; remove it")
    for spelling in spellings:
        if meanings.get(spelling, meaning) != meaning:
            raise BrokenContent(path, None, f"the phrase '{phrase}' is listed twice")
        meanings[spelling] = meaning


def _meaning(path: Path, topic: str, outcome: str) -> tuple[Topic, Outcome]:
    try:
        return Topic(topic), Outcome(outcome)
    except ValueError:
        raise BrokenContent(path, None, f"{topic}/{outcome} is not a topic and outcome") from None


def _starts(clauses: list[str]) -> list[int]:
    """Return where each clause begins in the clauses joined by one space."""
    ends = itertools.accumulate((len(clause) + 1 for clause in clauses), initial=0)
    return list(ends)[:-1]


def _heard(folded: str, starts: list[int], phrases: PhraseList) -> Iterable[Signal]:
    for match in phrases.pattern.finditer(folded):
        clause = starts[bisect.bisect_right(starts, match.start()) - 1]
        before = folded[clause : match.start()].split()[-TAKEN_BACK_WITHIN:]
        if phrases.negations.isdisjoint(before):
            topic, outcome = phrases.meanings[match.group(1)]
            yield Signal("phrase", topic, outcome)
