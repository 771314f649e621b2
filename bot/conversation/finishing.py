"""What every turn gets at its end: the kept card, the visitor's language, and what it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation.around_services import about_services
from bot.conversation.content import Content
from bot.conversation.other_language import notice
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.safety.topics import Outcome

MOVE_ON = "safety.moved_on"
KEPT_AFTER_CHECK_IN = ("emergency", "helpline", "suicide_line")


def finish(
    content: Content, state: State, script: Script, now: datetime, language: str = ""
) -> tuple[State, Script]:
    """Return the state to keep, and the script with what it keeps in view, offers and counts.

    ``language`` is the one that the visitor was noticed to write in, or empty.
    """
    script = about_services(content, state, script, now)
    kept, choices = kept_services(content, state, now), _with_a_way_on(state, script)
    seen, whole = notice(content, state, replace(script, kept=kept, choices=choices), language, now)
    cells = _cells(seen, content, whole)
    fresh = {table: cell for table, cell in cells.items() if table not in seen.counted}
    counted = seen.but(counted=(*seen.counted, *fresh))
    return counted, replace(whole, counts=tuple(f"{t}:{c}" for t, c in fresh.items()))


def kept_services(content: Content, state: State, now: datetime) -> tuple[str, ...]:
    """Return the services of the danger that this conversation has not moved on from."""
    if not state.kept:
        return ()
    answer = content.answers.get(state.kept)
    return content.services(answer.kinds if answer else KEPT_AFTER_CHECK_IN, state, now)


def _with_a_way_on(state: State, script: Script) -> tuple[str, ...]:
    """Let the visitor put the kept card away at any turn, but not past an open question."""
    if not state.kept or script.outcome == Outcome.ASK:
        return script.choices
    return tuple(dict.fromkeys((*script.choices, MOVE_ON)))


def _cells(state: State, content: Content, script: Script) -> dict[str, str]:
    cells = {"language": state.locale}
    if script.topic:
        cells["entry_topic"] = content.policy.care_for(script.topic).topic
    if script.services:
        cells["first_referral"] = _referral(content, script)
    part = _self_help(state, script)
    return cells | ({"self_help": part} if part else {})


def _referral(content: Content, script: Script) -> str:
    """Return what the first service is for; it may stand in for the kind that was asked for."""
    kinds = content.directory.services[script.services[0]].kinds
    return next((kind for kind in script.kinds if kind in kinds), kinds[0])


def _self_help(state: State, script: Script) -> str:
    if script.exercise:
        return "exercise"
    return state.place.split(".")[0] if script.progress else ""
