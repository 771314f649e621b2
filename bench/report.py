"""Put the figures into one table that can be read without this code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.measuring import AT_ONCE, Spread
from bench.spans import SPANS

VECTOR = "sentence vector"


@dataclass(frozen=True)
class Turn:
    """What was measured at one place of the conversation, in milliseconds.

    Attributes:
        unanswered: Turns without an answer: ours, the starter's.
    """

    page: Spread
    socket: Spread
    starter: Spread
    spans: dict[str, float]
    unanswered: tuple[int, int]

    @property
    def besides_the_vector(self) -> float:
        """All of a turn but the sentence vector, as the page sees it."""
        return self.page.median - self.spans[VECTOR]


@dataclass(frozen=True)
class Whole:
    """One side's other figures."""

    memory_mb: float
    ready_seconds: float
    messages_a_second: float


@dataclass(frozen=True)
class Figures:
    """Everything that was measured."""

    early: Turn
    late: Turn
    ours: Whole
    starter: Whole
    socket_messages_a_second: float


def table(figures: Figures) -> str:
    """Return the figures, where the time goes, and the targets."""
    parts = (_sides(figures), _spans(figures), _targets(figures))
    return "\n\n".join("\n".join(part) for part in parts)


def _sides(figures: Figures) -> Iterator[str]:
    yield _row("", "ours", "starter", "ratio")
    for name, turn in (("turn 5", figures.early), ("turn 100", figures.late)):
        page, socket, other = turn.page, turn.socket, turn.starter
        yield _compared(f"{name}, page, median (ms)", page.median, other.median)
        yield _compared(f"{name}, page, p95 (ms)", page.p95, other.p95)
        yield _compared(f"{name}, socket, median (ms)", socket.median, other.median)
        yield _compared(f"{name}, socket, p95 (ms)", socket.p95, other.p95)
    at_once, ours, starter = f"{AT_ONCE} at once", figures.ours, figures.starter
    yield _compared(
        f"{at_once}, page (messages/s)", ours.messages_a_second, starter.messages_a_second
    )
    socket_rate = figures.socket_messages_a_second
    yield _compared(f"{at_once}, socket (messages/s)", socket_rate, starter.messages_a_second)
    yield _compared("memory, PSS (MB)", ours.memory_mb, starter.memory_mb)
    yield _compared("first answer after start (s)", ours.ready_seconds, starter.ready_seconds)
    pairs = zip(figures.early.unanswered, figures.late.unanswered, strict=True)
    yield _row("turns without an answer", *(str(sum(pair)) for pair in pairs), "")


def _spans(figures: Figures) -> Iterator[str]:
    early, late = figures.early, figures.late
    yield _row("where ours goes, median (ms)", "turn 5", "turn 100", "")
    for span in SPANS:
        yield _row(span, f"{early.spans[span]:.2f}", f"{late.spans[span]:.2f}", "")
    hops = (turn.page.median - sum(turn.spans.values()) for turn in (early, late))
    yield _row("two HTTP hops (what is left)", *(f"{hop:.2f}" for hop in hops), "")


def _targets(figures: Figures) -> Iterator[str]:
    early, late, ours, starter = figures.early, figures.late, figures.ours, figures.starter
    besides = max(early.besides_the_vector, late.besides_the_vector)
    yield _row("targets", "measured", "at most", "reached")
    yield _target("turn 5, page / starter", early.page.median / early.starter.median, 1.0)
    yield _target("turn 100, page / starter", late.page.median / late.starter.median, 0.4)
    yield _target("turn 100 / turn 5, page", late.page.median / early.page.median, 1.2)
    yield _target("all but the sentence vector (ms)", besides, 10.0)
    yield _target("memory / starter's", ours.memory_mb / starter.memory_mb, 1.0)
    yield _target("first answer / starter's", ours.ready_seconds / starter.ready_seconds, 1.0)


def _compared(name: str, ours: float, starter: float) -> str:
    return _row(name, f"{ours:.1f}", f"{starter:.1f}", f"{ours / starter:.2f}")


def _target(name: str, measured: float, most: float) -> str:
    return _row(name, f"{measured:.2f}", f"{most:.2f}", "yes" if measured <= most else "no")


def _row(name: str, *cells: str) -> str:
    return f"{name:<32}" + "".join(f"{cell:>10}" for cell in cells)
