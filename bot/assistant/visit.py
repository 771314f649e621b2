"""The key of the conversation that is being handled, out of Rasa's sight.

The token never enters metadata, slots, ids or logs; it travels from the channel to the tracker
store in a context variable, which asyncio keeps apart for every request.
"""

from __future__ import annotations

from contextvars import ContextVar

from bot.storage.sealed import Handle

CURRENT: ContextVar[Handle | None] = ContextVar("quietline_visit", default=None)
