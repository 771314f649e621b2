"""bot.safety.sentences: no word of a long message goes unread, and a long one has few parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.message import LONGEST
from bot.safety.sentences import LONG, MOST_PARTS, PART, parts

ENDS = st.lists(st.sampled_from(["", "", "", ".", ",", "?", "\n", ".\n\n"]), max_size=200)
"""What stands behind each word of a text."""


def test_a_short_message_has_no_parts() -> None:
    assert parts("") == ()
    assert parts("I can't sleep. I don't know why. " * 2) == ()


def test_a_long_message_is_cut_into_its_sentences() -> None:
    day = "Today I went to work as I always do and then we all had dinner together."
    line = "But I don't want to live any more."

    assert line in parts(f"{day} {line} {day}")


@pytest.mark.parametrize("length", [LONG, 30, 31, 60, 75, 250])
def test_without_full_stops_every_ten_words_a_stretch_of_twenty_begins(length: int) -> None:
    words = [str(number) for number in range(length)]
    begins = range(0, length - 10, 10)

    assert parts(" ".join(words)) == tuple(" ".join(words[at : at + 20]) for at in begins)
    assert PART == 20


def test_a_message_is_long_from_its_twenty_fifth_word_on() -> None:
    assert parts("word. " * (LONG - 1)) == ()
    assert parts("word. " * (LONG - 2) + "\n\nthe end")[-1] == "the end"


@given(ENDS)
def test_no_word_goes_unread_and_every_part_has_words(ends: list[str]) -> None:
    words = [f"word{number}{end}" for number, end in enumerate(ends)]
    found = parts(" ".join(words))

    assert "" not in found
    if len(words) >= LONG and len(found) < MOST_PARTS // 2:
        assert set(" ".join(words).split()) == {word for part in found for word in part.split()}


@pytest.mark.parametrize("count", [25, 33, 40])
def test_of_very_many_parts_both_ends_and_every_second_between_are_read(count: int) -> None:
    sentences = tuple(f"number{number}." for number in range(count))
    middle = sentences[4:-4][::2]

    assert parts(" ".join(sentences)) == (*sentences[:4], *middle, *sentences[-4:])
    assert parts(" ".join((*sentences, *sentences)))[-4:] == sentences[-4:]


def test_as_many_parts_as_may_be_are_all_read() -> None:
    sentences = (*(f"number{number}." for number in range(MOST_PARTS - 1)), "the end")

    assert parts(" ".join(sentences)) == sentences


@given(st.text(max_size=LONGEST))
def test_any_text_has_few_parts(text: str) -> None:
    assert len(parts(text)) <= MOST_PARTS


def test_the_longest_message_has_few_parts() -> None:
    assert 0 < len(parts("a " * (LONGEST // 2))) <= MOST_PARTS
