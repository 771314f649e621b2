"""bot.studio.recognition.thresholds: a number changes, and no other sign of the file."""

from __future__ import annotations

import pytest

from bot.errors import BrokenContent
from bot.settings import ROOT
from bot.studio.recognition import thresholds

TEXT = (ROOT / thresholds.FILE).read_text(encoding="utf-8")


def test_every_threshold_has_a_name() -> None:
    names = [each.name for each in thresholds.read(TEXT)]

    assert "thresholds.imminent_risk.ask_at" in names
    assert names[-1] == "answer_at"


def test_a_changed_number_is_the_only_difference() -> None:
    after = thresholds.changed(TEXT, {"thresholds.suicide_risk.ask_at": "0.07"})

    assert after == TEXT.replace(
        "suicide_risk: {certain_at: 0.65, ask_at: 0.04}",
        "suicide_risk: {certain_at: 0.65, ask_at: 0.07}",
    )


def test_the_same_number_in_other_digits_changes_nothing() -> None:
    assert thresholds.changed(TEXT, {"answer_at": "0.250"}) == TEXT


@pytest.mark.parametrize("number", ["", "2", "-0.1", "1.01", "0.12345", "nan", "0.1]", "ten"])
def test_what_is_no_probability_is_refused_with_its_line(number: str) -> None:
    with pytest.raises(BrokenContent, match="from 0 to 1") as refused:
        thresholds.changed(TEXT, {"answer_at": number})

    assert TEXT.splitlines()[(refused.value.line or 0) - 1].startswith("answer_at")


@pytest.mark.parametrize("number", ["0", "1", "0.0", "1.0000"])
@pytest.mark.parametrize(
    "name", ["thresholds.suicide_risk.certain_at", "thresholds.imminent_risk.ask_at",
             "part.ask_at", "everyday.ask_at"],
)  # fmt: skip
def test_no_safety_topic_is_put_out_of_reach(name: str, number: str) -> None:
    with pytest.raises(BrokenContent, match="between 0 and 1"):
        thresholds.changed(TEXT, {name: number})


def test_where_no_safety_topic_hangs_on_it_0_and_1_are_numbers() -> None:
    assert "answer_at: 0\n" in thresholds.changed(TEXT, {"answer_at": "0"})
