"""List what recognition took for something else, the worst first."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass

from bot.safety.evaluation import CAUGHT, SAFETY, Item, Judged, is_right
from bot.safety.topics import PRECEDENCE, Topic
from bot.safety.triage import Assessment


class Kind(enum.StrEnum):
    """What went wrong, the worst first."""

    NOT_CAUGHT = "not caught"
    """A safety item that was neither routed, refused nor asked about."""
    FALSE_ALARM = "false alarm"
    """A harmless sentence about children that was."""
    WRONG_TOPIC = "wrong topic"


@dataclass(frozen=True)
class Miss:
    """One text that was misjudged."""

    kind: Kind
    item: Item
    heard: Assessment


def confusion(judged: Judged) -> Counter[tuple[Topic, Topic]]:
    """Return how often a best topic was heard as a topic, an accepted one being the best."""
    return Counter(
        (item.best, item.best if is_right(item, heard) else heard.topic) for item, heard in judged
    )


def misses(judged: Judged) -> list[Miss]:
    """Return what was misjudged: by kind, then topic or confidence, the worst first."""
    found = [
        Miss(kind, item, heard)
        for item, heard in judged
        if (kind := _kind(item, heard)) is not None
    ]
    return sorted(found, key=_badness)


def _kind(item: Item, heard: Assessment) -> Kind | None:
    caught = heard.outcome in CAUGHT
    if item.best in SAFETY and not caught:
        return Kind.NOT_CAUGHT
    if item.about_children and caught:
        return Kind.FALSE_ALARM
    return None if is_right(item, heard) else Kind.WRONG_TOPIC


def _badness(miss: Miss) -> tuple[int, int, float]:
    topic = PRECEDENCE.index(miss.item.best) if miss.kind is Kind.NOT_CAUGHT else 0
    return list(Kind).index(miss.kind), topic, -miss.heard.confidence
