"""Made-up texts with made-up assessments, to test what is counted of them."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.safety.evaluation import Item
from bot.safety.topics import Outcome, Topic, Urgency
from bot.safety.triage import Assessment

Pair = tuple[Item, Assessment]


def item(*topics: str, text: str = "a text", about_children: bool = False) -> Item:
    return Item(text, tuple(map(Topic, topics)), about_children)


def heard(
    topic: str, outcome: str = "answer", confidence: float = 0.9, asks: str | None = None
) -> Assessment:
    """Return an assessment whose intent is called like its topic."""
    asked = Topic(asks) if asks else None
    return Assessment(
        topic, Topic(topic), Outcome(outcome), Urgency.NONE, confidence, asks=asked
    )  # fmt: skip


def not_understood(confidence: float = 0.1) -> Assessment:
    return Assessment("not_understood", Topic.OUT_OF_SCOPE, Outcome.MENU, Urgency.NONE, confidence)


def right(topic: str, outcome: str = "answer", confidence: float = 0.9) -> Pair:
    """Return a text that was heard as what it is."""
    return item(topic), heard(topic, outcome, confidence)


topics = st.sampled_from(Topic)
items = st.builds(
    Item, st.text(max_size=20), st.lists(topics, min_size=1, max_size=3).map(tuple), st.booleans()
)
assessments = st.builds(
    Assessment,
    intent=st.sampled_from(["not_understood", "greet"]),
    topic=topics,
    outcome=st.sampled_from(Outcome),
    urgency=st.just(Urgency.NONE),
    confidence=st.floats(0, 1),
    asks=st.none() | topics,
)
judged = st.lists(st.tuples(items, assessments), max_size=12)
