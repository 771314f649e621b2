"""Hear danger without any model: listed phrases, whole words, folded spelling.

The lists are clinicians' (``content/safety/<locale>.yml``). Every list is heard in every
conversation, because people in danger change language.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import BrokenContent
from bot.languages.letters import BARE
from bot.languages.yaml import read_yaml
from bot.safety.topics import Outcome, Topic
from bot.safety.triage import Signal

TAKEN_BACK_WITHIN = 3  # words between a negation and the phrase that it takes back
STAR = "*"  # after a word: any ending
SHORTEST_BEGINNING = 3  # letters before a star

Part = TypeVar("Part", dict[str, Any], list[Any])

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_NO_WORD = re.compile(r"[\W_]+")
_CLAUSE_END = re.compile(r"[.,;:!?…]+")


@dataclass
class Node:
    """A place in the tree of phrases; each way on is one more word.

    Attributes:
        words: The next word to where it leads.
        beginnings: As ``words``, for words listed with a star: any word that begins so.
        longest_beginning: How many letters the longest of these has.
        meaning: What is said here, when a phrase ends.
    """

    words: dict[str, Node] = field(default_factory=dict)
    beginnings: dict[str, Node] = field(default_factory=dict)
    longest_beginning: int = 0
    meaning: Signal | None = None


@dataclass(frozen=True)
class PhraseList:
    """One locale's phrases.

    Attributes:
        tree: All phrases by their words, so that no text takes longer for a longer list.
        meanings: Folded phrase to its signal.
        negations: Folded single words that take a phrase back.
        openings: What the phrases begin with, three letters each: hardly any word does.
    """

    tree: Node
    meanings: Mapping[str, Signal]
    negations: frozenset[str]
    openings: frozenset[str]


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents and punctuation, words parted by one space."""
    # Twice, because letters in a fancy style become capitals only by the first.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    plain = bare.translate(BARE).replace("'", "").replace("’", "")
    return _NO_WORD.sub(" ", plain).strip()


def screen(text: str, lists: Iterable[PhraseList]) -> list[Signal]:
    """Return a signal for every listed phrase that ``text`` contains and doesn't take back.

    A phrase is heard across punctuation; a negation reaches only to the end of its clause.
    """
    clauses = [clause.split() for clause in map(fold, _CLAUSE_END.split(text)) if clause]
    words = [word for clause in clauses for word in clause]
    begins = [
        begin for clause, begin in zip(clauses, _begins(clauses), strict=True) for _ in clause
    ]
    return [signal for phrases in lists for signal in _heard(words, begins, phrases)]


def read_phrases(path: Path) -> PhraseList:
    """Return the list in ``path``.

    Raises:
        BrokenContent: A topic or outcome is unknown, a list is missing, or a phrase is empty or
            listed twice.
    """
    content = read_yaml(path)
    meanings: dict[str, Signal] = {}
    for topic, by_outcome in _part(path, content, "phrases", dict).items():
        for outcome in _part(path, content["phrases"], topic, dict):
            meaning = _meaning(path, topic, outcome)
            for phrase in _part(path, by_outcome, outcome, list):
                _add(path, meanings, str(phrase), *meaning)
    negations = _part(path, content, "negations", list)
    if not meanings:
        raise BrokenContent(path, None, "list at least one phrase")
    tree = _tree(meanings)
    openings = frozenset(map(_opening, (*tree.words, *tree.beginnings)))
    taking_back = frozenset(fold(str(word)) for word in negations)
    return PhraseList(tree, meanings, taking_back, openings)


def _part(path: Path, content: Any, name: str, kind: type[Part]) -> Part:
    """Return what ``content`` has under ``name``; a phrase alone would be read letter by letter."""
    part = content.get(name) if isinstance(content, dict) else None
    if not isinstance(part, kind):
        shape = "list" if kind is list else "group"
        raise BrokenContent(path, None, f"{name} must be a {shape}, as in the other locales")
    return part


