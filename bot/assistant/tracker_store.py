"""Rasa's tracker store over sealed state. It never raises, because Rasa would keep plaintext."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot import logs, settings
from bot.assistant.trimming import trim
from bot.assistant.visit import CURRENT
from bot.storage.sealed import Handle, SealedStore


class SealedTrackerStore(TrackerStore):
    """Keeps trackers trimmed, sealed and in memory.

    The key comes from the visitor's token through ``bot.assistant.visit``; where there is none
    (rasa shell, rasa test) the conversation id itself takes the token's place.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        **kwargs: Any,
    ) -> None:
        chosen = settings.read()
        self.sealed = SealedStore(chosen.idle_seconds, chosen.lifetime_seconds)
        super().__init__(domain, None)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Trim, seal and store ``tracker``; on an error the conversation is lost, not leaked."""
        try:
            state = json.dumps(trim(tracker), separators=(",", ":")).encode()
            self.sealed.put(self._handle(tracker.sender_id), state)
        except Exception as error:  # whatever it is, Rasa must not see it
            logs.note("state.save_failed", **logs.where(error))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker, or None if it expired, was forgotten, or can't be opened."""
        try:
            state = self.sealed.get(self._handle(sender_id))
            if state is None:
                return None
            return DialogueStateTracker.from_dict(sender_id, json.loads(state), self.domain.slots)
        except Exception as error:  # as above
            logs.note("state.open_failed", **logs.where(error))
            return None

    async def keys(self) -> Iterable[str]:
        """Return nothing: there is no list of conversations."""
        return []

    def _handle(self, sender_id: str) -> Handle:
        handle = CURRENT.get()
        if handle and handle.row == sender_id:
            return handle
        return self.sealed.handle(sender_id.encode())
