"""Assess many texts with the trained model, without any conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.launcher import load_agent
from bot.assistant.safety_screen import ASSESSMENT
from bot.conversation.message import clean
from bot.safety.triage import Assessment

BATCH = 32  # texts in one run of the graph


def assess_all(model: Path, texts: list[str]) -> Iterator[Assessment]:
    """Yield the assessment of each text, in order."""
    agent = asyncio.run(load_agent(model))
    for start in range(0, len(texts), BATCH):
        for message in recognise(agent, texts[start : start + BATCH]):
            yield Assessment.from_json(message.get(ASSESSMENT))


def recognise(agent: Agent, texts: list[str]) -> list[Message]:
    """Return what Rasa's own recognition graph makes of each text.

    Its public method takes only one, and keeps to itself what each step found.
    """
    processor = agent.processor
    nobody = DialogueStateTracker.from_events("parse", [])
    messages = [UserMessage(clean(text)) for text in texts]
    inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: nobody}
    target = processor.model_metadata.nlu_target
    found: list[Message] = processor.graph_runner.run(inputs=inputs, targets=[target])[target]
    return found
