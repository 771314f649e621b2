"""Lead through the check-in one question at a time, and give its next step at the end."""

from __future__ import annotations

from datetime import datetime

from bot.checkin.check_in import SKIP, Item
from bot.checkin.next_step import next_step
from bot.checkin.walking import answer, next_item, previous_item, progress
from bot.conversation import danger
from bot.conversation.content import Content
from bot.conversation.replies import closed, closed_door, menu
from bot.conversation.script import Script, say
from bot.conversation.state import State
from bot.safety.topics import Outcome, Urgency

HERE = "check_in.continue"
WISHES = ("way", "country", "language")
"""Items whose answers decide which services come first, as long as the conversation lasts."""


def step(
    content: Content, state: State, rest: tuple[str, ...], now: datetime
) -> tuple[State, Script]:
    """Go one step: ``("start",)``, ``("back",)``, ``("stop",)`` or ``(item, answer)``."""
    topic = _danger(content, rest)
    if topic:
        urgency = content.policy.care_for(topic).urgency
        return danger.route(content, state, (topic,), urgency, now)
    if closed(state):
        return closed_door(content, state, now)
    match rest:
        case ("start",):
            return _put(content, state.but(answers={}), now, intro=True)
        case ("stop",):
            return menu(content, state.but(place="", answers={}), now)
        case ("back",):
            return _put(content, _stepped_back(content, state), now)
        case (item_id, answer_id):
            answers = answer(content.check_in, state.answers, item_id, answer_id)
            return _put(content, state.but(answers=answers), now)
    return _put(content, state, now)


def _danger(content: Content, rest: tuple[str, ...]) -> str:
    """Return the topic for which an answer leaves the check-in at once, or empty."""
    item = content.item(rest[0])
    return item.leaves.get(rest[-1], "") if item and len(rest) == 2 else ""


def _put(
    content: Content, state: State, now: datetime, *, intro: bool = False
) -> tuple[State, Script]:
    item = next_item(content.check_in, state.answers)
    if item is None:
        return _finish(content, state, now)
    first = say("check_in.intro") if intro else ()
    back = () if intro or previous_item(content.check_in, state.answers) is None else ("back",)
    return state.but(place=HERE, question="", misunderstood=0), Script(
        says=(*first, *say(item.question)),
        choices=(*_buttons(item), *(f"check_in.{name}" for name in (*back, "stop"))),
        progress=progress(content.check_in, state.answers),
        topic="self_help",
        part="check_in",
    )


def _buttons(item: Item) -> tuple[str, ...]:
    last = ("done", SKIP) if item.many else (SKIP,)
    return tuple(f"check_in.{item.id}.{a}" for a in (*(a.id for a in item.answers), *last))


def _stepped_back(content: Content, state: State) -> State:
    item = previous_item(content.check_in, state.answers)
    if item is None:
        return state
    kept = {name: ids for name, ids in state.answers.items() if name != item.id}
    return state.but(answers=kept)


def _wishes(state: State) -> dict[str, str]:
    """Return how the visitor would like to be helped, as far as they said."""
    said = ((item, ids[0]) for item, ids in state.answers.items() if item in WISHES and ids)
    return {item: answer_id for item, answer_id in said if answer_id != SKIP}


def _finish(content: Content, state: State, now: datetime) -> tuple[State, Script]:
    result = next_step(content.check_in.in_locale(state.locale), state.answers)
    urgency = Urgency[result.urgency.upper()]
    kept = danger.keep(content, state, danger.CHECK_IN, urgency)
    done = state.but(
        place="",
        answers={},
        question="",
        urgency=urgency,
        kept=kept,
        misunderstood=0,
        wishes={**state.wishes, **_wishes(state)},
    )
    exercise = (f"exercise.{result.exercise}",) if result.exercise else ()
    later = (f"module.{result.later}",) if result.later else ()
    return done, Script(
        says=say(*result.says),
        kinds=result.services,
        services=content.services(result.services, done, now),
        choices=(*exercise, f"module.{result.module}", *later, "menu"),
        outcome=Outcome.ROUTE if urgency >= Urgency.TODAY else Outcome.ANSWER,
        topic="self_help",
        part=f"check_in.{result.band}",
        is_finished=True,
    )
