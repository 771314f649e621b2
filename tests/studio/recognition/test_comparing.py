"""bot.studio.recognition: a model that loses one sentence of a safety topic never passes."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import BrokenContent, NotReady
from bot.safety.evaluation import SAFETY, Item, Judged
from bot.safety.topics import Outcome, Topic, Urgency
from bot.safety.triage import Assessment
from bot.settings import ROOT
from bot.studio.recognition import examples, readings
from bot.studio.recognition.comparing import (
    DECIDING,
    EVALUATION,
    GRAVE,
    HELD_OUT,
    BySet,
    compare,
)
from bot.studio.recognition.examples import Book
from bot.studio.recognition.readings import Heard, texts_of
from bot.studio.recognition.room import SETS, Room, judged
from tests.builders import NOON, content
from tests.studio.recognition.small import (
    NOT_HEARD,
    first_text,
    heard_as_meant,
    is_heard_without_a_model,
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


def everywhere(topics: Iterable[Topic] = SAFETY, caught: bool = True, number: int = 1) -> Judged:
    outcome = Outcome.ROUTE if caught else Outcome.MENU
    made = Assessment("", Topic.OUT_OF_SCOPE, outcome, Urgency.NONE, 1.0)
    return [(Item(f"{topic} {at}", (topic,)), made) for topic in topics for at in range(number)]


def of_both(**changed: Judged) -> BySet:
    """Return a comparison's side; ``changed`` are English texts of a set."""
    sets = dict.fromkeys(DECIDING, everywhere()) | changed
    return {name: {"en": judged} for name, judged in sets.items()}


def test_what_is_measured_everywhere_passes() -> None:
    assert compare(of_both(), of_both()).passes


@pytest.mark.parametrize("of_set", DECIDING)
@pytest.mark.parametrize("topic", SAFETY)
def test_a_safety_topic_that_nobody_measures_lets_nothing_pass(of_set: str, topic: Topic) -> None:
    by = of_both(**{of_set: everywhere(each for each in SAFETY if each is not topic)})

    assert not compare(by, by).passes


def test_a_language_without_texts_by_other_authors_lets_nothing_pass() -> None:
    by = dict(of_both())
    by[HELD_OUT] = {**by[HELD_OUT], "de": everywhere()}
    assert not compare(by, by).passes
    by[EVALUATION] = {**by[EVALUATION], "de": everywhere()}
    assert compare(by, by).passes
    by[EVALUATION] = {}
    assert not compare(by, by).passes


@pytest.mark.parametrize("topic", SAFETY)
def test_as_many_gained_make_up_for_lost_ones_only_where_nobody_may_die(topic: Topic) -> None:
    one, other = everywhere([topic], number=2), everywhere([topic], caught=False, number=2)
    before = of_both(held_out=[*everywhere(), one[0], other[1]])
    after = of_both(held_out=[*everywhere(), other[0], one[1]])
    found = compare(before, after)

    assert not found.fell
    assert found.passes is (topic not in GRAVE)


def test_new_sentences_are_shown_and_decide_nothing() -> None:
    one, other = everywhere(number=2), everywhere(caught=False, number=2)
    better = compare(of_both(new=other), of_both(new=one))
    worse = compare(of_both(new=one), of_both(new=other))

    assert len(better.gained) == len(worse.lost) == 12
    assert (better.passes, worse.passes) == (True, True)
    lost = compare(of_both(new=other), of_both(new=one, held_out=everywhere(caught=False)))
    assert not lost.passes


def test_a_sentence_that_is_taken_out_or_renamed_is_measured_all_the_same(room: Room) -> None:
    heard, tag = heard_as_meant(room), "en"
    (text, *_) = (item.text for item in room.known(content())[HELD_OUT][tag]
                  if item.best is Topic.SUICIDE_RISK
                  and not is_heard_without_a_model(item.text))  # fmt: skip
    (line,) = (line for line in room.book.lines(tag) if line.text == text)
    measure_shipped(room, heard)
    examples.change(room.book, room.store, "ann", line, "", NOON)
    let_wait(room, heard | {text: Heard(NOT_HEARD)})
    found = room.compare()

    assert [each.text for each in found.lost] == [text]
    assert not found.passes


def test_without_any_evaluation_set_nothing_is_trained_or_compared(
    room: Room, tmp_path: Path
) -> None:
    heard = heard_as_meant(room)
    measure_shipped(room, heard)
    let_wait(room, heard)
    room.sets = tmp_path / "none"

    with pytest.raises(NotReady, match="no evaluation sets"):
        room.compare()
    with pytest.raises(NotReady, match="no evaluation sets"):
        room.train("ann", NOON)


def test_the_shipped_sets_measure_every_safety_topic_of_every_language() -> None:
    book = Book(ROOT)
    sets = readings.known(readings.needed_sets(SETS), book, book, content())
    by = judged(sets, {text: Heard(NOT_HEARD) for text in texts_of(*sets.values())},
                dict.fromkeys(texts_of(*sets.values()), ()), content().policy)  # fmt: skip

    assert compare(by, by).is_measured
    assert not any(sets["new"].values())


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
