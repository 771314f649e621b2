"""The key of the conversation that is being handled, out of Rasa's sight.

The token never enters metadata, slots, ids or logs; it travels from the channel to the tracker
store in a context variable, which asyncio keeps apart for every request.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from bot.storage.sealing import Handle


@dataclass
class Visit:
    """A conversation while one of its messages is being answered.

    Attributes:
        is_lost: Whether its state couldn't be read. The tracker store, which must not raise, tells
            the channel so: what Rasa then says knows nothing of what was said before.
    """

    handle: Handle
    is_lost: bool = False


CURRENT: ContextVar[Visit | None] = ContextVar("quietline_visit", default=None)
