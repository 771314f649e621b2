"""One made-up visitor, who talks with the real functions of the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Final

from bot.conversation import check_in, danger, replies
from bot.conversation.choices import read_choice
from bot.conversation.content import Content
from bot.conversation.dialogue import SAFETY_INTENTS, certain, press
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.conversation.tallying import OWN_DOORS
from bot.safety.topics import Outcome, Topic
from bot.safety.triage import Assessment
from bot.simulation.model import COUNTRIES, Model

MOST_TURNS: Final = 60
WRITTEN_ONLY: Final = (Topic.HARMFUL_REQUEST,)
"""There is no button for it."""


def talk(model: Model, content: Content, chance: Random, now: datetime) -> Iterator[str]:
    """Yield the events of one conversation, as texts, turn by turn."""
    state, script = _begun(model, chance), Script()
    for _ in range(MOST_TURNS):
        state, script, wrote = _turn(model, content, chance, (state, script), now)
        state, script = finish(content, state, script, now, wrote=wrote)
        yield from script.counts
        if script.services and chance.random() < model.opens:
            state, noted = press(content, state, read_choice("opened", content), now)
            state, noted = finish(content, state, noted, now)
            yield from noted.counts
        if chance.random() > (model.goes_on_inside if script.progress else model.goes_on):
            return


def _begun(model: Model, chance: Random) -> State:
    locale = _one(chance, model.locales)
    names_country = chance.random() < model.names_country
    return State(locale=locale, country=chance.choice(COUNTRIES[locale]) if names_country else "")


def _turn(
    model: Model, content: Content, chance: Random, before: tuple[State, Script], now: datetime
) -> tuple[State, Script, bool]:
    """Take the next turn; tell as well whether the visitor wrote."""
    state, script = before
    if not script.choices:
        return _first(model, content, chance, state, now)
    if not script.progress and chance.random() < model.writes_later:
        heard = _heard(model, content, chance, _one(chance, model.later))
        return *_written(content, state, heard, now), True
    choice = _one(chance, {choice: model.liking(choice) for choice in script.choices})
    return *press(content, state, read_choice(choice, content), now), False


def _first(
    model: Model, content: Content, chance: Random, state: State, now: datetime
) -> tuple[State, Script, bool]:
    """Begin with small talk, or through a door: by a button, or with a message."""
    if chance.random() < model.greets:
        return *_written(content, state, certain(content, "greet"), now), True
    door = _one(chance, model.doors)
    kind, _, intent = door.partition(".")
    can_be_written = kind == "topic" and intent not in OWN_DOORS
    if intent in WRITTEN_ONLY or (can_be_written and chance.random() < model.writes):
        return *_written(content, state, _heard(model, content, chance, intent), now), True
    return *press(content, state, read_choice(door, content), now), False


def _heard(model: Model, content: Content, chance: Random, intent: str) -> Assessment:
    """Return how a message is recognised; of some dangers the assistant isn't sure."""
    heard = certain(content, intent)
    topic = Topic(content.policy.care_for(intent).topic)
    if topic in content.policy.thresholds and chance.random() < model.unclear:
        care = content.policy.care_for(intent)
        return Assessment("not_understood", topic, Outcome.ASK, care.urgency, 0.3, asks=topic)
    return heard


def _written(
    content: Content, state: State, heard: Assessment, now: datetime
) -> tuple[State, Script]:
    """Answer a message as the safety policy and data/rules do."""
    if danger.takes_over(state, heard) or heard.intent in SAFETY_INTENTS:
        return danger.respond(content, state, heard, now)
    match heard.intent:
        case "not_understood":
            return replies.misunderstood(content, state, now)
        case "stop":
            return replies.stop(content, state, now)
        case "start_check_in":
            return check_in.step(content, state, ("start",), now)
    return replies.answer(content, state, heard.intent, now)


def _one(chance: Random, weights: Mapping[str, float]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
