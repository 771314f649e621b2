"""The turns that are measured: every side in turn, so that the machine's noise hits all alike."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

from bench.sentences import sentence
from bench.spans import Inside
from bench.talking import Door, Talk, Unanswered

AT_ONCE: Final = 20


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        early: Conversations of which turns 4 to 6 count as turn 5.
        late: Conversations of which turns 91 to 110 count as turn 100.
        messages: Of each of the conversations that go on at once.
    """

    early: int = 36
    late: int = 5
    messages: int = 6


QUICK: Final = Plan(early=5, late=1, messages=2)
EARLY: Final = range(4, 7)
LATE: Final = range(91, 111)


@dataclass(frozen=True)
class Spread:
    """Milliseconds of many turns."""

    median: float
    p95: float


@dataclass(frozen=True)
class Way:
    """A way to talk to a side, and what is said there."""

    door: Door
    sentences: tuple[str, ...]


def spread(milliseconds: Sequence[float]) -> Spread:
    """Return median and 95th percentile."""
    return Spread(median(milliseconds), quantiles(milliseconds, n=20)[-1])


@dataclass(frozen=True)
class Measured:
    """What many turns took.

    Attributes:
        times: By way.
        spans: Median milliseconds by part of our turn.
        unanswered: Turns without an answer, by way; their waiting time counts all the same.
    """

    times: dict[str, Spread]
    spans: dict[str, float]
    unanswered: Counter[str]


def turns(ways: Mapping[str, Way], inside: Inside, conversations: int, counted: range) -> Measured:
    """Hold conversations with every way in step, and measure the turns that are ``counted``."""
    unanswered: Counter[str] = Counter()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(conversations):
        talks = {name: way.door.open() for name, way in ways.items()}
        for turn in range(1, counted.stop):
            for name, talk in talks.items():
                began = time.perf_counter()
                answered = _says(talk, sentence(turn, ways[name].sentences))
                if turn in counted:
                    times[name].append((time.perf_counter() - began) * 1000)
                    unanswered[name] += not answered
            inside.turn(f"{counted.start}-{number}", turn, turn in counted)
    spreads = {name: spread(taken) for name, taken in times.items()}
    return Measured(spreads, inside.medians(), unanswered)


def messages_a_second(way: Way, each: int) -> float:
    """Return how many messages are answered a second in AT_ONCE conversations at once."""
    talks = [way.door.open() for _ in range(AT_ONCE)]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in threads.map(lambda talk: _talk(talk, way, each), talks):
            pass
    return AT_ONCE * each / (time.perf_counter() - began)


def _talk(talk: Talk, way: Way, each: int) -> None:
    for turn in range(1, each + 1):
        _says(talk, sentence(turn, way.sentences))


def _says(talk: Talk, text: str) -> bool:
    try:
        talk.say(text)
    except Unanswered:
        return False
    return True
