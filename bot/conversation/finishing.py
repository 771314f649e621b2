"""What every turn gets at its end: the kept card, the visitor's language, and what it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation.around_services import about_services
from bot.conversation.content import Content
from bot.conversation.other_language import notice
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.tallying import counts
from bot.safety.topics import Outcome
from bot.statistics.events import to_text

MOVE_ON = "safety.moved_on"
KEPT_AFTER_CHECK_IN = ("emergency", "helpline", "suicide_line")


def finish(
    content: Content,
    state: State,
    script: Script,
    now: datetime,
    language: str = "",
    *,
    wrote: bool = False,
) -> tuple[State, Script]:
    """Return the state to keep, and the script with what it keeps in view, offers and counts.

    ``language`` is the one that the visitor was noticed to write in, or empty; ``wrote`` says that
    the visitor typed, and pressed no button.
    """
    script = about_services(content, state, script, now)
    kept, choices = kept_services(content, state, now), _with_a_way_on(state, script)
    seen, whole = notice(content, state, replace(script, kept=kept, choices=choices), language, now)
    counted, events = counts(content, seen, whole, now.date(), wrote=wrote)
    return seen.but(counted=counted), replace(whole, counts=tuple(map(to_text, events)))


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
