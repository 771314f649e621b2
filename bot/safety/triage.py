"""Decide what a message is about and what its reply must do.

Pure and total: no clock, no files, no framework, and an answer for every input. Three signals
count, the most careful one wins: a listed phrase, the classifier, and (in bot.conversation) the
visitor's answer to a direct question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.safety.policy import Policy, Thresholds
from bot.safety.topics import PRECEDENCE, Outcome, Topic, Urgency

SURE = (Outcome.ROUTE, Outcome.REFUSE)
EVERYDAY = (Topic.OUT_OF_SCOPE, Topic.CHITCHAT_CONTROL)


@dataclass(frozen=True)
class Signal:
    """One reason to worry: who saw it, what about, and what it asks for.

    Attributes:
        phrase: The listed phrase, as clinicians wrote it; empty for the classifier.
    """

    source: Literal["phrase", "classifier"]
    topic: Topic
    outcome: Outcome
    phrase: str = field(default="", compare=False)


@dataclass(frozen=True)
class Assessment:
    """What we make of one message.

    Attributes:
        intent: The finest name for it; ``topic`` is what it counts as.
        also: Further topics that are certain as well; the reply serves them too.
        asks: The topic to ask about when ``outcome`` is ``ask``.
        language: The one it was noticed to be in, if it isn't the page's; decides nothing else.
        confidence: Probability of ``topic`` (0 to 1); 1 for a listed phrase.
    """

    intent: str
    topic: Topic
    outcome: Outcome
    urgency: Urgency
    confidence: float
    also: tuple[str, ...] = ()
    asks: Topic | None = None
    language: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "intent": self.intent,
            "topic": str(self.topic),
            "outcome": str(self.outcome),
            "urgency": self.urgency.word,
            "confidence": round(self.confidence, 4),
            "also": list(self.also),
            "asks": str(self.asks) if self.asks else None,
            "language": self.language,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Assessment:
        """Return the assessment that ``to_json`` wrote."""
        return cls(
            intent=data["intent"],
            topic=Topic(data["topic"]),
            outcome=Outcome(data["outcome"]),
            urgency=Urgency[data["urgency"].upper()],
            confidence=data["confidence"],
            also=tuple(data["also"]),
            asks=Topic(data["asks"]) if data["asks"] else None,
            language=data["language"],
        )


def assess(
    signals: Iterable[Signal],
    intents: Mapping[str, float],
    policy: Policy,
    parts: Sequence[Mapping[str, float]] = (),
) -> Assessment:
    """Return what to make of a message.

    Args:
        signals: What the listed phrases say.
        intents: Probability of each intent (0 to 1); empty when there is no classifier.
        policy: The clinicians' thresholds.
        parts: The same for each part of a long message, so that one line in a ramble counts.
    """
    topics = by_topic(intents, policy)
    likeliest = _likeliest(intents, topics, policy)
    by_part = [by_topic(part, policy) for part in parts]
    heard = [
        *signals,
        *_classified(topics, policy),
        *(signal for part in by_part for signal in _of_a_part(part, policy)),
        *_without_threshold(likeliest, policy),
    ]
    certain = _by_precedence(s.topic for s in heard if s.outcome in SURE)
    unsure = _by_precedence(s.topic for s in heard if s.outcome is Outcome.ASK)
    if certain:
        named = [_finest(topic, intents, policy) for topic in certain]
        return Assessment(
            intent=named[0],
            topic=certain[0],
            outcome=policy.care_for(named[0]).outcome,
            urgency=_highest(likeliest, named, unsure, policy),
            confidence=_confidence(certain[0], heard, [topics, *by_part]),
            also=tuple(named[1:]),
        )
    if unsure:
        return _asking(unsure[0], likeliest, policy)
    return likeliest


def by_topic(intents: Mapping[str, float], policy: Policy) -> dict[Topic, float]:
    """Return the probability of each topic: that of all intents that count as it."""
    topics: dict[Topic, float] = {}
    for intent, probability in intents.items():
        topic = policy.care_for(intent).topic
        topics[topic] = topics.get(topic, 0.0) + probability
    return topics


def _classified(topics: Mapping[Topic, float], policy: Policy) -> Iterable[Signal]:
    """Yield what the whole message says; a question about plain everyday talk needs a bit more."""
    everyday = max(topics.get(topic, 0.0) for topic in EVERYDAY)
    least = policy.everyday.ask_at if everyday >= policy.everyday.likely_at else 0.0
    for topic, thresholds in policy.thresholds.items():
        bar = Thresholds(thresholds.certain_at, max(thresholds.ask_at, least))
        yield from _signals(topic, topics.get(topic, 0.0), bar, policy)


def _of_a_part(topics: Mapping[Topic, float], policy: Policy) -> Iterable[Signal]:
    """Yield what one part says by itself; it lacks what stands around it, so it must be surer."""
    for topic in policy.thresholds:
        yield from _signals(topic, topics.get(topic, 0.0), policy.part, policy)


def _signals(
    topic: Topic, probability: float, thresholds: Thresholds, policy: Policy
) -> Iterable[Signal]:
    if probability >= thresholds.certain_at:
        yield Signal("classifier", topic, policy.intents[topic].outcome)
    elif probability >= thresholds.ask_at:
        yield Signal("classifier", topic, Outcome.ASK)


def _without_threshold(likeliest: Assessment, policy: Policy) -> Iterable[Signal]:
    """Yield what sends to services without a threshold of its own: no question may hide it."""
    if likeliest.outcome in SURE and likeliest.topic not in policy.thresholds:
        yield Signal("classifier", likeliest.topic, likeliest.outcome)


def _by_precedence(topics: Iterable[Topic]) -> list[Topic]:
    found = set(topics)
    return [topic for topic in PRECEDENCE if topic in found]


def _highest(
    likeliest: Assessment, named: Iterable[str], unsure: Iterable[Topic], policy: Policy
) -> Urgency:
    """Return the urgency of the most urgent reason, also of one that the reply doesn't name."""
    certain = (policy.care_for(name).urgency for name in named)
    return max(likeliest.urgency, *certain, *(_urgency_of_asking(t, policy) for t in unsure))


