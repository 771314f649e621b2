"""What is said around services: that a country has none of its own, or that all are closed now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.conversation.content import Content
from bot.conversation.replies import closed
from bot.conversation.script import Script, say
from bot.conversation.state import State
from bot.referral.hours import service_opening
from bot.referral.service import MADE_FOR_THIS, Service

UNTIL_OPEN: Final = ("exercise.urge_timer", "exercise.stay_safe_plan")
MOST_BUBBLES: Final = 3


def about_services(content: Content, state: State, script: Script, now: datetime) -> Script:
    """Add what a visitor must know about the services of ``script``, where there is room for it.

    Where emergency is offered nothing may stand beside it.
    """
    asked = MADE_FOR_THIS & set(script.kinds)
    if not asked or "emergency" in script.kinds or closed(state):
        return script
    if len(script.says) >= MOST_BUBBLES:
        return script
    chosen = (content.directory.services[service] for service in script.services)
    lines = [service for service in chosen if asked & set(service.made_for)]
    if content.lacks_own(state.country):
        return replace(script, says=(*script.says, *say("referral.none_here")))
    if _all_closed(lines, now):
        says = (*script.says, *say("referral.until_open"))
        return replace(script, says=says, choices=(*UNTIL_OPEN, *script.choices))
    return script


def _all_closed(lines: list[Service], now: datetime) -> bool:
    """Tell whether every line is known to be closed; hours that nobody knows don't count."""
    states = [service_opening(service, now).state for service in lines]
    return bool(states) and all(state == "closed" for state in states)
