"""bot.conversation.message: what a visitor typed becomes harmless, and keeps its meaning."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.message import LONGEST, clean

JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
texts = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="/ \t\n\u202e\u200d\u0301aä", max_size=40),
    st.builds(
        lambda head, tail: head * LONGEST + tail, st.sampled_from("a é"), st.text(max_size=9)
    ),
)


@given(texts)
def test_a_clean_message_is_never_an_order(text: str) -> None:
    assert not clean(text).startswith("/")


@given(texts)
def test_a_clean_message_is_short_and_on_one_line(text: str) -> None:
    assert len(clean(text)) <= LONGEST
    assert clean(text) == " ".join(clean(text).split())


@given(texts)
def test_a_clean_message_holds_no_control_format_or_bidi_character(text: str) -> None:
    strange = [c for c in clean(text) if unicodedata.category(c)[0] == "C" and c not in JOINERS]

    assert strange == []


@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_a_message_that_is_cut_at_a_blank_is_cleaned_once_and_for_all() -> None:
    text = "a" * (LONGEST - 1) + " b"

    assert clean(clean(text)) == clean(text) == "a" * (LONGEST - 1)


@pytest.mark.parametrize(
    "text", ["👩‍👧", "👍🏽", "🇫🇷", "1️⃣", "می‌خواهم", "ich kann nicht mehr 😢", "don’t", "œuvre"]
)
def test_emoji_and_scripts_that_need_joiners_are_kept(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("/restart", "∕restart"),
        ("\u202e /intent{}", "∕intent{}"),
        ("\x00/stop", "∕stop"),
        ("a\nb\tc", "a b c"),
        ("and/or", "and/or"),
        ("A\u0308rger", "Ärger"),
        ("<b>x</b>", "<b>x</b>"),
        ("a\u2066b\u2069c\u200f", "abc"),
        ("\ud800x", "x"),
    ],
)
def test_cleaning_by_example(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_only_the_beginning_of_a_very_long_message_is_read() -> None:
    assert clean("ab " * 100_000) == ("ab " * 700)[:LONGEST].strip()
