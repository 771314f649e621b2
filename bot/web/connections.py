"""Connections that nobody can hold for nothing.

A slow request is cut, and when there is no room for one more, whoever has it for nothing goes, so
that help is reached whatever else is going on. uvicorn has a time limit for idle connections alone.
Here a whole request must come in time, a page must be taken in time, and a head has a longest
length.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from collections import deque
from contextlib import suppress
from functools import cache
from typing import Final

import uvicorn
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bot.web.security import LONGEST_BODY

READ_SECONDS: Final = 10.0  # for head and body together
WRITE_SECONDS: Final = 60.0  # for taking a page, also over a bad line
LONGEST_HEAD: Final = 32 * 1024  # bytes; what Guard refuses with a page is half of it
NEWCOMER_SECONDS: Final = 1.0  # whoever is here for longer, and asks for nothing, may go
MOST_CONNECTIONS: Final = 4_000  # at up to 60 KB each, also with the longest messages
OTHER_FILES: Final = 200  # that a process has open beside them: libraries, databases, the assistant
MOST_AT_ONCE: Final = 500  # connections that are taken in one go
AT_THE_DOOR: Final = 2_048  # that wait for it; the system keeps them, and they need no file
ROUNDS: Final = 4  # of the loop, from when a connection is taken until one is closed for it
HELP: Final = "/help"  # a form leads there too, and no crowd goes before it


def room() -> int:
    """Return how many connections this process takes."""
    return room_in(_files())


def room_in(files: int) -> int:
    """Return how many connections fit where a process may open ``files``; -1 is any number."""
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    coming = ROUNDS * at_once_in(files)
    return min(MOST_CONNECTIONS, max(files - coming - OTHER_FILES, files // 2))


def at_once_in(files: int) -> int:
    """Return how many are taken in one go where a process may open ``files``; -1 is any number.

    The next ones come before any of these can be cut for them, and all need a file.
    """
    if files == resource.RLIM_INFINITY:
        return MOST_AT_ONCE
    return min(MOST_AT_ONCE, files // 16)


@cache
def _files() -> int:
    """Return how many files this process may open, after asking for as many as it wants.

    Systems let a process open 1,024 until it asks for more.
    """
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + ROUNDS * MOST_AT_ONCE + OTHER_FILES
    if files != resource.RLIM_INFINITY and files < wanted:
        files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        with suppress(OSError, ValueError):  # not allowed to ask: then what we have must do
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return files


class Server(uvicorn.Server):
    """Lets more connections wait than it takes in one go: uvicorn has one number for both."""

    def __init__(self, config: uvicorn.Config) -> None:
        config.backlog = at_once_in(_files())
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, with room before the door."""
        await super().startup(sockets)
        for listening in (each for server in self.servers for each in server.sockets):
            with listening.dup() as same:
                same.listen(AT_THE_DOOR)


class Connection(HttpToolsProtocol):
    """One connection, read and written within limits."""

    waiting: dict[Connection, None] = {}
    """Those of this process that have sent no whole request, oldest first: the first to go."""

    messages: dict[Connection, None] = {}
    """Those that sent something and wait for what comes of it, oldest first: the next to go."""

    unread: dict[Connection, None] = {}
    """Those that don't take their page, oldest first: the last to go."""

    queue: deque[tuple[Connection, RequestResponseCycle, ASGI3Application]] = deque()
    """Whole messages that are not begun yet: one in each round of the loop, and pages between."""

    _since: float = 0.0
    """When it began to wait for a request."""

    _message: tuple[RequestResponseCycle, ASGI3Application] | None = None
    """One that isn't whole yet."""

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
        """Take the head as whole.

        Whoever sends the next request before the answer to this one is cut: no browser does that,
        and no proxy, and we would lose sight of who waits.
        """
        self._head = None
        before = self.cycle
        super().on_headers_complete()
        if self.pipeline:
            before.disconnected = True  # uvicorn says so to the latest alone
            before.message_event.set()
            self.cut()
        elif self.scope["method"] == "POST":
            self.messages[self] = None

    def on_body(self, body: bytes) -> None:
        """Take more of a message; too long, it is begun at once, because it gets a refusal."""
        super().on_body(body)
        if len(self.cycle.body) > LONGEST_BODY:
            self._queue_message()

    def on_message_complete(self) -> None:
        """Take the request as whole, unless it was refused before it was."""
        if not self.cycle.response_complete:
            self._rest()
        super().on_message_complete()
        self._queue_message()

    def on_response_complete(self) -> None:
        """Wait for the next request, and for this page to be taken."""
        super().on_response_complete()
        self._rest()
        self.messages.pop(self, None)
        if self.transport.get_write_buffer_size():
            self._unset_writing()
            self._writing = self.loop.call_later(WRITE_SECONDS, self._cut_if_unread)
            if self.transport.is_closing():  # nobody resumes what was never paused
                self.unread[self] = None
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
        if not self.transport.is_closing():  # its end is the last that anybody hears of it
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
        """Begin with a page at once, and with a message when it is whole, and its turn."""
        if cycle.scope["method"] != "POST" or cycle.scope["path"] == HELP:
            super()._start_asgi_task(cycle, app)
        else:
            self._message = cycle, app

    def _queue_message(self) -> None:
        if self._message is None:
            return
        self.queue.append((self, *self._message))
        self._message = None
        if len(self.queue) == 1:
            self.loop.call_soon(self._begin_next)

    def _begin_next(self) -> None:
        while self.queue:
            connection, cycle, app = self.queue.popleft()
            if not cycle.disconnected:  # whoever has gone takes up no round
                super(Connection, connection)._start_asgi_task(cycle, app)
                break
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
