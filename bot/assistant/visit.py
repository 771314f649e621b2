"""The key of the conversation that is being handled, out of Rasa's sight.

The token never enters metadata, slots, ids or logs; it travels from the channel to the tracker
store in a context variable, which asyncio keeps apart for every request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.storage.sealing import Handle


@dataclass
class Visit:
    """A conversation while one of its messages is being answered.

    Attributes:
        handle: None once it is answered.
        is_lost: Whether its state couldn't be read. The tracker store, which must not raise, tells
            the channel so: what Rasa then says knows nothing of what was said before.
    """

    handle: Handle | None
    is_lost: bool = False


CURRENT: ContextVar[Visit | None] = ContextVar("quietline_visit", default=None)


@contextmanager
def visiting(handle: Handle) -> Iterator[Visit]:
    """Let the tracker store have ``handle`` until the block ends, and nobody after that.

    A connection, Sanic's or that to Redis, lives in the context of the message in which it began,
    often for minutes: it keeps the visit, and with it the key, unless that is taken out.
    """
    visit = Visit(handle)
    CURRENT.set(visit)
    try:
        yield visit
    finally:
        visit.handle = None
