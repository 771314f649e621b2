"""Lead through the survey: what it is, the questions before a module, and the same ones after it.

Whoever may not be asked, or presses a button of an earlier page, gets the module itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.checkin.check_in import SKIP
from bot.checkin.survey import Question, Survey, change
from bot.conversation.content import Content
from bot.conversation.library import show_module
from bot.conversation.script import Script, say
from bot.conversation.state import State
from bot.conversation.taking_part import (
    agreed,
    has_agreed,
    is_invited,
    left,
    to_ask,
    to_compare,
)


def step(
    content: Content, state: State, rest: tuple[str, ...], now: datetime
) -> tuple[State, Script]:
    """Go one step: what it is, yes or no to it, or a question before or after the module.

    ``rest`` is the step, the module's slug and, of an answer, the question's id and its own; or
    ``stop``.
    """
    name, slug, *answer = rest
    if name == "no":
        return show_module(content, agreed(state, ""), slug, 1, now)
    if name in ("about", "yes") and is_invited(content, state, slug):
        if name == "about":
            return _explained(content, state, slug)
        state = agreed(state, slug)
    if content.survey is None or not has_agreed(content, state, slug):
        return show_module(content, state, slug, 1, now)
    if name == "after":
        return _after(content, content.survey, state, slug, answer, now)
    return _before(content, content.survey, state, slug, answer, now)


def _explained(content: Content, state: State, slug: str) -> tuple[State, Script]:
    """Say what is asked, why, and what is counted; nothing is asked before a yes."""
    about = content.survey.about if content.survey else ()
    return state.but(place=f"survey.about.{slug}", misunderstood=0), Script(
        says=say(*about), choices=(f"survey.yes.{slug}", f"survey.no.{slug}")
    )


def _before(
    content: Content, survey: Survey, state: State, slug: str, answer: Sequence[str], now: datetime
) -> tuple[State, Script]:
    match answer:
        case ("stop",):
            return show_module(content, left(state), slug, 1, now)
        case (question, chosen):
            state = state.but(survey={**state.survey, question: chosen})
    asked = to_ask(content, state)
    if not asked:
        return show_module(content, state, slug, 1, now)
    return _put(survey, state, asked[0], f"survey.before.{slug}")


def _after(
    content: Content, survey: Survey, state: State, slug: str, answer: Sequence[str], now: datetime
) -> tuple[State, Script]:
    """Compare an answer with the one before the module, and forget both."""
    module, changes = content.shelf.modules[slug], {}
    match answer:
        case ("stop",):
            return show_module(content, left(state), slug, len(module.screens), now)
        case (question, chosen):
            changes = _changes(survey, question, state.survey.get(question, SKIP), chosen)
            state = state.but(survey={**state.survey, question: SKIP})
    asked = to_compare(content, state)
    if asked:
        return _put(survey, state, asked[0], f"survey.after.{slug}", changes)
    return left(state).but(place="", misunderstood=0), Script(
        says=say("survey.thanks"), choices=module.choices, changes=changes
    )


def _changes(survey: Survey, question: str, before: str, after: str) -> dict[str, str]:
    """Return the cell of the question's own table, if it was answered both times."""
    found = change(survey, before, after)
    return {f"survey_{question}": found} if found else {}


def _put(
    survey: Survey,
    state: State,
    question: Question,
    here: str,
    changes: dict[str, str] | None = None,
) -> tuple[State, Script]:
    answers = (*(answer.id for answer in survey.answers), SKIP)
    return state.but(place=here, misunderstood=0), Script(
        says=say(question.says),
        choices=(*(f"{here}.{question.id}.{answer}" for answer in answers), f"{here}.stop"),
        progress=(survey.questions.index(question) + 1, len(survey.questions)),
        changes=changes or {},
    )
