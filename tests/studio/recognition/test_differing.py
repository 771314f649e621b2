"""bot.studio.recognition.differing: signers read every sentence that a model learnt otherwise."""

from __future__ import annotations

from bot.studio.recognition import examples
from bot.studio.recognition.differing import Difference, differences
from bot.studio.recognition.examples import Book, Line
from bot.studio.recognition.room import Room
from tests.builders import NOON


def of(room: Room, intent: str) -> Line:
    return next(line for line in room.book.lines("en") if line.intent == intent)


def test_the_same_sentences_differ_in_nothing(room: Room) -> None:
    assert differences(Book(room.shipped), room.book) == []


def test_each_added_changed_and_removed_sentence_is_told_with_its_intent(room: Room) -> None:
    changed, removed = of(room, "survivor"), of(room, "thanks")
    examples.add(room.book, room.store, "ann", "en", "suicide_risk", ["one more"], NOON)
    examples.change(room.book, room.store, "ann", changed, "other words", NOON)
    examples.change(room.book, room.store, "ann", removed, "", NOON)
    examples.add(room.book, room.store, "ann", "sv", "greet", ["hej"], NOON)
    found = differences(Book(room.shipped), room.book)

    assert {each: each.how for each in found} == {
        Difference("en", "suicide_risk", "", "one more"): "added",
        Difference("en", "survivor", changed.text, "other words"): "changed",
        Difference("en", "thanks", removed.text, ""): "removed",
        Difference("sv", "greet", "", "hej"): "added",
    }