def _add(
    path: Path, meanings: dict[str, Signal], phrase: str, topic: Topic, outcome: Outcome
) -> None:
    spellings = {_folded(phrase), _folded(phrase.casefold().translate(_GERMAN))}
    if any(len(word) < SHORTEST_BEGINNING for word in _starred(spellings)):
        raise BrokenContent(path, None, f"'{phrase}': a star needs three letters before it")
    if "" in spellings:
        raise BrokenContent(path, None, "a phrase has no letters; remove it")
    signal = Signal("phrase", topic, outcome, phrase)
    for spelling in spellings:
        known = meanings.get(spelling, signal)
        if (known.topic, known.outcome) != (topic, outcome):
            raise BrokenContent(path, None, f"the phrase '{phrase}' is listed twice")
        meanings[spelling] = signal


def _folded(phrase: str) -> str:
    """Fold a listed phrase, and keep the stars at the ends of its words."""
    words = ((_listed_word(word), word.endswith(STAR)) for word in phrase.split())
    return " ".join(word + STAR * starred for word, starred in words if word)


@cache
def _listed_word(word: str) -> str:
    """Fold one word of a list; what a visitor typed never comes here, because it would stay."""
    return fold(word)


def _starred(phrases: Iterable[str]) -> Iterator[str]:
    words = (word for phrase in phrases for word in phrase.split() if word.endswith(STAR))
    return (word.removesuffix(STAR) for word in words)


def _meaning(path: Path, topic: str, outcome: str) -> tuple[Topic, Outcome]:
    try:
        return Topic(topic), Outcome(outcome)
    except ValueError:
        raise BrokenContent(path, None, f"{topic}/{outcome} is not a topic and outcome") from None


def _tree(meanings: Mapping[str, Signal]) -> Node:
    root = Node()
    for phrase, signal in meanings.items():
        node = root
        for word in phrase.split():
            ways, plain = node.words, word.removesuffix(STAR)
            if word.endswith(STAR):
                ways = node.beginnings
                node.longest_beginning = max(node.longest_beginning, len(plain))
            node = ways.setdefault(plain, Node())
        node.meaning = signal
    return root


def _begins(clauses: list[list[str]]) -> list[int]:
    """Return the number of the word that each clause begins with."""
    return list(itertools.accumulate(map(len, clauses), initial=0))[:-1]


def _heard(words: list[str], begins: list[int], phrases: PhraseList) -> Iterator[Signal]:
    for start, begin in enumerate(begins):
        if _opening(words[start]) not in phrases.openings:
            continue
        before = words[max(begin, start - TAKEN_BACK_WITHIN) : start]
        signals = _longest(words, start, phrases.tree)
        if signals and phrases.negations.isdisjoint(before):
            yield from signals


def _opening(word: str) -> str:
    """Return as many letters as tell most words from phrases: never more than a star leaves."""
    return word[:SHORTEST_BEGINNING]


def _longest(words: list[str], start: int, tree: Node) -> Iterable[Signal]:
    """Return what the longest phrase of each topic says that begins with the word at ``start``.

    A longer phrase may soften a shorter one ("want to die laughing"), but not one of another topic.
    """
    nodes, found = [tree], dict[Topic, Signal]()
    for index in range(start, len(words)):
        nodes = [way for node in nodes for way in _ways(words[index], node)]
        if not nodes:
            break
        found |= {node.meaning.topic: node.meaning for node in nodes if node.meaning}
    return found.values()


def _ways(word: str, node: Node) -> Iterator[Node]:
    if word in node.words:
        yield node.words[word]
    if node.beginnings:
        most = min(len(word), node.longest_beginning)
        beginnings = (word[:end] for end in range(SHORTEST_BEGINNING, most + 1))
        yield from (node.beginnings[b] for b in beginnings if b in node.beginnings)
