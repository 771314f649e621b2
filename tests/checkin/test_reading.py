"""bot.checkin.reading: what is broken is refused, with file, line and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checkin.conditions import Chosen, Sum
from bot.checkin.reading import check_in_words, read_check_in
from bot.errors import BrokenContent

WHOLE = """\
intro: Hello
domains: {mood: How you feel}
answer_sets:
  often:
  - {id: never, text: Never}
  - {id: daily, text: Daily}
items:
- id: sad
  domain: mood
  question: Are you sad?
  answers: often
  leaves: {daily: suicide_risk}
- id: tired
  domain: mood
  question: Are you tired?
  answers:
  - {id: no, text: "No"}
  - {id: yes, text: "Yes"}
  when: {item: sad, at_least: 1}
bands:
- {id: low, urgency: none, name: A, mirror: B, do_now: C, call: D, module: m, services: [helpline]}
- {id: week, urgency: this_week, name: A, mirror: B, do_now: C, call: D, module: m, services: []}
- {id: day, urgency: today, name: A, mirror: B, do_now: C, call: D, module: m, services: []}
- {id: high, urgency: now, name: A, mirror: B, do_now: C, call: D, module: m, services: []}
decisions:
- id: both
  band: day
  when: {sum: [sad, tired], at_least: 2}
- id: weary
  band: week
  when:
    all:
    - {item: sad, at_most: 0}
    - {item: tired, is: [yes, skip]}
  adds: {services: [therapy], module: rest}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "check_in.yml"
    file.write_text(WHOLE, encoding="utf-8")
    return file


def test_a_shared_answer_set_keeps_its_own_message_ids(path: Path) -> None:
    sad, tired = read_check_in(path).items

    assert [answer.words for answer in sad.answers] == [
        "check_in.set.often.never",
        "check_in.set.often.daily",
    ]
    assert tired.answers[1].words == "check_in.tired.yes"


def test_an_answers_place_in_its_list_is_its_value(path: Path) -> None:
    check_in = read_check_in(path)

    assert check_in.items[1].when == Chosen("sad", frozenset({"daily"}))
    assert check_in.rules[0].when == Sum(
        {"sad": {"never": 0, "daily": 1}, "tired": {"no": 0, "yes": 1}}, 2
    )


def test_what_a_decision_adds_is_empty_unless_it_says_so(path: Path) -> None:
    plain, adding = read_check_in(path).rules

    assert (plain.module, plain.exercise, plain.services) == ("", "", ())
    assert (adding.module, adding.exercise, adding.services) == ("rest", "", ("therapy",))


def test_words_are_the_english_of_every_message_id(path: Path) -> None:
    words = check_in_words(path)

    assert words["check_in.intro"] == "Hello"
    assert words["check_in.domain.mood"] == "How you feel"
    assert words["check_in.sad.question"] == "Are you sad?"
    assert words["check_in.set.often.daily"] == "Daily"
    assert words["check_in.tired.no"] == "No"
    assert words["check_in.band.high.do_now"] == "C"


