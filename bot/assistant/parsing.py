"""Assess many texts with the trained model, without any conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from rasa.core.channels.channel import UserMessage

from bot.assistant.launcher import load_agent
from bot.assistant.safety_screen import ASSESSMENT
from bot.conversation.message import clean
from bot.safety.triage import Assessment


def assess_all(model: Path, texts: list[str]) -> Iterator[Assessment]:
    """Yield the assessment of each text, in order."""
    with asyncio.Runner() as runner:
        agent = runner.run(load_agent(model))
        for text in texts:
            parsed = runner.run(agent.processor.parse_message(UserMessage(clean(text))))
            yield Assessment.from_json(parsed[ASSESSMENT])
