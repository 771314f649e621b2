"""Danger comes before everything: route, ask one question, act on its answer, keep the card."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest

from bot.conversation.choices import ANSWERS
from bot.conversation.content import Content
from bot.conversation.replies import HELP_ONLY_AFTER, closed, closed_by, closed_door
from bot.conversation.script import Say, Script, say
from bot.conversation.state import State
from bot.conversation.taking_part import left
from bot.safety.topics import Outcome, Urgency
from bot.safety.triage import Assessment

TYPED = {"affirm": "yes", "deny": "no", "not_understood": "unsure"}
"""What a typed message means after a question; one that isn't understood is no "no"."""
CHECK_IN = "check_in"
"""Stands in ``State.kept`` for the services at the end of a check-in."""


def takes_over(state: State, heard: Assessment) -> bool:
    """Tell whether a message is answered here, whatever form or module was open."""
    if heard.outcome in (Outcome.ROUTE, Outcome.REFUSE):
        return True
    if state.question and heard.intent in TYPED:
        return True
    return heard.outcome is Outcome.ASK and str(heard.asks) not in state.denied


def respond(
    content: Content, state: State, heard: Assessment, now: datetime
) -> tuple[State, Script]:
    """Answer a message that asks for care: cards, a refusal, or one question.

    A question is never put twice in a row: who is asked and stays unclear gets the cards.
    """
    if state.question and heard.intent in TYPED:
        return answered(content, state, state.question, TYPED[heard.intent], now)
    if heard.outcome is Outcome.REFUSE:
        return _refuse(content, state, heard, now)
    if heard.asks and state.question == str(heard.asks):
        return answered(content, state, state.question, "unsure", now)
    if heard.asks and str(heard.asks) not in state.denied:
        return ask(content, state, heard)
    return route(content, state, (heard.intent, *heard.also), heard.urgency, now)


def ask(content: Content, state: State, heard: Assessment) -> tuple[State, Script]:
    """Put the one direct question about the topic that we aren't sure of."""
    asked = state.but(question=str(heard.asks), urgency=heard.urgency, misunderstood=0)
    question = content.answers[str(heard.asks)].ask
    return asked, Script(
        says=say(question),
        choices=tuple(f"safety.{heard.asks}.{answer}" for answer in ANSWERS),
        outcome=Outcome.ASK,
        topic=str(heard.asks),
    )


def route(
    content: Content, state: State, intents: tuple[str, ...], urgency: Urgency, now: datetime
) -> tuple[State, Script]:
    """Show the cards of the first intent, and serve the others too; leave whatever was open."""
    first = content.answers[intents[0]]
    others = [content.answers[intent] for intent in intents[1:] if intent in content.answers]
    door = "under_18" if "under_18" in intents else state.door
    minors = ("child_line",) if door == "under_18" else ()
    kinds = _merged(minors, first.kinds, *(answer.kinds for answer in others))
    gravest = max(intents, key=lambda intent: content.policy.care_for(intent).urgency)
    routed = left(state).but(
        urgency=urgency,
        kept=keep(content, state, gravest, content.policy.care_for(gravest).urgency),
        question="",
        place="",
        answers={},
        door=door,
        misunderstood=0,
    )
    return routed, Script(
        says=(*say(*first.says), *(Say(answer.says[0]) for answer in others)),
        kinds=kinds,
        services=content.services(kinds, routed, now),
        choices=first.choices,
        outcome=Outcome.ROUTE,
        topic=intents[0],
    )


def keep(content: Content, state: State, intent: str, urgency: Urgency) -> str:
    """Return whose cards stay in view: the most urgent danger, among equals the latest."""
    kept = content.policy.care_for(state.kept).urgency
    return intent if urgency >= max(kept, Urgency.TODAY) else state.kept


def answered(
    content: Content, state: State, topic: str, answer: str, now: datetime
) -> tuple[State, Script]:
    """Act on the answer to our question about ``topic``, also from an earlier page.

    "Not sure" counts as yes, because missing it harms.
    """
    if answer == "no":
        return _denied(content, state, topic)
    return route(content, state, (topic,), content.policy.care_for(topic).urgency, now)


def go_on(content: Content, state: State, said: str, now: datetime) -> tuple[State, Script]:
    """Move on from a danger (``moved_on``), or from the door for minors (``adult``)."""
    changed = state.but(door="self") if said == "adult" else state.but(kept="")
    return _choosing(content, changed.but(question=""), now)


def _choosing(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    """Let a visitor who goes on choose, without cards that were not asked for."""
    if closed(state):
        return closed_door(content, state, now)
    entry = content.answers["menu"]
    return state, Script(says=say(*entry.says), choices=entry.choices, outcome=Outcome.MENU)


def _denied(content: Content, state: State, topic: str) -> tuple[State, Script]:
    quiet = state.but(question="", denied=(*state.denied, topic))
    ways_on = content.answers[closed_by(state) or "menu"].choices
    return quiet, Script(says=say(*content.answers[topic].denied), choices=ways_on)


def _refuse(
    content: Content, state: State, heard: Assessment, now: datetime
) -> tuple[State, Script]:
    refusals = state.refusals + 1
    answer = content.answers["help_only" if refusals >= HELP_ONLY_AFTER else heard.intent]
    refused = left(state).but(
        refusals=refusals,
        urgency=heard.urgency,
        question="",
        place="",
        answers={},
        misunderstood=0,
    )
    return refused, Script(
        says=say(*answer.says),
        kinds=answer.kinds,
        services=content.services(answer.kinds, refused, now),
        choices=answer.choices,
        outcome=Outcome.REFUSE,
        topic=heard.intent,
    )


def _merged(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first kind of each group, then the second: only three services are shown."""
    in_turn = (kind for kinds in zip_longest(*groups) for kind in kinds if kind)
    return tuple(dict.fromkeys(in_turn))
