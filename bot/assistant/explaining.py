"""Take a message apart: what each step of the recognition says about it."""

from __future__ import annotations

from rasa.core.agent import Agent
from rasa.shared.nlu.training_data.message import Message

from bot import wiring
from bot.assistant.parsing import recognise
from bot.assistant.safety_screen import ASSESSMENT
from bot.assistant.topic_classifier import IN_PARTS, ranked
from bot.conversation.message import clean
from bot.safety.explanation import Explanation, Reading, decisive, reading
from bot.safety.phrases import screen
from bot.safety.sentences import parts
from bot.safety.triage import Assessment

MOST_WORDS = 60  # whose absence is tried; each costs a reading


def explain(agent: Agent, text: str) -> Explanation:
    """Return every signal about ``text``, and what became of them."""
    content, cleaned = wiring.content(), clean(text)
    message, *others = recognise(agent, [cleaned, *_without_each_word(cleaned)])
    heard, whole = Assessment.from_json(message.get(ASSESSMENT)), _whole(message, cleaned)
    topic = decisive(heard)
    lacking = (_whole(other, "").topics.get(topic, 0.0) for other in others)
    losses = (whole.topics.get(topic, 0.0) - probability for probability in lacking)
    return Explanation(
        heard=heard,
        phrases=tuple(screen(cleaned, content.phrases)),
        whole=whole,
        parts=tuple(
            reading(part, intents, content.policy)
            for part, intents in zip(parts(cleaned), message.get(IN_PARTS) or (), strict=False)
        ),
        words=tuple(zip(cleaned.split(), losses, strict=False)),
    )


def _without_each_word(text: str) -> list[str]:
    words = text.split()
    if len(words) < 2:
        return []
    return [" ".join(words[:n] + words[n + 1 :]) for n in range(min(len(words), MOST_WORDS))]


def _whole(message: Message, text: str) -> Reading:
    return reading(text, ranked(message), wiring.content().policy)