BROKEN = [  # what is replaced, by what, the line and the cure
    ("intro: Hello", "intro: ''", 1, "write the missing words of intro"),
    ("intro: Hello", "intro: Hello {name}", 1, "intro must have no {braces}"),
    ("intro: Hello", "intro: Hello {name", 1, "intro must have no {braces}"),
    ("intro: Hello", "intro: Hello\nrules: []", 2, "remove or correct the key rules"),
    ("intro: Hello\n", "", None, "add the missing key intro"),
    ("{mood: How you feel}", "[mood]", 2, "domains must be a group of names"),
    ("{id: never, text: Never}", "{id: never}", 5, "add the missing key text"),
    ("text: Daily", "text: ", 6, "write the missing words of text"),
    ("id: daily, text", "id: never, text", 6, "the id never is used twice"),
    ("- id: tired", "- id: sad", 13, "the id sad is used twice"),
    ("- id: weary", "- id: both", 29, "the id both is used twice"),
    ("- id: tired", "- id: Tired one", 7, "give every entry an id of small letters"),
    ("- id: tired", "- id: band", 13, "an item can't be called band"),
    ("id: yes, text", "id: skip, text", 18, "an answer can't be called skip"),
    (
        "question: Are you sad?",
        "questions: Are you sad?",
        10,
        "remove or correct the key questions",
    ),
    ("question: Are you tired?", "question:", 15, "write the missing words of question"),
    ("answers: often", "answers: seldom", 11, "there is no answer set seldom"),
    ("answers: often", "answers: {a: b}", 11, "there is no answer set"),
    ("domain: mood\n  question: Are you t", "domain: x\n  question: Are you t", 14, "no domain x"),
    ("{daily: suicide_risk}", "{weekly: suicide_risk}", 12, "there is no answer weekly"),
    ("{daily: suicide_risk}", "{daily: sadness}", 12, "there is no topic sadness"),
    ("{daily: suicide_risk}", "daily", 12, "leaves needs answers and their topics"),
    ("  leaves:", "  many: true\n  leaves:", 13, "an item with many can't have leaves"),
    ("  leaves: {daily: suicide_risk}", "  many: perhaps", 12, "many is true or false"),
    ("{item: sad, at_least: 1}", "{item: tired, is: yes}", 19, "there is no earlier item tired"),
    ("{item: sad, at_least: 1}", "{item: sad, is: weekly}", 19, "no answer of sad called weekly"),
    ("{item: sad, at_least: 1}", "{item: sad, at_least: one}", 19, "at_least needs a whole number"),
    ("{item: sad, at_least: 1}", "{item: sad}", 19, "needs one of: is, at_least, at_most"),
    ("{item: sad, at_least: 1}", "sad", 19, "a condition needs one of"),
    ("{item: sad, at_least: 1}", "{any: []}", 19, "this needs a list of conditions"),
    ("urgency: today", "urgency: soon", 20, "one band for each urgency, in this order"),
    ("services: [helpline]", "services: [gym]", 21, "there is no kind of services gym"),
    ("services: [helpline]", "services: helpline", 21, "services must be a list of kinds"),
    (
        "mirror: B, do_now: C, call: D, module: m, services: [h",
        "module: m, services: [h",
        21,
        "mirror",
    ),
    ("band: day", "band: night", 27, "there is no band night"),
    ("band: week", "band: high", 29, "move weary up to the other lines of high"),
    ("sum: [sad, tired]", "sum: [sad, angry]", 28, "there is no earlier item angry"),
    ("sum: [sad, tired]", "sum: sad", 28, "sum needs a list of items"),
    ("is: [yes, skip]", "is: [maybe]", 34, "no answer of tired called maybe"),
    ("at_most: 0", "below: 0", 33, "remove or correct the key below"),
    ("module: rest", "movie: rest", 35, "remove or correct the key movie"),
    ("module: rest", "module: ", 35, "write the missing words of module"),
]


@pytest.mark.parametrize(("old", "new", "line", "cure"), BROKEN)
def test_a_broken_file_is_refused_with_line_and_cure(
    path: Path, old: str, new: str, line: int | None, cure: str
) -> None:
    assert WHOLE.count(old) == 1
    path.write_text(WHOLE.replace(old, new), encoding="utf-8")

    with pytest.raises(BrokenContent) as caught:
        read_check_in(path)

    assert caught.value.path == str(path)
    assert cure in caught.value.cure
    assert caught.value.line == line


def test_more_than_24_items_are_refused(path: Path) -> None:
    more = "".join(
        f"- {{id: item_{n}, domain: mood, question: Q, answers: often}}\n" for n in range(23)
    )
    path.write_text(WHOLE.replace("bands:\n", f"{more}bands:\n"), encoding="utf-8")

    with pytest.raises(BrokenContent, match="there are 25 items, 24 at most"):
        read_check_in(path)


def test_an_empty_file_is_refused(path: Path) -> None:
    path.write_text("", encoding="utf-8")

    with pytest.raises(BrokenContent, match="this needs the keys"):
        read_check_in(path)


def test_words_of_a_broken_file_are_refused_too(path: Path) -> None:
    path.write_text(WHOLE.replace("band: day", "band: night"), encoding="utf-8")

    with pytest.raises(BrokenContent):
        check_in_words(path)
