"""From an intent to the part of the conversation that answers it, without any framework.

Rasa's rules say the same in ``data/rules``; the site walks this way when the assistant can't.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation import check_in, danger, library, replies, survey
from bot.conversation.choices import Choice, read_choice
from bot.conversation.content import Content
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.turn import Turn, put_into_words
from bot.safety.phrases import screen
from bot.safety.topics import Outcome
from bot.safety.triage import Assessment, assess

SAFETY_INTENTS = (
    "imminent_risk", "suicide_risk", "survivor", "under_18", "harmful_request", "past_behaviour",
    "under_investigation", "other_endangers_child",
)  # fmt: skip
"""Intents that are always answered by bot.conversation.danger."""
ALARMING = frozenset({Outcome.ROUTE, Outcome.REFUSE, Outcome.ASK})
"""Outcomes that come before everything else."""


def press(content: Content, state: State, choice: Choice, now: datetime) -> tuple[State, Script]:
    """Do what a button stands for."""
    match choice.intent, choice.rest:
        case "open_module", (slug, *number):
            return library.show_module(content, state, slug, int(number[0]) if number else 1, now)
        case "open_exercise", (slug,):
            return library.show_exercise(content, state, slug, now)
        case "answer_check_in", rest:
            return check_in.step(content, state, rest, now)
        case "answer_survey", rest:
            return survey.step(content, state, rest, now)
        case "show_services", (kind, *way):
            return replies.services(content, state, kind, "".join(way), now)
        case "answer_safety", (said,):
            return danger.go_on(content, state, said, now)
        case "answer_safety", (topic, reply):
            return danger.answered(content, state, topic, reply, now)
        case "note_opened", _:
            return replies.opened(content, state, now)
        case "show_menu", _:
            return replies.menu(content, state, now)
    return _topic(content, state, choice.intent, now)


def again(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    """Show again the place where the visitor is, or say that there is nothing to repeat."""
    if state.place:
        return press(content, state, read_choice(state.place, content), now)
    return replies.answer(content, state, "repeat", now)


def heard_in(content: Content, text: str) -> Assessment:
    """Return what listed phrases alone make of a message; it takes hardly any time."""
    return assess(screen(text, content.phrases), {}, content.policy)


def without_assistant(
    content: Content,
    state: State,
    text: str,
    choice_id: str,
    now: datetime,
    heard: Assessment | None = None,
) -> Turn:
    """Answer as well as can be without recognition and state: phrases, buttons, the menu.

    ``heard`` is what phrases make of the text, for who has asked them already.

    Nothing is counted, because what was counted before isn't known. The survey rests: it would
    not know the answers before the module.

    Raises:
        UnknownChoice: ``choice_id`` isn't one of ours.
    """
    if choice_id:
        choice = read_choice(choice_id, content)
        _, script = press(replace(content, survey=None), state, choice, now)
    else:
        _, script = _heard(content, state, heard or heard_in(content, text), now)
    finished, whole = finish(content, state, script, now)
    return put_into_words(content, finished, replace(whole, counts=()))


def _heard(
    content: Content, state: State, heard: Assessment, now: datetime
) -> tuple[State, Script]:
    if heard.outcome in ALARMING:
        return danger.respond(content, state, heard, now)
    return replies.menu(content, state, now)


def _topic(content: Content, state: State, intent: str, now: datetime) -> tuple[State, Script]:
    if intent in SAFETY_INTENTS:
        return danger.respond(content, state, certain(content, intent), now)
    return replies.answer(content, state, intent, now)


def certain(content: Content, intent: str) -> Assessment:
    """Return the assessment of an intent that the visitor chose by a button."""
    care = content.policy.care_for(intent)
    return Assessment(intent, care.topic, care.outcome, care.urgency, confidence=1.0)
