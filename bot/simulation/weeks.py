"""Week after week of made-up visitors, counted as real ones are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from bot.conversation.content import Content
from bot.simulation.model import Model
from bot.simulation.visitors import talk
from bot.statistics.counts import CountStore, Gathering
from bot.statistics.events import Event, to_text, week_of

SUMMER: Final = (7, 8)  # months
DAY_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True)
class Order:
    """What to make up.

    Attributes:
        weeks: How many, the last of them the last whole week before ``today``.
        a_week: Conversations in a week, on average.
        seed: The same seed makes the same counts, with the same model, content and day.
    """

    weeks: int
    a_week: int
    seed: int
    today: date


def simulate(
    order: Order, content: Content, store: CountStore, model: Model | None = None
) -> Iterator[tuple[date, int]]:
    """Count made-up visitors in ``store``; yield each week with its conversations, once stored."""
    chosen, chance = model or Model(), Random(order.seed)  # noqa: S311 (it keeps no secret)
    for week, conversations in volumes(order, chosen, chance):
        gathering = Gathering()
        shown = Event(week, "showing", "first_page")
        gathering.note([to_text(shown)] * round(conversations / chosen.begins))
        for _ in range(conversations):
            gathering.note(talk(chosen, content, chance, _moment(week, chance)))
        gathering.hand_over(store, week)
        yield week, conversations


def volumes(order: Order, model: Model, chance: Random) -> Iterator[tuple[date, int]]:
    """Yield each week with its number of conversations: it grows, dips in summer, and varies."""
    last = week_of(order.today) - timedelta(weeks=1)
    weeks = [last - timedelta(weeks=back) for back in reversed(range(order.weeks))]
    sizes = [_size(model, week, place / order.weeks) for place, week in enumerate(weeks)]
    for week, size in zip(weeks, sizes, strict=True):
        expected = order.a_week * size * order.weeks / sum(sizes)
        yield week, max(0, round(chance.gauss(expected, expected**0.5)))


def _size(model: Model, week: date, passed: float) -> float:
    """Return how large a week is among the others; ``passed`` is the share of weeks before it."""
    season = 1 - model.summer if week.month in SUMMER else 1.0
    return (1 + model.growth * passed) * season


def _moment(week: date, chance: Random) -> datetime:
    """Return a moment of the week; most of them lie late in the day."""
    seconds = DAY_SECONDS * chance.betavariate(5, 2)
    day = week + timedelta(days=chance.randrange(7))
    return datetime.combine(day, time(), UTC) + timedelta(seconds=seconds)
