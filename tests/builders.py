"""Plain functions with defaults that make what tests talk about; everything else is real."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml

from bot import wiring
from bot.checkin.survey import read_survey
from bot.conversation.choices import (
    ANSWERS,
    ASKING,
    CHECK_IN,
    SAFETY,
    SURVEY,
    is_ours,
    read_choice,
)
from bot.conversation.content import Content
from bot.conversation.dialogue import certain, press
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.turn import Turn, put_into_words
from bot.safety.phrases import PhraseList, read_phrases
from bot.safety.topics import Outcome, Topic, Urgency
from bot.safety.triage import Assessment
from bot.settings import ROOT

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday, when helplines are open."""


def content() -> Content:
    """Return the real content; it is read once."""
    return wiring.content()


@cache
def surveying() -> Content:
    """Return the real content with the survey on."""
    return replace(content(), survey=read_survey(ROOT / "content" / "survey.yml"))


def tags() -> tuple[str, ...]:
    return tuple(locale.tag for locale in wiring.locales())


def state(**fields: object) -> State:
    return State(**({"locale": "en", "country": "GB"} | fields))


def heard(intent: str, **also: object) -> Assessment:
    """Return an assessment that is certain of ``intent``."""
    found = certain(content(), intent)
    return Assessment(**{**vars(found), **also})


def unsure(
    asks: str | Topic, intent: str = "not_understood", urgency: Urgency = Urgency.TODAY
) -> Assessment:
    """Return an assessment that asks about a topic."""
    topic = content().policy.care_for(intent).topic
    return Assessment(intent, topic, Outcome.ASK, urgency, 0.3, asks=Topic(asks))


def misunderstood() -> Assessment:
    return Assessment("not_understood", Topic.OUT_OF_SCOPE, Outcome.MENU, Urgency.NONE, 0.1)


def pressed(
    choice: str, before: State | None = None, known: Content | None = None
) -> tuple[State, Script]:
    """Press one button, as the page does, up to the end of the turn."""
    known, begun = known or content(), before or state()
    after, script = press(known, begun, read_choice(choice, known), NOON)
    return finish(known, after, script, NOON)


def pressed_in_turn(
    *choices: str, before: State | None = None, known: Content | None = None
) -> tuple[State, Script]:
    """Press several buttons one after another."""
    after, script = before or state(), Script()
    for choice in choices:
        after, script = pressed(choice, after, known)
    return after, script


def worded(after: State, script: Script) -> Turn:
    return put_into_words(content(), after, script)


def every_choice(known: Content) -> tuple[str, ...]:
    """Return the id of every button that there is."""
    return tuple(choice for choice in _candidates(known) if is_ours(choice, known))


def phrase_list(
    folder: Path,
    phrases: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    negations: Sequence[str] = ("not", "never"),
) -> PhraseList:
    """Return a list of phrases that was written to ``folder`` and read again."""
    listed = phrases or {"suicide_risk": {"route": ["i want to die"]}}
    path = folder / "xx.yml"
    path.write_text(yaml.safe_dump({"negations": list(negations), "phrases": _plain(listed)}))
    return read_phrases(path)


def checkout(folder: Path) -> Path:
    """Return a copy of what clinicians and translators own, to break it."""
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def _candidates(known: Content) -> Iterator[str]:
    yield "menu"
    yield from _of_the_survey(known)
    yield from (f"safety.{said}" for said in SAFETY)
    asked = [intent for intent, answer in known.answers.items() if answer.ask]
    yield from (f"safety.{topic}.{answer}" for topic in asked for answer in ANSWERS)
    yield from (f"topic.{intent}" for intent in known.answers)
    yield from (f"services.{kind}" for kind in known.kinds)
    yield from (f"exercise.{slug}" for slug in known.shelf.exercises)
    for slug, module in known.shelf.modules.items():
        yield f"module.{slug}"
        yield from (f"module.{slug}.{number}" for number in range(1, len(module.screens) + 1))
    yield from (f"check_in.{step}" for step in CHECK_IN)
    for item in known.check_in.items:
        answers = (*(answer.id for answer in item.answers), "skip", "done")
        yield from (f"check_in.{item.id}.{answer}" for answer in answers)


def _of_the_survey(known: Content) -> Iterator[str]:
    """Yield the buttons of the survey with two modules: the others differ in nothing."""
    for slug in ("urges", "feelings") if known.survey else ():
        yield from (f"survey.{step}.{slug}" for step in SURVEY)
        for step in ASKING:
            yield f"survey.{step}.{slug}.stop"
            for question in known.survey.questions if known.survey else ():
                answers = (*(answer.id for answer in known.survey.answers), "skip")
                yield from (f"survey.{step}.{slug}.{question.id}.{each}" for each in answers)


def _plain(phrases: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, object]:
    return {topic: {o: list(p) for o, p in group.items()} for topic, group in phrases.items()}
