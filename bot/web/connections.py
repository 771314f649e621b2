"""Connections that nobody can hold for nothing.

A slow request is cut, and when there is no room for one more, whoever has it for nothing goes, so
that help is reached whatever else is going on. uvicorn has a time limit for idle connections alone.
Here a whole request must come in time, a page must be taken in time, and a head has a longest
length.
"""

from __future__ import annotations

import asyncio
import resource
from collections import deque
from contextlib import suppress
from functools import cache
from typing import Final

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

READ_SECONDS: Final = 10.0  # for head and body together
WRITE_SECONDS: Final = 60.0  # for taking a page, also over a bad line
LONGEST_HEAD: Final = 32 * 1024  # bytes; what Guard refuses with a page is half of it
NEWCOMER_SECONDS: Final = 1.0  # whoever is here for longer, and asks for nothing, may go
MOST_CONNECTIONS: Final = 4_000  # at up to 60 KB each, also with the longest messages
OTHER_FILES: Final = 200  # that a process has open beside them: libraries, databases, the assistant
ACCEPTED: Final = 2_048  # connections that uvicorn takes in one go, before any of them can be cut
HELP: Final = "/help"  # a form leads there too, and no crowd goes before it


@cache
def room() -> int:
    """Return how many connections this process takes; as many files as that it may open then.

    Systems let a process open 1,024 files until it asks for more.
    """
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + ACCEPTED + OTHER_FILES
    if files != resource.RLIM_INFINITY and files < wanted:
        files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        with suppress(OSError, ValueError):  # not allowed to ask: then what we have must do
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return room_in(files)


def room_in(files: int) -> int:
    """Return how many connections fit where a process may open ``files``; -1 is any number."""
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return min(MOST_CONNECTIONS, max(files - ACCEPTED - OTHER_FILES, files // 2))


class Connection(HttpToolsProtocol):
    """One connection, read and written within limits."""

    waiting: dict[Connection, None] = {}
    """Those of this process that have sent no whole request, oldest first: the first to go."""

    messages: dict[Connection, None] = {}
    """Those that sent something and wait for what comes of it, oldest first: the next to go."""

    unread: dict[Connection, None] = {}
    """Those that don't take their page, oldest first: the last to go."""

    queue: deque[tuple[Connection, RequestResponseCycle, ASGI3Application]] = deque()
    """Messages that are not begun yet: one in each round of the loop, so that pages go between."""

    _since: float = 0.0
    """When it began to wait for a request."""

    _reading: asyncio.TimerHandle | None = None
    _writing: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes of the head so far; None once it is whole."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request; if there is no room for that, another one goes."""
        super().connection_made(transport)
        self._expect()
        if len(self.connections) > room():
            self._first_to_go().cut()

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
        if self.scope["method"] == "POST":
            self.messages[self] = None

    def on_message_complete(self) -> None:
        """Take the request as whole, unless it was refused before it was."""
        if not self.cycle.response_complete:
            self._rest()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, and for this page to be taken."""
        super().on_response_complete()
        self._rest()
        self.messages.pop(self, None)
        if self.transport.get_write_buffer_size():
            self._unset_writing()
            self._writing = self.loop.call_later(WRITE_SECONDS, self._cut_if_unread)
        if not self.transport.is_closing() and not self.pipeline:
            self._head = 0
            self._wait()

    def pause_writing(self) -> None:
        """Note that the page is not taken as fast as it comes."""
        super().pause_writing()
        self.unread[self] = None

    def resume_writing(self) -> None:
        """Note that it is."""
        super().resume_writing()
        self.unread.pop(self, None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything."""
        self._leave()
        super().connection_lost(exc)

    def cut(self) -> None:
        """End the connection at once."""
        self._leave()
        self.connections.discard(self)  # its file is closed a moment later
        self.transport.abort()

    def _first_to_go(self) -> Connection:
        """Return who is cut for this one: never somebody who has come to ask for help just now.

        Who asks for a page gets it at once and waits no more; so what is left are those who wait
        for the assistant, and those who don't read.
        """
        idle = next(iter(self.waiting))
        if self.loop.time() - idle._since > NEWCOMER_SECONDS:
            return idle
        return next(iter(self.messages or self.unread or self.waiting))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Begin with a page at once, and with a message when it is its turn."""
        if cycle.scope["method"] != "POST" or cycle.scope["path"] == HELP:
            super()._start_asgi_task(cycle, app)
            return
        self.queue.append((self, cycle, app))
        if len(self.queue) == 1:
            self.loop.call_soon(self._begin_next)

    def _begin_next(self) -> None:
        connection, cycle, app = self.queue.popleft()
        if not cycle.disconnected:
            super(Connection, connection)._start_asgi_task(cycle, app)
        if self.queue:
            self.loop.call_soon(self._begin_next)

    def _expect(self) -> None:
        self._wait()
        self._reading = self.loop.call_later(READ_SECONDS, self.cut)

    def _wait(self) -> None:
        self._since = self.loop.time()
        self.waiting[self] = None

    def _leave(self) -> None:
        self._rest()
        self._unset_writing()
        self.messages.pop(self, None)
        self.unread.pop(self, None)

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
