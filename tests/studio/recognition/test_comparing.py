"""bot.studio.recognition: a model that loses one sentence of a safety topic never passes."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from bot.errors import BrokenContent, NotReady
from bot.safety.evaluation import SAFETY
from bot.safety.topics import Topic
from bot.studio.recognition import readings
from bot.studio.recognition.comparing import compare
from bot.studio.recognition.readings import Heard, phrases_in, texts_of
from bot.studio.recognition.room import Room, judged
from tests.builders import content
from tests.studio.recognition.small import (
    NOT_HEARD,
    first_text,
    heard_as_meant,
    let_wait,
    measure_shipped,
)


def test_the_same_readings_pass_and_differ_in_nothing(room: Room) -> None:
    heard = heard_as_meant(room)
    measure_shipped(room, heard)
    let_wait(room, heard)
    found = room.compare()

    assert found.passes
    assert not [cell for cell in found.cells if cell.is_other]


@pytest.mark.parametrize("topic", SAFETY)
def test_one_lost_sentence_of_a_safety_topic_stops_a_model_and_is_named(
    room: Room, topic: Topic
) -> None:
    heard, text = heard_as_meant(room), first_text(room, topic)
    measure_shipped(room, heard)
    let_wait(room, heard | {text: Heard(NOT_HEARD)})
    found = room.compare()

    assert not found.passes
    assert [each.text for each in found.lost] == [text]
    assert {cell.name for cell in found.fell} == {topic}


def test_a_gain_elsewhere_doesnt_make_up_for_a_loss(room: Room) -> None:
    heard = heard_as_meant(room)
    lost, gained = first_text(room, Topic.SUICIDE_RISK), first_text(room, Topic.SURVIVOR)
    measure_shipped(room, heard | {gained: Heard(NOT_HEARD)})
    let_wait(room, heard | {lost: Heard(NOT_HEARD)})
    found = room.compare()

    assert not found.passes
    assert [each.text for each in found.gained] == [gained]


def test_a_sentence_that_only_one_model_read_lets_nothing_pass(room: Room) -> None:
    heard = heard_as_meant(room)
    measure_shipped(room, heard)
    let_wait(room, dict(list(heard.items())[1:]))

    with pytest.raises(NotReady, match="not read by both"):
        room.compare()


def test_a_safety_topic_that_nobody_measures_lets_nothing_pass(room: Room) -> None:
    sets = {"evaluation": {"en": [item for item in room.known(content())["evaluation"]["en"]
                                  if item.best is not Topic.SUICIDE_RISK]}}  # fmt: skip
    signals = phrases_in(texts_of(*sets.values()), content())
    by = judged(sets, heard_as_meant(room), signals, content().policy)

    assert not compare(by, by).passes


def test_without_a_model_that_waits_there_is_nothing_to_compare(room: Room) -> None:
    with pytest.raises(NotReady, match="train one first"):
        room.compare()


def test_readings_come_back_as_they_were(room: Room) -> None:
    path = room.folder / "readings" / "x.json.gz"
    heard = {"one": Heard({"greet": 0.25, "thanks": 0.75}, ({}, {"greet": 1.0, "thanks": 0.0})),
             "unlike all": Heard({})}  # fmt: skip
    readings.save(path, heard)

    assert readings.load(path) == heard
    path.write_bytes(gzip.compress(b"{}"))
    with pytest.raises(BrokenContent, match="measure again"):
        readings.load(path)
    assert readings.load(path.with_name("none.gz")) == {}


def test_other_thresholds_are_weighed_without_any_model(room: Room) -> None:
    heard, text = heard_as_meant(room), first_text(room, Topic.SUICIDE_RISK)
    measure_shipped(room, heard | {text: Heard({"suicide_risk": 0.3, "greet": 0.7})})
    policy = content().policy
    strict = policy.thresholds | {
        Topic.SUICIDE_RISK: replace(policy.thresholds[Topic.SUICIDE_RISK], ask_at=0.4)
    }
    found = room.effects(content(), replace(policy, thresholds=strict))
    caught = next(each for each in found if "safety" in each.name)

    assert caught.before.hits - caught.after.hits == 1
