"""bot.assistant.trimming: a conversation goes on as if nothing had been cut from it."""

from __future__ import annotations

import copy
import json
import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.actions.action import ACTION_LISTEN_NAME
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.channel import Collected, user_message
from bot.assistant.safety_screen import ASSESSMENT, NOT_UNDERSTOOD, visit_entities
from bot.assistant.trimming import TURNS
from bot.conversation.choices import read_choice
from bot.errors import AssistantUnavailable
from bot.safety.topics import Outcome, Topic, Urgency
from bot.safety.triage import Assessment
from tests.assistant.talking import Talk, loaded, run
from tests.builders import content, every_choice

pytestmark = pytest.mark.slow

VISIT = {"locale": "de", "country": "AT"}
ASKABLE = [Topic(name) for name in content().policy.thresholds]


@dataclass(frozen=True)
class Recorded:
    """What one turn did, as far as a visitor or the next turn can notice."""

    shown: dict[str, Any] | None
    actions: tuple[str, ...]
    slots: dict[str, Any]
    loop: str | None


def assessments() -> st.SearchStrategy[Assessment]:
    """Every intent as the policy meets it, and now and then with a doubt."""

    def assessed(intent: str, asks: Topic | None) -> Assessment:
        care = content().policy.care_for(intent)
        outcome, urgency = (Outcome.ASK, Urgency.TODAY) if asks else (care.outcome, care.urgency)
        return Assessment(intent, care.topic, outcome, urgency, 0.9, asks=asks)

    intents = st.sampled_from([*content().policy.intents, "not_understood"])
    return st.builds(assessed, intents, st.none() | st.sampled_from(ASKABLE))


MESSAGES = st.lists(
    st.one_of(st.sampled_from(every_choice(content())), assessments()),
    min_size=TURNS + 1,
    max_size=3 * TURNS,
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(messages=MESSAGES)
def test_a_trimmed_conversation_says_does_and_remembers_the_same_as_an_untrimmed_one(
    messages: list[str | Assessment],
) -> None:
    sender = secrets.token_hex(32)
    trimmed, whole = loaded().processor, untrimmed_processor()

    for message in messages:
        assert record(trimmed, sender, message) == record(whole, sender, message)


def test_a_long_check_in_ends_with_the_same_result_when_its_beginning_was_cut() -> None:
    sender = secrets.token_hex(32)
    answers = [
        f"check_in.{i.id}.{i.answers[0].id}" for i in content().check_in.items if not i.leaves
    ]
    leaving = [f"check_in.{i.id}.no" for i in content().check_in.items if i.leaves]
    trimmed, whole = loaded().processor, untrimmed_processor()

    assert len(answers) > TURNS
    for message in ("check_in.start", *leaving, *answers):
        assert record(trimmed, sender, message) == record(whole, sender, message)


def test_the_kept_card_outlives_the_stored_turns() -> None:
    talk = Talk()
    talk.say("I want to kill myself")
    for _ in range(TURNS + 5):
        turn = talk.press("exercise.grounding")

    assert talk.slots()["kept"] == "suicide_risk"
    assert "samaritans-gb-ie" in turn.kept


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        (
            "en",
            ["I feel low and think of the windowsill", "Will you report the windowsill to police"],
        ),
        (
            "de",
            ["Ich fühle mich schlecht, Fensterbrett", "Ich will nicht mehr leben, Fensterbrett"],
        ),
        ("fr", ["J'ai honte du rebord de fenêtre", "Je veux mourir près du rebord de fenêtre"]),
    ],
)
def test_the_stored_state_holds_no_word_that_was_typed_or_said(
    locale: str, texts: list[str]
) -> None:
    talk = Talk(locale=locale, country="CH")
    said = [words.text for text in texts for words in talk.say(text).replies]
    said += [words.text for words in talk.press("module.urges.1").replies]

    state = (talk.stored() or b"").decode()
    events = json.loads(state)
    for mark in ("windowsill", "Fensterbrett", "rebord", *said):
        assert mark not in state
        assert json.dumps(mark)[1:-1] not in state
    assert {event["event"] for event in events}.isdisjoint({"bot"})
    assert {event["text"] for event in events if event["event"] == "user"} == {None}


def test_the_stored_state_does_not_grow_after_the_tenth_turn() -> None:
    talk = Talk()
    cycle = [
        "topic.worried_thoughts",
        "module.urges.2",
        "check_in.start",
        "menu",
        "topic.self_help",
    ]
    sizes = [stored_size_after(talk, choice) for choice in cycle * 8]

    assert max(sizes[-len(cycle) :]) <= max(sizes[TURNS : TURNS + len(cycle)])


def test_the_number_of_stored_events_does_not_grow_either() -> None:
    talk = Talk()
    counts = []
    for _ in range(4 * TURNS):
        talk.press("module.urges.2")
        counts.append(len(json.loads(talk.stored() or b"[]")))

    assert counts[-1] == counts[TURNS + 1]


def stored_size_after(talk: Talk, choice: str) -> int:
    talk.press(choice)
    return talk.stored_size()


def untrimmed_processor() -> MessageProcessor:
    """Rasa's processor with the same model, and a store that keeps everything."""
    processor = copy.copy(loaded().processor)
    processor.tracker_store = InMemoryTrackerStore(processor.domain)
    return processor


def record(processor: MessageProcessor, sender: str, message: str | Assessment) -> Recorded:
    output = Collected(VISIT["locale"])
    run(processor.handle_message(as_rasa_takes_it(sender, output, message)))
    tracker = run(processor.tracker_store.retrieve(sender))
    return Recorded(shown(output), latest_actions(tracker), remembered(tracker), loop_of(tracker))


def as_rasa_takes_it(sender: str, output: Collected, message: str | Assessment) -> UserMessage:
    if isinstance(message, str):
        return user_message(sender, output, "", read_choice(message, content()), VISIT)
    name = NOT_UNDERSTOOD if message.intent == "not_understood" else message.intent
    parsed = {
        "text": "some words",
        "intent": {"name": name, "confidence": message.confidence},
        "entities": visit_entities(VISIT),
        ASSESSMENT: message.to_json(),
    }
    return UserMessage("some words", output, sender, input_channel="site", parse_data=parsed)


def shown(output: Collected) -> dict[str, Any] | None:
    try:
        return output.turn().to_json()
    except AssistantUnavailable:
        return None


def latest_actions(tracker: DialogueStateTracker) -> tuple[str, ...]:
    events = list(tracker.events)
    last = max(place for place, event in enumerate(events) if isinstance(event, UserUttered))
    return tuple(
        event.action_name
        for event in events[last:]
        if isinstance(event, ActionExecuted) and event.action_name != ACTION_LISTEN_NAME
    )


def remembered(tracker: DialogueStateTracker) -> dict[str, Any]:
    return dict(tracker.current_slot_values())


def loop_of(tracker: DialogueStateTracker) -> str | None:
    return tracker.active_loop_name