def _confidence(
    topic: Topic, heard: Iterable[Signal], views: Iterable[Mapping[Topic, float]]
) -> float:
    by_phrase = any(s.source == "phrase" and s.topic is topic for s in heard)
    return 1.0 if by_phrase else max(view.get(topic, 0.0) for view in views)


def _finest(topic: Topic, intents: Mapping[str, float], policy: Policy) -> str:
    within = [name for name in intents if policy.care_for(name).topic is topic]
    return max(within, key=lambda name: intents[name], default=str(topic))


def _likeliest(
    intents: Mapping[str, float], topics: Mapping[Topic, float], policy: Policy
) -> Assessment:
    if not topics:
        return _not_understood(0.0)
    topic = max(topics, key=lambda name: topics[name])
    intent = _finest(topic, intents, policy)
    care = policy.care_for(intent)
    if topics[topic] < policy.answer_at:
        return _not_understood(topics[topic])
    return Assessment(intent, topic, care.outcome, care.urgency, topics[topic])


def _not_understood(confidence: float) -> Assessment:
    return Assessment("not_understood", Topic.OUT_OF_SCOPE, Outcome.MENU, Urgency.NONE, confidence)


def _asking(asks: Topic, likeliest: Assessment, policy: Policy) -> Assessment:
    return Assessment(
        intent=likeliest.intent,
        topic=likeliest.topic if likeliest.intent != "not_understood" else asks,
        outcome=Outcome.ASK,
        urgency=max(likeliest.urgency, _urgency_of_asking(asks, policy)),
        confidence=likeliest.confidence,
        asks=asks,
    )


def _urgency_of_asking(topic: Topic, policy: Policy) -> Urgency:
    grave = policy.care_for(topic).urgency is Urgency.NOW
    return Urgency.TODAY if grave else Urgency.NONE
