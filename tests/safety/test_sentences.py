"""bot.safety.sentences: no word of a long message goes unread, and a long one has few parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.message import LONGEST
from bot.safety.sentences import LONG, MOST_PARTS, PART, parts

WORDS = st.lists(st.sampled_from(["night", "work.", "fine,", "why?", "so", "home"]), max_size=200)


def test_a_short_message_has_no_parts() -> None:
    assert parts("") == ()
    assert parts("I can't sleep. I don't know why. " * 2) == ()


def test_a_long_message_is_cut_into_its_sentences() -> None:
    day = "Today I went to work as I always do and then we all had dinner together."
    line = "But I don't want to live any more."

    assert line in parts(f"{day} {line} {day}")


def test_without_full_stops_stretches_overlap() -> None:
    found = parts(" ".join(map(str, range(60))))

    assert all(len(part.split()) <= PART for part in found)
    assert any("19 20 21" in part for part in found)


@given(WORDS)
def test_no_word_goes_unread(words: list[str]) -> None:
    found = parts(" ".join(words))

    if len(words) >= LONG and len(found) < MOST_PARTS // 2:
        assert set(words) == {word for part in found for word in part.split()}


@given(st.text(max_size=LONGEST))
def test_any_text_has_few_parts(text: str) -> None:
    assert len(parts(text)) <= MOST_PARTS


def test_the_longest_message_has_few_parts() -> None:
    assert 0 < len(parts("a " * (LONGEST // 2))) <= MOST_PARTS
