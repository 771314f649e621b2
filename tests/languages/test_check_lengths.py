"""How long texts may be and how hard: bubbles, sentences, reading levels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.content import Content
from bot.languages.checks.each import (
    WordsPerBubble,
    WordsPerSentence,
)
from bot.languages.checks.measuring import grade, lix, sentences, syllables, words
from bot.languages.checks.parts import (
    MeanWordsPerSentence,
    ReadingLevel,
)
from tests.languages.checking import (
    LOCALES,
    found,
    lists,
    module,
    text,
)


def test_a_bubble_may_be_full_but_not_fuller() -> None:
    check = WordsPerBubble(3)

    assert found(check, "One two three.") == []
    assert found(check, "One two three four.") == [
        "4 words in one bubble, 3 at most; take some out"
    ]


@pytest.mark.parametrize(
    ("message_id", "is_bubble"),
    [
        ("answer.suicide_risk.2", True),
        ("module.urges.wave.text", True),
        ("check_in.child_unsafe.question", True),
        ("check_in.band.now.do_now", True),
        ("module.urges.wave.do", False),
        ("exercise.grounding.intro", False),
        ("service.samaritans-gb.about", False),
        ("privacy.p1", False),
    ],
)
def test_only_what_stands_in_a_bubble_must_fit_into_one(message_id: str, is_bubble: bool) -> None:
    assert bool(found(WordsPerBubble(1), "Two words", message_id)) is is_bubble


def test_every_bubble_of_the_conversation_is_known(content: Content) -> None:
    check = WordsPerBubble(1)
    said = [say for answer in content.answers.values() for say in answer.says]
    said += [s.text for m in content.shelf.modules.values() for s in m.screens]
    said += [item.question for item in content.check_in.items]

    assert [i for i in said if not found(check, "Two words", i)] == []


def test_a_long_sentence_is_named_by_how_it_begins() -> None:
    check = WordsPerSentence(5)

    assert found(check, "One two three four five. Six seven.") == []
    assert found(check, "One two. Three four five six seven eight.") == [
        '"Three four five six ..." has 6 words, 5 at most; make two sentences'
    ]


def test_many_long_sentences_are_too_many_though_each_is_allowed() -> None:
    check = MeanWordsPerSentence(4)

    assert list(check.look(module("One two three four five six. One two."))) == []
    assert len(list(check.look(module("One two three four five.", "One two three four.")))) == 1


def test_hard_words_are_found_in_a_module_and_only_there() -> None:
    hard = "Psychotherapeutic interventions necessitate considerable determination."
    english, other = ReadingLevel("grade", 6), ReadingLevel("lix", 40)

    assert list(english.look(module("You can stop. Help is there."))) == []
    assert len(list(english.look(module(hard)))) == 1
    assert len(list(other.look(module(hard)))) == 1
    assert list(english.look((text(hard, "answer.greet.1"),))) == []


def test_the_first_locale_is_measured_by_grade_and_all_others_by_lix() -> None:
    assert {locale: lists(locale).measure for locale in LOCALES} == {
        locale: "grade" if locale == "en" else "lix" for locale in LOCALES
    }


@pytest.mark.parametrize(
    ("word", "number"),
    [("help", 1), ("harm", 1), ("helpline", 2), ("stopped", 1), ("wanted", 2), ("people", 2),
     ("emergency", 4), ("I", 1), ("4", 1)],
)  # fmt: skip
def test_syllables_are_counted_well_enough(word: str, number: int) -> None:
    assert syllables(word) == number


def test_sentences_end_at_stops_questions_colons_and_lines() -> None:
    assert sentences('Say: "Stay." Then go?\n- first\n- second') == (
        "Say:", '"Stay.', "Then go?", "- first", "- second",
    )  # fmt: skip
    assert words("- It isn't 15 {minutes} – stay.") == ("It", "isn't", "15", "x", "stay.")


def test_lix_counts_words_a_sentence_and_long_words_a_hundred() -> None:
    assert lix(["Das Telefon hilft heute. Wir sind da."]) == pytest.approx(7 / 2 + 100 / 7)
    assert grade([]) == lix([]) == lix(["..."]) == 0


@given(st.text(), st.text())
def test_more_words_never_make_a_bubble_fit(some: str, more: str) -> None:
    check = WordsPerBubble(5)

    assert len(found(check, f"{some} {more}")) >= len(found(check, some))
