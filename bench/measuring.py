"""The turns that are measured: every side in turn, so that the machine's noise hits all alike."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

from bench.sentences import sentence
from bench.spans import Inside
from bench.talking import Door, Talk

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


def turns(
    ways: Mapping[str, Way], inside: Inside, conversations: int, counted: range
) -> tuple[dict[str, Spread], dict[str, float]]:
    """Return the time of a turn by way, and the median time of each span inside ours."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(conversations):
        talks = {name: way.door.open() for name, way in ways.items()}
        for turn in range(1, counted.stop):
            for name, talk in talks.items():
                taken = _time(talk, sentence(turn, ways[name].sentences))
                if turn in counted:
                    times[name].append(taken)
            inside.turn(f"{counted.start}-{number}", turn, turn in counted)
    return {name: spread(taken) for name, taken in times.items()}, inside.medians()


def messages_a_second(way: Way, each: int) -> float:
    """Return how many messages are answered a second in AT_ONCE conversations at once."""
    talks = [way.door.open() for _ in range(AT_ONCE)]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in threads.map(lambda talk: _talk(talk, way, each), talks):
            pass
    return AT_ONCE * each / (time.perf_counter() - began)


def _talk(talk: Talk, way: Way, each: int) -> None:
    for text in _sentences(way, each):
        talk.say(text)


def _sentences(way: Way, each: int) -> Iterator[str]:
    return (sentence(turn, way.sentences) for turn in range(1, each + 1))


def _time(talk: Talk, text: str) -> float:
    began = time.perf_counter()
    talk.say(text)
    return (time.perf_counter() - began) * 1000
