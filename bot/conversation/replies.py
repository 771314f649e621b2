"""Answer what needs no alarm: topics, services, the menu, and what was not understood."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.content import Content
from bot.conversation.script import Script, say
from bot.conversation.state import State
from bot.safety.topics import Outcome

MENU_AFTER = 2  # messages in a row that were not understood
HELP_ONLY_AFTER = 2  # refusals in one conversation
BY_PHONE_OR_CHAT = ("helpline", "suicide_line", "child_line", "survivor_support", "family_support")
FOR_MINORS = ("emergency", "child_line", "suicide_line", "survivor_support", "report_hotline")
"""Kinds of services that minors may see; an old page's buttons lead to the others too."""
STILL_OPEN = ("ask_privacy", "ask_help_options", "forget_me", "are_you_human", "stop")
"""What is still answered after repeated harmful requests; everything else leads to help only."""


def answer(content: Content, state: State, intent: str, now: datetime) -> tuple[State, Script]:
    """Give the clinicians' reply to ``intent``."""
    if closed(state) and not _is_still_open(state, intent):
        return closed_door(content, state, now)
    if intent not in content.answers:
        return misunderstood(content, state, now)
    entry = content.answers[intent]
    heard = state.but(misunderstood=0, question="", urgency=content.policy.care_for(intent).urgency)
    return heard, _script(content, heard, intent, (*_back(state), *entry.choices), now)


def misunderstood(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    """Say so once; the second time in a row show the menu with services."""
    if closed(state):
        return closed_door(content, state, now)
    counted = state.but(misunderstood=state.misunderstood + 1, question="")
    if counted.misunderstood < MENU_AFTER:
        entry = content.answers["not_understood"]
        choices = (*_back(state), *entry.choices)
        return counted, Script(
            says=say(*entry.says), choices=choices, outcome=Outcome.MENU, topic="out_of_scope"
        )
    return menu(content, counted, now)


def menu(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    """Show the ways on, and human beings."""
    if closed(state):
        return closed_door(content, state, now)
    entry = content.answers["menu"]
    kinds = entry.kinds or ("helpline", "self_help")
    return state.but(question=""), Script(
        says=say(*entry.says),
        kinds=kinds,
        services=content.services(kinds, state, now),
        choices=(*_back(state), *entry.choices),
        outcome=Outcome.MENU,
        topic="out_of_scope",
    )


def stop(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    """Leave the module or check-in that is open."""
    return answer(content, state.but(place="", answers={}), "stop", now)


def services(
    content: Content, state: State, kind: str, way: str, now: datetime
) -> tuple[State, Script]:
    """Show services of one kind, with the country's emergency number left to the help block.

    A ``way`` that the visitor chose is kept for all services that follow.
    """
    if state.door == "under_18" and kind not in FOR_MINORS:
        return closed_door(content, state, now)
    wishes = {**state.wishes, "way": way} if way else state.wishes
    wishing = state.but(question="", misunderstood=0, wishes=wishes)
    ways = tuple(f"services.{kind}.{other}" for other in _other_ways(wishing, kind))
    more = () if closed(state) else ("module.first_contact",)
    return wishing, Script(
        says=say(f"offer.heading.{kind}"),
        kinds=(kind,),
        services=content.services((kind,), wishing, now),
        choices=(*_back(state), *more, *ways, "menu"),
        outcome=Outcome.ANSWER,
        topic="ask_help_options",
    )


def _other_ways(state: State, kind: str) -> tuple[str, ...]:
    """Return the other way to be in touch with a human being: speaking or writing."""
    if kind not in BY_PHONE_OR_CHAT:
        return ()
    return ("phone",) if state.wishes.get("way") == "chat" else ("chat",)


def opened(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    """Count that a service was opened on a page of its own; the conversation stays as it is."""
    return state, Script(choices=("menu",), is_opened=True)


def closed(state: State) -> bool:
    """Tell whether adult content is closed in this conversation."""
    return closed_by(state) != ""


def closed_by(state: State) -> str:
    """Return the intent whose answer stands at a closed door, or empty when it is open."""
    if state.door == "under_18":
        return "under_18"
    return "help_only" if state.refusals >= HELP_ONLY_AFTER else ""


def opens(content: Content, state: State, choice: str) -> bool:
    """Tell whether a module or exercise opens: at a closed door only what is offered there."""
    return not closed(state) or choice in content.answers[closed_by(state)].choices


def closed_door(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    """Say kindly what is still open: help, and for minors their own door."""
    intent = closed_by(state)
    choices = content.answers[intent].choices
    left = state.but(question="", place="", answers={})
    return left, _script(content, state, intent, choices, now)


def _script(
    content: Content, state: State, intent: str, choices: tuple[str, ...], now: datetime
) -> Script:
    entry, care = content.answers[intent], content.policy.care_for(intent)
    return Script(
        says=say(*entry.says),
        kinds=entry.kinds,
        services=content.services(entry.kinds, state, now),
        choices=choices,
        outcome=care.outcome,
        topic=intent,
    )


def _is_still_open(state: State, intent: str) -> bool:
    """Minors are shown their own services, not those for adults."""
    minor = state.door == "under_18"
    return intent in STILL_OPEN and not (minor and intent == "ask_help_options")


def _back(state: State) -> tuple[str, ...]:
    """Offer the way back to an open module or check-in."""
    return (state.place,) if state.place else ()
