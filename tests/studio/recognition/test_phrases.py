"""bot.studio.recognition.phrases: one line of a list changes, and what it would hear is known."""

from __future__ import annotations

import difflib

import pytest

from bot.errors import BrokenContent, UnknownText
from bot.safety.topics import Topic
from bot.settings import ROOT
from bot.studio.recognition import phrases
from bot.studio.recognition.phrases import Heard, Sentence, file_of, sentence

FILE = file_of("en")
TEXT = (ROOT / FILE).read_text(encoding="utf-8")
LISTED = phrases.read(TEXT)


def differing(after: str) -> list[str]:
    found = difflib.unified_diff(TEXT.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in found if line[0] in "+-" and line[1:3] not in ("++", "--")]


def heard(words: str, *sentences: Sentence, topic: str = "suicide_risk") -> Heard:
    return phrases.heard(phrases.alone(TEXT, topic, "route", words), topic, sentences)


def test_an_added_phrase_is_one_line_more() -> None:
    after = phrases.added(TEXT, FILE, "suicide_risk", "route", 'say "goodbye" to all')

    assert differing(after) == [r'+      - "say \"goodbye\" to all"']
    assert len(phrases.read(after)) == len(LISTED) + 1


@pytest.mark.parametrize("old", [LISTED[0], LISTED[-1]])
def test_a_changed_phrase_is_another_line_and_one_taken_out_none(
    old: phrases.Phrase,
) -> None:
    assert differing(phrases.changed(TEXT, FILE, old, "other words")) == [
        f'-      - "{old.words}"',
        '+      - "other words"',
    ]
    assert differing(phrases.changed(TEXT, FILE, old, "")) == [f'-      - "{old.words}"']


def test_a_phrase_that_isnt_there_any_more_is_told() -> None:
    after = phrases.changed(TEXT, FILE, LISTED[0], "")

    with pytest.raises(UnknownText):
        phrases.changed(after, FILE, LISTED[0], "x")


def test_a_list_keeps_a_phrase() -> None:
    text = "negations: [not]\nphrases:\n  suicide_risk:\n    route:\n      - one\n"

    with pytest.raises(BrokenContent, match="keep one phrase"):
        phrases.changed(text, FILE, phrases.read(text)[0], "")


def test_a_list_that_isnt_there_is_begun_in_the_file() -> None:
    with pytest.raises(BrokenContent, match="no list survivor/route yet"):
        phrases.added("negations: []\nphrases: {}\n", FILE, "survivor", "route", "x")


def test_what_a_phrase_would_hear_is_told_by_kind() -> None:
    meant = sentence("I will END it all", "en", Topic.SUICIDE_RISK, "example")
    grave = sentence("end it, please stop me", "en", Topic.IMMINENT_RISK, "measured")
    harmless = sentence("how does the film end? it was long", "en", Topic.OUT_OF_SCOPE, "example")
    other = sentence("the end", "en", Topic.OUT_OF_SCOPE, "golden")
    taken_back = sentence("i would never end it", "en", Topic.DISTRESS_GENERAL, "example")

    assert heard("end it", meant, grave, harmless, other, taken_back) == Heard(
        [meant], [grave], [harmless]
    )


def test_a_star_hears_every_ending() -> None:
    one = sentence("i keep ending things", "en", Topic.SUICIDE_RISK, "example")

    assert heard("end* things", one).meant == [one]


@pytest.mark.parametrize("words", ["a* day", "…"])
def test_what_cant_be_a_phrase_says_why(words: str) -> None:
    with pytest.raises(BrokenContent):
        heard(words)


def test_golden_conversations_give_sentences_with_their_topic() -> None:
    found = list(phrases.golden(ROOT / "tests" / "conversations", ["en"]))

    assert any(each.topic is Topic.IMMINENT_RISK for each in found)
    assert {each.locale for each in found} == {"en"}
