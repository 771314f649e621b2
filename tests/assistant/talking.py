"""Talk to the real assistant inside a test's process: the trained model, our stores, no socket."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from rasa.core.agent import Agent

from bot import settings
from bot.assistant.channel import converse
from bot.assistant.launcher import load_agent, prepare
from bot.conversation.turn import Turn
from bot.safety.triage import Assessment

T = TypeVar("T")


@functools.cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work`` returns; everything that Rasa does runs in one event loop."""
    return _runner().run(work, context=contextvars.copy_context())


@functools.cache
def loaded() -> Agent:
    """Return the agent with the trained model, loaded once per process."""
    prepare()
    model = settings.read().model
    if not model.exists():
        pytest.fail("There is no trained model yet; run: make setup")
    return run(load_agent(model))


@dataclass
class Talk:
    """One conversation with the real assistant.

    Attributes:
        sender: Stands where the site's token would lead.
    """

    locale: str = "en"
    country: str = "GB"
    sender: str = field(default_factory=lambda: secrets.token_hex(32))

    def say(self, text: str) -> Turn:
        """Return the answer to a typed message."""
        return self._send({"text": text, "choice": ""})

    def press(self, choice: str) -> Turn:
        """Return the answer to a button."""
        return self._send({"text": "", "choice": choice})

    def slots(self) -> dict[str, Any]:
        """Return what the conversation remembers."""
        tracker = run(loaded().tracker_store.retrieve(self.sender))
        return dict(tracker.current_slot_values()) if tracker else {}

    def stored(self) -> bytes | None:
        """Return the plaintext of the stored state."""
        sealed = loaded().tracker_store._tracker_store.sealed
        return run(sealed.get(run(sealed.handle(self.sender.encode()))))

    def stored_size(self) -> int:
        """Return how many bytes the sealed state takes."""
        sealed = loaded().tracker_store._tracker_store.sealed
        handle = run(sealed.handle(self.sender.encode()))
        return len(sealed._rows[handle.row].sealed)

    def _send(self, body: dict[str, str]) -> Turn:
        visit = {"locale": self.locale, "country": self.country}
        return run(converse(loaded().handle_message, self.sender, body | visit))


@functools.cache
def heard(text: str) -> Assessment:
    """Return what the trained model makes of ``text`` alone."""
    return Assessment.from_json(run(loaded().parse_message(text))["assessment"])
