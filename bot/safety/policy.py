"""What clinicians decided: per intent its topic, outcome, urgency and thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.safety.topics import Outcome, Topic, Urgency


@dataclass(frozen=True)
class Care:
    """How one intent is met.

    Attributes:
        topic: What it counts as.
        outcome: What the reply does when we are certain.
        urgency: How soon this person should talk to a human being.
    """

    topic: Topic
    outcome: Outcome
    urgency: Urgency


@dataclass(frozen=True)
class Thresholds:
    """From which probability of a topic (0 to 1) we are certain, or ask."""

    certain_at: float
    ask_at: float


@dataclass(frozen=True)
class Everyday:
    """From which probability of everyday talk or small talk a question needs ``ask_at``."""

    likely_at: float
    ask_at: float


@dataclass(frozen=True)
class Policy:
    """The whole of ``content/safety/policy.yml``.

    Attributes:
        intents: Intent name to how it is met.
        thresholds: Only for the topics whose missing would harm.
        everyday: A higher bar for questions where a message is most likely everyday talk.
        part: The same for a single part of a long message, whatever its topic.
        answer_at: Below this probability a message counts as not understood.
    """

    intents: Mapping[str, Care]
    thresholds: Mapping[Topic, Thresholds]
    everyday: Everyday
    part: Thresholds
    answer_at: float

    def care_for(self, intent: str) -> Care:
        """Return how ``intent`` is met; an unlisted one counts as out of scope."""
        return self.intents.get(intent, Care(Topic.OUT_OF_SCOPE, Outcome.MENU, Urgency.NONE))


def read_policy(path: Path) -> Policy:
    """Return the policy in ``path``.

    Raises:
        BrokenContent: A topic, outcome, urgency or number is not what it should be.
    """
    content = read_yaml(path)
    try:
        return Policy(
            intents={name: _care(name, entry) for name, entry in content["intents"].items()},
            thresholds={
                Topic(name): _thresholds(entry) for name, entry in content["thresholds"].items()
            },
            everyday=_everyday(content["everyday"]),
            part=_thresholds(content["part"]),
            answer_at=_probability(content["answer_at"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BrokenContent(path, None, f"check the entry {error}") from None


def _thresholds(entry: Mapping[str, Any]) -> Thresholds:
    certain_at, ask_at = _probability(entry["certain_at"]), _probability(entry["ask_at"])
    if ask_at > certain_at:
        raise ValueError(f"ask_at {ask_at}: it must not be above certain_at")
    return Thresholds(certain_at, ask_at)


def _everyday(entry: Mapping[str, Any]) -> Everyday:
    return Everyday(_probability(entry["likely_at"]), _probability(entry["ask_at"]))


def _probability(value: Any) -> float:
    if not 0 <= float(value) <= 1:
        raise ValueError(f"{value}: it must lie between 0 and 1")
    return float(value)


def _care(name: str, entry: dict[str, Any]) -> Care:
    return Care(
        topic=Topic(entry.get("topic", name)),
        outcome=Outcome(entry["outcome"]),
        urgency=Urgency[entry["urgency"].upper()],
    )
