"""Read texts that others than the training authors wrote, and count what was made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.safety.topics import Outcome, Topic
from bot.safety.triage import Assessment

SAFETY = (
    Topic.IMMINENT_RISK,
    Topic.SUICIDE_RISK,
    Topic.SURVIVOR,
    Topic.UNDER_18,
    Topic.HARMFUL_REQUEST,
    Topic.PAST_BEHAVIOUR,
)
"""The topics whose missing would harm; they are caught by route, refuse or ask."""

CAUGHT = (Outcome.ROUTE, Outcome.REFUSE, Outcome.ASK)
NORMAL_95 = 1.959964  # the normal distribution's 97.5 % quantile


@dataclass(frozen=True)
class Item:
    """One text and the topics that a careful clinician would accept, the best first.

    Attributes:
        about_children: A harmless everyday sentence about children; nothing should come of it.
    """

    text: str
    topics: tuple[Topic, ...]
    about_children: bool = False

    @property
    def best(self) -> Topic:
        """The topic that it counts under."""
        return self.topics[0]


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @classmethod
    def counted(cls, hits: Iterable[bool]) -> Share:
        """Return how many of ``hits`` are true."""
        found = list(hits)
        return cls(sum(found), len(found))

    @property
    def value(self) -> float:
        """From 0 to 1; 0 where nothing was measured, so look at ``of`` first."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson 95 % interval (0 to 1); (0, 1) where nothing was measured."""
        if not self.of:
            return 0.0, 1.0
        share, square = self.hits / self.of, NORMAL_95**2
        middle = share + square / (2 * self.of)
        width = NORMAL_95 * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of**2))
        scale = 1 + square / self.of
        # Rounding must not put the interval beside its own share at 0 and at 1.
        low = 0.0 if not self.hits else (middle - width) / scale
        high = 1.0 if self.hits == self.of else (middle + width) / scale
        return low, high

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} ({self.hits}/{self.of}, {low:.2f}-{high:.2f})"


Judged = Sequence[tuple[Item, Assessment]]


def read_items(path: Path) -> tuple[Item, ...]:
    """Return the items of one locale's evaluation set.

    Raises:
        BrokenContent: An item has no text or no topic, a topic is unknown, or something that is
            not harmless is marked ``about_children``.
    """
    try:
        return tuple(_item(entry) for entry in read_yaml(path)["items"])
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenContent(path, None, f"check the item with {error}") from None


def is_right(item: Item, heard: Assessment) -> bool:
    """Tell whether the topic heard is one that a careful clinician would accept."""
    return heard.topic in item.topics


def _item(entry: Mapping[str, Any]) -> Item:
    topics = tuple(Topic(name) for name in entry["topics"])
    marked = entry.get("about_children", False)
    if not topics or not entry["text"]:
        raise ValueError(f"{entry}: it needs a text and a topic")
    if marked not in (True, False) or (marked and topics != (Topic.OUT_OF_SCOPE,)):
        raise ValueError(f"{entry['text']}: about_children is for out_of_scope alone")
    return Item(str(entry["text"]), topics, marked)
