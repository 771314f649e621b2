"""The survey: the same few questions before and after a module; read, never computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.checkin.check_in import SKIP, Answer
from bot.checkin.entries import (
    Entry,
    Fault,
    check_answers,
    check_keys,
    check_list,
    check_text,
    line_of,
)
from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml

KEYS: Final = (
    "review", "left_out", "about", "question", "thanks", "buttons", "answers", "items",
)  # fmt: skip
BUTTONS: Final = ("about", "yes", "no", "before", "after", "skip", "stop")
RESERVED: Final = ("about", "answer", "button", "module", "thanks")
"""They begin other message ids, or stand for something else in the state."""


@dataclass(frozen=True)
class Question:
    """One question; ``says`` is the message id of its words."""

    id: str
    says: str


@dataclass(frozen=True)
class Survey:
    """The whole survey.

    Attributes:
        about: Message ids of what is said before anybody agrees.
        questions: In the order in which they are asked.
        answers: To every question, from the lowest to the highest.
        left_out: Slugs of modules that it is not offered with.
    """

    about: tuple[str, ...]
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
    left_out: frozenset[str]

    def has(self, question: str, answer: str) -> bool:
        """Tell whether there is this question with this answer; all can be skipped."""
        known = (*(each.id for each in self.answers), SKIP)
        return answer in known and any(each.id == question for each in self.questions)


def change(survey: Survey, before: str, after: str) -> str:
    """Return how ``after`` compares with ``before``: ``lower``, ``same`` or ``higher``.

    Empty when one of them was skipped or is no answer.
    """
    ranks = {answer.id: rank for rank, answer in enumerate(survey.answers)}
    if before not in ranks or after not in ranks:
        return ""
    if ranks[before] == ranks[after]:
        return "same"
    return "higher" if ranks[after] > ranks[before] else "lower"


def read_survey(path: Path) -> Survey:
    """Return the survey that clinicians wrote.

    Raises:
        BrokenContent: A key, an id or a text is unknown, missing or doubled.
    """
    try:
        return _survey(_checked(read_yaml(path)))
    except Fault as fault:
        line = line_of(path.read_text(encoding="utf-8"), fault.trail)
        raise BrokenContent(path, line, fault.cure) from None


def survey_words(path: Path) -> dict[str, str]:
    """Return message id to English text of the whole survey.

    Raises:
        BrokenContent: As ``read_survey``.
    """
    read_survey(path)
    return dict(_words(read_yaml(path)))


def _survey(content: Entry) -> Survey:
    numbers = range(1, len(content["about"]) + 1)
    return Survey(
        about=(*(f"survey.about.{number}" for number in numbers), "survey.about.question"),
        questions=tuple(
            Question(item["id"], f"survey.{item['id']}.question") for item in content["items"]
        ),
        answers=tuple(
            Answer(answer["id"], f"survey.answer.{answer['id']}") for answer in content["answers"]
        ),
        left_out=frozenset(content["left_out"]),
    )


def _words(content: Entry) -> Iterator[tuple[str, str]]:
    for number, text in enumerate(content["about"], 1):
        yield f"survey.about.{number}", text.strip()
    yield "survey.about.question", content["question"].strip()
    for item in content["items"]:
        yield f"survey.{item['id']}.question", item["question"].strip()
    for answer in content["answers"]:
        yield f"survey.answer.{answer['id']}", answer["text"].strip()
    yield "survey.thanks", content["thanks"].strip()
    for name in BUTTONS:
        yield f"survey.button.{name}", content["buttons"][name].strip()


def _checked(content: Any) -> Entry:
    check_keys(content, KEYS, optional=("review",))
    for name in ("left_out", "about"):
        _check_texts(content[name], name)
    for name in ("question", "thanks"):
        check_text(content, name)
    check_keys(content["buttons"], BUTTONS, "buttons:")
    for name in BUTTONS:
        check_text(content["buttons"], name, "buttons:")
    check_answers(content["answers"], "answers:")
    _check_items(content["items"])
    return dict(content)


def _check_texts(entries: Any, name: str) -> None:
    if not isinstance(entries, list) or not entries:
        raise Fault(f"{name} must be a list with at least one entry", f"{name}:")
    for number in range(len(entries)):
        check_text({name: entries[number]}, name, f"{name}:")


def _check_items(entries: Any) -> None:
    for item in check_list(entries, "items:"):
        trail = ("items:", f"id: {item['id']}")
        check_keys(item, ("id", "question"), *trail)
        check_text(item, "question", *trail)
        if item["id"] in RESERVED:
            raise Fault(f"a question can't be called {item['id']}", *trail)
