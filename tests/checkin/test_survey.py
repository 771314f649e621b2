"""bot.checkin.survey: read from content/survey.yml, and refused with line and cure when broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checkin.survey import change, read_survey, survey_words
from bot.errors import BrokenContent
from bot.settings import ROOT

REAL = ROOT / "content" / "survey.yml"
BREAKING = {
    "- id: way\n": ("- id: hope\n", "the id hope is used twice"),
    "- id: hope\n": ("- id: answer\n", "can't be called answer"),
    "  skip: Skip this question\n": ("", "add the missing key skip"),
    "thanks: >-": ("thank: >-", "remove or correct the key thank"),
    "left_out: [young_people,": ("left_out: [2,", "write the missing words of left_out"),
    "- {id: quite, text: Quite}": ("- {id: skip, text: Quite}", "can't be called skip"),
    "  question: At this moment, how hopeful": ("  question: '{how}' #", "no {braces}"),
}


@pytest.mark.parametrize("old", BREAKING)
def test_a_broken_survey_is_refused_with_its_line_and_cure(tmp_path: Path, old: str) -> None:
    new, cure = BREAKING[old]
    text, path = REAL.read_text(encoding="utf-8"), tmp_path / "survey.yml"
    assert old in text, "the file no longer holds what this test breaks"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BrokenContent) as refused:
        survey_words(path)

    assert cure in str(refused.value)
    assert str(path) in str(refused.value)


def test_every_message_of_the_survey_has_words() -> None:
    survey, words = read_survey(REAL), survey_words(REAL)
    said = {*survey.about, *(q.says for q in survey.questions), *(a.words for a in survey.answers)}

    assert said < set(words)
    assert all(text and message_id.startswith("survey.") for message_id, text in words.items())


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [("a_little", "quite", "higher"), ("very", "quite", "lower"), ("quite", "quite", "same"),
     ("skip", "quite", ""), ("quite", "skip", ""), ("gone", "quite", "")],
)  # fmt: skip
def test_two_answers_are_compared_by_their_order_only(before: str, after: str, found: str) -> None:
    assert change(read_survey(REAL), before, after) == found
