"""Danger comes before everything: route, ask one question, act on its answer, keep the card."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.content import Content
from bot.conversation.script import Say, Script, say
from bot.conversation.state import State
from bot.safety.topics import Outcome, Urgency
from bot.safety.triage import Assessment

ANSWERS = ("safety.yes", "safety.no", "safety.unsure")
HELP_ONLY_AFTER = 2  # refusals in one conversation


def takes_over(state: State, heard: Assessment) -> bool:
    """Tell whether a message is answered here, whatever form or module was open."""
    if heard.outcome in (Outcome.ROUTE, Outcome.REFUSE):
        return True
    if state.question and heard.intent in ("affirm", "deny"):
        return True
    return heard.outcome is Outcome.ASK and str(heard.asks) not in state.denied


def respond(
    content: Content, state: State, heard: Assessment, now: datetime
) -> tuple[State, Script]:
    """Answer a message that asks for care: cards, a refusal, or one question.

    A question is never put twice in a row: who is asked and stays unclear gets the cards.
    """
    if state.question and heard.intent in ("affirm", "deny"):
        return answered(content, state, "yes" if heard.intent == "affirm" else "no", now)
    if heard.outcome is Outcome.REFUSE:
        return _refuse(content, state, heard, now)
    if heard.asks and state.question == str(heard.asks):
        return answered(content, state, "unsure", now)
    if heard.asks and str(heard.asks) not in state.denied:
        return ask(content, state, heard)
    return route(content, state, (heard.intent, *heard.also), heard.urgency, now)


def ask(content: Content, state: State, heard: Assessment) -> tuple[State, Script]:
    """Put the one direct question about the topic that we aren't sure of."""
    asked = state.but(question=str(heard.asks), urgency=heard.urgency, misunderstood=0)
    question = content.answers[str(heard.asks)].ask
    return asked, Script(
        says=say(question), choices=ANSWERS, outcome=Outcome.ASK, topic=str(heard.asks)
    )


def route(
    content: Content, state: State, intents: tuple[str, ...], urgency: Urgency, now: datetime
) -> tuple[State, Script]:
    """Show the cards of the first intent, and serve the others too; leave whatever was open."""
    first = content.answers[intents[0]]
    others = [content.answers[intent] for intent in intents[1:] if intent in content.answers]
    kinds = _merged(first.kinds, *(answer.kinds for answer in others))
    routed = state.but(
        urgency=urgency,
        kept=_kept(state, intents[0], urgency),
        question="",
        place="",
        door="under_18" if "under_18" in intents else state.door,
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


def answered(content: Content, state: State, answer: str, now: datetime) -> tuple[State, Script]:
    """Act on the answer to our question; "not sure" counts as yes, because missing it harms.

    An answer to a question that was never put moves on, and lowers nothing.
    """
    topic = state.question
    if answer == "adult":
        return _adult(content, state)
    if answer == "moved_on" or not topic:
        return _moved_on(content, state)
    if answer == "no":
        return _denied(content, state, topic)
    return route(content, state, (topic,), content.policy.care_for(topic).urgency, now)


def _adult(content: Content, state: State) -> tuple[State, Script]:
    return state.but(door="self", question=""), _menu(content)


def _moved_on(content: Content, state: State) -> tuple[State, Script]:
    return state.but(kept="", question=""), _menu(content)


def _menu(content: Content) -> Script:
    menu = content.answers["menu"]
    return Script(says=say(*menu.says), choices=menu.choices, outcome=Outcome.MENU)


def _denied(content: Content, state: State, topic: str) -> tuple[State, Script]:
    answer = content.answers[topic]
    quiet = state.but(question="", denied=(*state.denied, topic))
    menu = content.answers["menu"].choices
    return quiet, Script(says=say(*answer.denied), choices=menu, topic=topic)


def _refuse(
    content: Content, state: State, heard: Assessment, now: datetime
) -> tuple[State, Script]:
    refusals = state.refusals + 1
    answer = content.answers["help_only" if refusals >= HELP_ONLY_AFTER else heard.intent]
    refused = state.but(refusals=refusals, question="", place="", misunderstood=0)
    return refused, Script(
        says=say(*answer.says),
        kinds=answer.kinds,
        services=content.services(answer.kinds, refused, now),
        choices=answer.choices,
        outcome=Outcome.REFUSE,
        topic=heard.intent,
    )


def _kept(state: State, intent: str, urgency: Urgency) -> str:
    return intent if urgency >= Urgency.TODAY else state.kept


def _merged(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for group in groups for kind in group))
