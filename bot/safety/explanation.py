"""Why a message was heard as it was, for the clinicians who own the thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.safety.policy import Policy
from bot.safety.topics import Topic
from bot.safety.triage import Assessment, Signal, by_topic


@dataclass(frozen=True)
class Reading:
    """What the classifier makes of a text or a part of it: topic to probability (0 to 1)."""

    text: str
    topics: Mapping[Topic, float]

    @property
    def likeliest(self) -> tuple[tuple[Topic, float], ...]:
        """All topics with their probability, the likeliest first."""
        return tuple(sorted(self.topics.items(), key=lambda pair: -pair[1]))


@dataclass(frozen=True)
class Explanation:
    """Every signal about one message, and what became of them.

    Attributes:
        phrases: The listed phrases that were heard, not those that a negation took back.
        whole: The message as a whole; no topics when it is unlike everything that was learnt from.
        parts: Each part of a long message.
        words: Each word with how much less likely the decisive topic is without it.
    """

    heard: Assessment
    phrases: tuple[Signal, ...]
    whole: Reading
    parts: tuple[Reading, ...]
    words: tuple[tuple[str, float], ...]


def reading(text: str, intents: Mapping[str, float], policy: Policy) -> Reading:
    """Return what the probabilities of the intents say of ``text``."""
    return Reading(text, by_topic(intents, policy))


def decisive(heard: Assessment) -> Topic:
    """Return the topic that the outcome is about."""
    return heard.asks or heard.topic
