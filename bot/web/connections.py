"""Connections that nobody can hold for nothing.

A slow request is cut, and the oldest idle connection makes room for a new one, so that help is
reached whatever else is going on. uvicorn has a time limit for idle connections alone. Here a whole
request must come in time, a page must be taken in time, and a head has a longest length.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

READ_SECONDS: Final = 10.0  # for head and body together
WRITE_SECONDS: Final = 60.0  # for taking a page, also over a bad line
LONGEST_HEAD: Final = 32 * 1024  # bytes; what Guard refuses with a page is half of it
MOST_CONNECTIONS: Final = 800  # below the 1,024 files that a process may open


class Connection(HttpToolsProtocol):
    """One connection, read and written within limits."""

    waiting: dict[Connection, None] = {}
    """Those of this process that have sent no whole request, oldest first: the first to go."""

    _reading: asyncio.TimerHandle | None = None
    _writing: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes of the head so far; None once it is whole."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request; if there are too many who do, the first of them goes."""
        super().connection_made(transport)
        self._expect()
        if len(self.connections) > MOST_CONNECTIONS:
            oldest = next(iter(self.waiting))
            oldest.cut()

    def data_received(self, data: bytes) -> None:
        """Read on; the clock starts with the first byte, whatever it is."""
        if self._reading is None and self in self.waiting:
            self._reading = self.loop.call_later(READ_SECONDS, self.cut)
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self.cut()

    def on_headers_complete(self) -> None:
        """Take the head as whole."""
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Take the request as whole, unless it was refused before it was."""
        if not self.cycle.response_complete:
            self._rest()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, and for this page to be taken."""
        super().on_response_complete()
        self._rest()
        if self.transport.get_write_buffer_size():
            self._unset_writing()
            self._writing = self.loop.call_later(WRITE_SECONDS, self._cut_if_unread)
        if not self.transport.is_closing() and not self.pipeline:
            self._head = 0
            self.waiting[self] = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything."""
        self._rest()
        self._unset_writing()
        super().connection_lost(exc)

    def cut(self) -> None:
        """End the connection at once."""
        self._rest()
        self.transport.abort()

    def _expect(self) -> None:
        self.waiting[self] = None
        self._reading = self.loop.call_later(READ_SECONDS, self.cut)

    def _rest(self) -> None:
        self.waiting.pop(self, None)
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _unset_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _cut_if_unread(self) -> None:
        self._writing = None
        if self.transport.get_write_buffer_size():
            self.cut()
