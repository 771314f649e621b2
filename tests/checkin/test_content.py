"""content/checkin: what clinicians wrote keeps the rules of the product."""

from __future__ import annotations

import re

import pytest

from bot.checkin.check_in import CheckIn
from bot.settings import ROOT

PHQ_4 = [
    "Feeling nervous, anxious or on edge",
    "Not being able to stop or control worrying",
    "Little interest or pleasure in doing things",
    "Feeling down, depressed, or hopeless",
]

MODULES, EXERCISES = (
    {path.stem for path in (ROOT / "content" / folder).glob("*.yml")}
    for folder in ("modules", "exercises")
)
UNWANTED = (
    r"\b(score|points|risk|offend\w*|paedo\w*|pedo\w*|monster|porn\w*|committed|secret|"
    r"untraceable|anonymous\w*|guarantee\w*|cure\w*|promise\w*)\b|!"
)


def test_there_are_at_most_24_items_in_nine_domains(check_in: CheckIn) -> None:
    assert len(check_in.items) <= 24
    assert len(dict.fromkeys(item.domain for item in check_in.items)) == 9


def test_every_message_id_has_words_and_every_word_is_used(
    check_in: CheckIn, words: dict[str, str]
) -> None:
    used = {"check_in.intro"}
    for item in check_in.items:
        used |= {item.question, f"check_in.domain.{item.domain}"}
        used |= {answer.words for answer in item.answers}
    for band in check_in.bands:
        used |= {*band.says, f"check_in.band.{band.id}.name"}

    assert used == set(words)


def test_the_four_bands_are_named_as_the_clinicians_agreed(words: dict[str, str]) -> None:
    names = [text for name, text in words.items() if name.endswith(".name")]

    assert names == [
        "Keep building",
        "Talk to someone this week",
        "Talk to someone today",
        "Get safe now",
    ]


def test_the_phq_4_has_its_published_wording_and_values(
    check_in: CheckIn, words: dict[str, str]
) -> None:
    items = [item for item in check_in.items if item.domain == "mood"]
    stem = "Over the last 2 weeks, how often have you been bothered by the following problems?"

    assert [words[item.question] for item in items] == [f"{stem}\n\n{part}" for part in PHQ_4]
    for item in items:
        assert [words[answer.words] for answer in item.answers] == [
            "Not at all",
            "Several days",
            "More than half the days",
            "Nearly every day",
        ]


def test_a_scale_goes_from_0_to_10_in_order(check_in: CheckIn, words: dict[str, str]) -> None:
    scales = [item for item in check_in.items if item.answers[0].id == "0"]

    assert len(scales) == 5
    for item in scales:
        assert [answer.id for answer in item.answers] == [str(value) for value in range(11)]
        assert [words[answer.words] for answer in item.answers] == [str(n) for n in range(11)]


def test_only_modules_and_exercises_that_exist_are_recommended(check_in: CheckIn) -> None:
    bands, rules = check_in.bands, check_in.rules

    assert {*(band.module for band in bands), *(rule.module for rule in rules)} <= {*MODULES, ""}
    assert {band.exercise or "" for band in bands} <= {*EXERCISES, ""}
    assert {rule.exercise for rule in rules} <= {*EXERCISES, ""}


def test_no_words_judge_label_or_promise(words: dict[str, str]) -> None:
    found = {name for name, text in words.items() if re.search(UNWANTED, text, re.IGNORECASE)}

    assert found == set()


def test_bubbles_are_short_and_sentences_too(words: dict[str, str]) -> None:
    for name, text in words.items():
        assert len(text.split()) <= 60, name
        sentences = re.split(r"[.?]\"?\s+", text)
        assert "phq" in name or max(len(each.split()) for each in sentences) <= 18, name


def test_a_mirror_is_one_sentence(check_in: CheckIn, words: dict[str, str]) -> None:
    for band in check_in.bands:
        assert len(re.findall(r"[.?]", words[band.says[0]])) == 1


@pytest.mark.parametrize("band", ["today", "now"])
def test_urgent_steps_put_another_adult_with_the_child(words: dict[str, str], band: str) -> None:
    assert "another adult" in words[f"check_in.band.{band}.do_now"]
