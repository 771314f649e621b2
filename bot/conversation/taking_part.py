"""Who may be asked the survey's questions, and what a conversation remembers of it."""

from __future__ import annotations

from typing import Final

from bot.checkin.check_in import SKIP
from bot.checkin.survey import Question
from bot.conversation.content import Content
from bot.conversation.state import State

MODULE: Final = "module"
"""Where ``State.survey`` names the module that was agreed to; empty means that it is over."""


def is_invited(content: Content, state: State, slug: str) -> bool:
    """Tell whether taking part is offered with this module: once in a conversation."""
    return _may_be_asked(content, state, slug) and not state.survey


def has_agreed(content: Content, state: State, slug: str) -> bool:
    """Tell whether the visitor takes part with this module."""
    return _may_be_asked(content, state, slug) and state.survey.get(MODULE) == slug


def agreed(state: State, slug: str) -> State:
    """Return the state of a visitor who takes part."""
    return state.but(survey={MODULE: slug})


def left(state: State) -> State:
    """Forget the answers of a visitor who leaves the survey, so that it isn't offered again.

    Who was never asked may still be.
    """
    return state.but(survey={MODULE: ""}) if state.survey else state


def to_ask(content: Content, state: State) -> tuple[Question, ...]:
    """Return the questions that are still to be asked before the module."""
    questions = content.survey.questions if content.survey else ()
    return tuple(each for each in questions if each.id not in state.survey)


def to_compare(content: Content, state: State) -> tuple[Question, ...]:
    """Return the questions that were answered before the module, and not yet after it."""
    questions = content.survey.questions if content.survey else ()
    return tuple(each for each in questions if state.survey.get(each.id, SKIP) != SKIP)


def on_first_screen(content: Content, state: State, slug: str) -> tuple[str, ...]:
    """Return the button that invites to the survey, if it is offered."""
    return (f"survey.about.{slug}",) if is_invited(content, state, slug) else ()


def on_last_screen(content: Content, state: State, slug: str) -> tuple[str, ...]:
    """Return the button that leads to the same questions again, if any was answered before."""
    asks = has_agreed(content, state, slug) and to_compare(content, state)
    return (f"survey.after.{slug}",) if asks else ()


def _may_be_asked(content: Content, state: State, slug: str) -> bool:
    """Nobody in danger is asked, no minor, and nobody after a harmful request."""
    if content.survey is None or slug in content.survey.left_out:
        return False
    return state.door == "self" and not state.refusals and not state.kept and not state.question
