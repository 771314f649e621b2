"""bot.studio.recognition.examples: sentences change line by line, and nothing else does."""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import pytest

from bot.errors import BrokenContent, UnknownText
from bot.safety.examples import read_examples
from bot.settings import ROOT
from bot.studio.recognition import examples
from bot.studio.recognition.examples import FOLDER, Book, Line, item_of, read_lines
from bot.studio.recognition.room import Room
from tests.builders import NOON

FILE = "data/nlu/en/safety.yml"
NEW = "what if i can't keep my hands to myself tonight"


def text_of(room: Room) -> str:
    return (room.settings.studio / FILE).read_text()


def differing(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def first(room: Room, intent: str) -> Line:
    return next(line for line in room.book.lines("en") if line.intent == intent)


def test_every_shipped_sentence_is_read_as_the_training_reads_it() -> None:
    book = Book(ROOT)
    ours = [(line.text, line.intent, tag) for tag in book.locales() for line in book.lines(tag)]
    theirs = [(each.text, each.intent, each.locale) for each in read_examples(ROOT / FOLDER)]

    assert sorted(ours) == sorted(theirs)


def test_an_added_sentence_is_one_line_more_at_the_end_of_its_intent(room: Room) -> None:
    before = text_of(room)
    examples.add(room.book, room.store, "ann", "en", "imminent_risk", [NEW], NOON)

    assert differing(before, text_of(room)) == [f"+     - {NEW}"]
    assert Line(NEW, "imminent_risk", FILE) in room.book.lines("en")


def test_a_changed_sentence_is_another_line_in_its_place(room: Room) -> None:
    before, old = text_of(room), first(room, "suicide_risk")
    examples.change(room.book, room.store, "ann", old, NEW, NOON)

    assert differing(before, text_of(room)) == [f"-     - {old.text}", f"+     - {NEW}"]


def test_each_change_keeps_who_made_it_and_what_was_there(room: Room) -> None:
    old = first(room, "suicide_risk")
    examples.change(room.book, room.store, "ann", old, "", NOON)
    newest, before = room.store.versions(item_of(FILE, "suicide_risk"), "en")

    assert newest.author == "ann"
    assert old.text in before.words
    assert old.text not in newest.words


def test_a_sentence_that_somebody_else_changed_is_left_alone(room: Room) -> None:
    old = first(room, "suicide_risk")
    examples.change(room.book, room.store, "ann", old, NEW, NOON)
    before = text_of(room)

    with pytest.raises(UnknownText):
        examples.change(room.book, room.store, "bea", old, "other words", NOON)
    assert text_of(room) == before


def test_an_intent_keeps_enough_to_learn_from(room: Room) -> None:
    lines = [line for line in room.book.lines("en") if line.intent == "thanks"]
    for line in lines[:-2]:
        examples.change(room.book, room.store, "ann", line, "", NOON)

    with pytest.raises(BrokenContent, match="keep at least 2"):
        examples.change(room.book, room.store, "ann", lines[-1], "", NOON)


def test_a_language_without_sentences_gets_a_file_named_as_in_english(room: Room) -> None:
    examples.add(room.book, room.store, "ann", "sv", "greet", ["hej på dig"], NOON)

    assert room.book.lines("sv") == [Line("hej på dig", "greet", "data/nlu/sv/safety.yml")]
    assert room.book.locales() == ["en", "sv"]


def test_an_intent_that_stands_twice_in_a_file_is_found_in_both_places() -> None:
    block = "- intent: greet\n  examples: |\n    - {}\n    - x\n    - y\n"
    text = examples.HEAD + block.format("hello") + block.format("good evening")
    changed = examples.replaced(text, Line("hello", "greet", "f"), "hi")

    assert next(line.text for line in read_lines(changed, "f")) == "hi"
    assert differing(text, changed) == ["-     - hello", "+     - hi"]


def test_a_line_that_is_no_sentence_is_refused_with_its_number() -> None:
    with pytest.raises(BrokenContent) as refused:
        list(read_lines(examples.HEAD + "- intent: greet\n  examples: |\n  - hello\n", "f.yml"))

    assert refused.value.line == 5


def test_sentences_of_another_folder_take_the_place_of_ours(room: Room, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(room.settings.studio / FOLDER, other / FOLDER)
    path = other / FILE
    path.write_text(examples.added(path.read_text(), "greet", ["good day to you"]))
    changes, versions = examples.brought(room.settings.studio, other, "ann")

    assert list(changes) == [FILE]
    assert [each.item for each in versions] == [item_of(FILE, "greet")]
    assert examples.brought(room.settings.studio, tmp_path / "none", "ann") == ({}, [])


def test_a_folder_with_an_unknown_intent_is_refused(room: Room, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(room.settings.studio / FOLDER, other / FOLDER)
    path = other / FILE
    path.write_text(examples.added(path.read_text(), "verdict", ["x", "y"]))

    with pytest.raises(BrokenContent, match="no intent verdict"):
        examples.brought(room.settings.studio, other, "ann")
