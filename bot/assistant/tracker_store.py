"""Rasa's tracker store over sealed state. It never raises, because Rasa would keep plaintext."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from rasa import telemetry
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot import logs, settings
from bot.assistant.trimming import trim
from bot.assistant.visit import CURRENT
from bot.errors import Refused, StateUnavailable
from bot.storage.sealing import Handle
from bot.storage.states import States, states


class SealedTrackerStore(TrackerStore):
    """Keeps trackers trimmed and sealed, in memory or in a Redis that several nodes share.

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
        _insist_on_silence()
        self.sealed: States = states(settings.read())
        super().__init__(domain, None)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Trim, seal and store ``tracker``; on an error this turn is lost, and nothing leaks."""
        try:
            if _is_lost():  # a tracker without its past must not take the place of the real one
                return
            state = json.dumps(trim(tracker), separators=(",", ":")).encode()
            await self.sealed.put(await self._handle(tracker.sender_id), state)
        except Exception as error:  # whatever it is, Rasa must not see it
            logs.note("state.save_failed", **logs.where(error))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker, or None if it expired, was forgotten, or can't be opened."""
        try:
            state = await self.sealed.get(await self._handle(sender_id))
            if state is None:
                return None
            return DialogueStateTracker.from_dict(sender_id, json.loads(state), self.domain.slots)
        except (StateUnavailable, Refused) as error:
            _lose()
            logs.note("state.unavailable", **logs.where(error))
            return None
        except Exception as error:  # as above
            logs.note("state.open_failed", **logs.where(error))
            return None

    async def keys(self) -> Iterable[str]:
        """Return nothing: there is no list of conversations."""
        return []

    async def _handle(self, sender_id: str) -> Handle:
        visit = CURRENT.get()
        if visit and visit.handle and visit.handle.row == sender_id:
            return visit.handle
        return await self.sealed.handle(sender_id.encode())


def _insist_on_silence() -> None:
    """Do for Rasa's own commands what ``bot.refusing`` does for ours, which they start without.

    Raises:
        Refused: Rasa would print or send what is said; says what to do.
    """
    if logging.getLogger("rasa").isEnabledFor(logging.DEBUG):
        raise Refused("With --debug or -vv Rasa prints what is said to it; start it without.")
    if telemetry.is_telemetry_enabled():
        raise Refused(
            "Rasa would send its errors to its makers; start it with RASA_TELEMETRY_ENABLED=false."
        )


def _is_lost() -> bool:
    visit = CURRENT.get()
    return visit is not None and visit.is_lost


def _lose() -> None:
    if visit := CURRENT.get():
        visit.is_lost = True
