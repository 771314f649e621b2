"""The evaluation sets are large enough, mixed as agreed, and say nothing twice."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from bot.cli.evaluation import SETS, read_sets
from bot.languages.yaml import read_yaml
from bot.safety.evaluation import SAFETY, Item
from bot.safety.figures import WITHOUT_TRAINING
from bot.safety.topics import Topic
from tests.builders import tags

LEAST, LEAST_WITHOUT_TRAINING = 150, 120  # texts in a set
LEAST_ABOUT_CHILDREN, LEAST_ABOUT_CHILDREN_WITHOUT_TRAINING = 20, 12
LEAST_OF_A_TOPIC = 5
KEYS = {"text", "topics", "about_children"}

written = pytest.mark.parametrize("tag", sorted(path.stem for path in SETS.glob("*.yml")))


@cache
def items(tag: str) -> tuple[Item, ...]:
    return read_sets(SETS, tag)[tag]


def test_every_locale_on_offer_has_a_set() -> None:
    assert set(tags()) <= set(read_sets(SETS))


@written
def test_a_set_names_its_locale_and_holds_nothing_but_items(tag: str) -> None:
    content = read_yaml(SETS / f"{tag}.yml")

    assert set(content) == {"locale", "items"}
    assert content["locale"] == tag
    assert {key for entry in content["items"] for key in entry} <= KEYS


@written
def test_a_set_has_enough_texts(tag: str) -> None:
    assert len(items(tag)) >= (LEAST_WITHOUT_TRAINING if tag in WITHOUT_TRAINING else LEAST)


@written
def test_beside_the_harmless_sentences_about_children_half_of_a_set_is_about_safety(
    tag: str,
) -> None:
    others = [item for item in items(tag) if not item.about_children]

    assert 2 * sum(item.best in SAFETY for item in others) >= len(others)


@written
def test_a_set_has_enough_harmless_sentences_about_children(tag: str) -> None:
    least = LEAST_ABOUT_CHILDREN
    if tag in WITHOUT_TRAINING:
        least = LEAST_ABOUT_CHILDREN_WITHOUT_TRAINING

    assert sum(item.about_children for item in items(tag)) >= least


@written
def test_every_topic_is_asked_for_often_enough(tag: str) -> None:
    counts = Counter(item.best for item in items(tag))

    assert {topic: counts[topic] for topic in Topic if counts[topic] < LEAST_OF_A_TOPIC} == {}


@written
def test_no_text_is_there_twice_and_no_topic_is_named_twice(tag: str) -> None:
    texts = Counter(" ".join(item.text.casefold().split()) for item in items(tag))

    assert [text for text, times in texts.items() if times > 1] == []
    assert [item for item in items(tag) if len(set(item.topics)) < len(item.topics)] == []
