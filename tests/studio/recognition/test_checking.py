"""bot.studio.recognition.checking: what recognition may not learn is told before it is saved."""

from __future__ import annotations

import pytest

from bot.studio.recognition.checking import Finding, Known, findings, tidy
from bot.studio.recognition.examples import Line
from tests.builders import content

LINES = (Line("i am so afraid of what i might do", "imminent_risk", "f"),)
MEASURED = ("my niece is asleep in the next room and i keep ending up outside her door",)


def found(text: str, intent: str = "imminent_risk", locale: str = "en") -> list[Finding]:
    known = Known(LINES, MEASURED, content().personal)
    return findings(text, intent, locale, known)


def stopped_by(text: str, locale: str = "en") -> list[str]:
    return [each.check for each in found(text, locale=locale) if each.stops]


def test_a_plain_new_sentence_has_nothing_to_mend() -> None:
    assert found("she stays with us on friday and i am scared of myself") == []


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("my niece is asleep in the next room and I keep ending up outside her door.", "measured"),
        ("I am so afraid of what I might do!", "twice"),
        ("call me at +44 20 7946 0123 please", "personal data"),
        ("i hurt [her](person) again", "brackets"),
        ("i want to [hurt][myself now] today", "brackets"),
        ("…!?", "letters"),
        ("i am sо afraid of the weekend", "letters"),  # a Cyrillic o
        ("a " * 600, "length"),
    ],
)
def test_what_must_not_be_learnt_is_stopped(text: str, check: str) -> None:
    assert check in stopped_by(text)


def test_a_sentence_that_is_nearly_there_is_left_to_whoever_adds_it() -> None:
    (one,) = found("i am so afraid of what i might do tonight")

    assert (one.check, one.stops) == ("nearly twice", False)
    assert "look whether" not in one.cure
    (other,) = found("i am so afraid of what i might do tonight", "worried_thoughts")
    assert "look whether" in other.cure


def test_another_language_is_told() -> None:
    (one,) = found("ich habe solche angst vor dem wochenende mit den kindern")

    assert (one.check, one.stops) == ("language", False)


def test_each_script_is_that_of_its_language() -> None:
    assert "letters" in stopped_by("i am afraid of myself today", "uk")
    assert stopped_by("я боюся того що можу зробити", "uk") == []


def test_typed_lines_become_what_recognition_would_read() -> None:
    assert tidy("  one\u200b line \r\n\n/two\tlines ") == ["one line", "∕two lines"]
