"""How many connections there is room for, and which of them come first."""

from __future__ import annotations

import asyncio
import resource
import socket
import time
from contextlib import ExitStack

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from bot.web.connections import (
    ACCEPTED,
    MOST_CONNECTIONS,
    OTHER_FILES,
    Connection,
    room,
    room_in,
)

CROWD = 50


@pytest.mark.parametrize(
    ("files", "most"),
    [(256, 128), (1_024, 512), (4_096, 2_048), (6_000, 3_752), (524_288, MOST_CONNECTIONS)],
)
def test_connections_leave_files_for_everything_else(files: int, most: int) -> None:
    assert room_in(files) == most
    assert files - most >= min(files // 2, ACCEPTED + OTHER_FILES)


def test_where_any_number_of_files_may_be_open_there_is_a_limit_all_the_same() -> None:
    assert room_in(resource.RLIM_INFINITY) == MOST_CONNECTIONS


def test_a_process_asks_for_as_many_files_as_its_connections_need() -> None:
    taken = room()
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert taken == room_in(files)
    assert taken == MOST_CONNECTIONS or files == most


def test_pages_go_before_the_messages_of_a_crowd() -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # as the site runs
        begun = runner.run(begun_of_a_crowd())

    assert begun.count("POST") == CROWD
    assert begun.index("GET") < CROWD / 2


async def begun_of_a_crowd() -> list[str]:
    """Return the methods of a crowd of messages, and of one page behind them, as they begin."""
    begun: list[str] = []
    is_over = asyncio.Event()

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        begun.append(scope["method"])
        if scope["method"] == "POST":
            time.sleep(0.01)  # noqa: ASYNC251  # as a message costs; meanwhile the page arrives
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        if len(begun) > CROWD:
            is_over.set()

    config, state = Config(app, lifespan="off", ws="none", log_config=None), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    with ExitStack() as open_:
        for method in ("POST",) * CROWD + ("GET",):
            client = open_.enter_context(socket.create_connection(address))
            client.sendall(f"{method} / HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        await asyncio.wait_for(is_over.wait(), 10)
        for connection in [*state.connections]:
            connection.cut()
    server.close()
    await server.wait_closed()
    return begun
