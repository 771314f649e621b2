"""How many connections there is room for, and which of them come first."""

from __future__ import annotations

import asyncio
import resource
import socket
import struct
import time
from contextlib import ExitStack, suppress

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from bot.web.connections import (
    MOST_AT_ONCE,
    MOST_CONNECTIONS,
    OTHER_FILES,
    ROUNDS,
    Connection,
    at_once_in,
    room,
    room_in,
)

CROWD = 50
BODY = b"text=hello"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"


@pytest.mark.parametrize(
    ("files", "most"),
    [(256, 128), (1_024, 568), (4_096, 2_872), (5_000, 3_552), (524_288, MOST_CONNECTIONS)],
)
def test_connections_leave_files_for_everything_else(files: int, most: int) -> None:
    assert room_in(files) == most
    assert files >= most + ROUNDS * at_once_in(files) + min(files // 4, OTHER_FILES)


def test_where_any_number_of_files_may_be_open_there_is_a_limit_all_the_same() -> None:
    assert room_in(resource.RLIM_INFINITY) == MOST_CONNECTIONS
    assert at_once_in(resource.RLIM_INFINITY) == MOST_AT_ONCE


def test_a_process_asks_for_as_many_files_as_its_connections_need() -> None:
    taken = room()
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert taken == room_in(files)
    assert taken == MOST_CONNECTIONS or files == most


@pytest.mark.parametrize("is_apart", [False, True], ids=["whole", "all heads first"])
def test_pages_go_before_the_messages_of_a_crowd(is_apart: bool) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # as the site runs
        begun = runner.run(begun_of_a_crowd(is_apart))

    assert begun.count("POST") == CROWD
    assert begun.index("GET") < CROWD / 2


async def begun_of_a_crowd(is_apart: bool) -> list[str]:
    """Return the methods of a crowd of messages, and of one page behind them, as they begin."""
    begun: list[str] = []
    is_over = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass
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
        clients = [open_.enter_context(socket.create_connection(address)) for _ in range(CROWD)]
        for client in clients:
            client.sendall(POST + (b"" if is_apart else BODY))
        if is_apart:
            await asyncio.sleep(0.5)
            for client in clients:
                client.sendall(BODY)
        page = open_.enter_context(socket.create_connection(address))
        page.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.wait_for(is_over.wait(), 10)
        for connection in [*state.connections]:
            connection.cut()
    server.close()
    await server.wait_closed()
    return begun


def test_messages_of_those_who_have_gone_take_up_no_round() -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        assert runner.run(rounds_behind_a_crowd_that_has_gone()) < CROWD / 2


async def rounds_behind_a_crowd_that_has_gone() -> int:
    """Return how many rounds of the loop a message waits behind those of a crowd that hung up."""
    begun = asyncio.Event()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        if b"stays" in (await receive()).get("body", b""):
            begun.set()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config, state = Config(app, lifespan="off", ws="none", log_config=None), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
    address, rounds = server.sockets[0].getsockname(), 0
    for _ in range(CROWD):
        with socket.create_connection(address) as client:
            client.sendall(POST + BODY)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with socket.create_connection(address) as client:
        client.sendall(POST + b"text=stays")
        while not begun.is_set():
            rounds += 1
            await asyncio.sleep(0)
        for connection in [*state.connections]:
            connection.cut()
    server.close()
    await server.wait_closed()
    return rounds


def test_whoever_sends_the_next_request_before_the_answer_is_cut_and_not_begun() -> None:
    begun: list[str] = []
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        assert runner.run(answer_to(POST + BODY, begun)).startswith(b"HTTP/1.1 204")
        assert runner.run(answer_to((POST + BODY) * 2, begun)) == b""

    assert begun == ["POST"]


async def answer_to(sent: bytes, begun: list[str]) -> bytes:
    """Return what comes until the connection ends; note the requests that are begun."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        begun.append(scope["method"])
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config, state = Config(app, lifespan="off", ws="none", log_config=None), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(sent)
    got = b""
    with suppress(ConnectionResetError):
        got = await asyncio.wait_for(reader.read(1_000), 10)
    writer.close()
    for connection in [*state.connections]:
        connection.cut()
    server.close()
    await server.wait_closed()
    return got


@pytest.mark.parametrize(
    ("size", "taken"), [(60_000, 0), (160_000, 145_000)], ids=["never paused", "resumed"]
)
def test_who_ends_without_taking_the_page_is_known_as_one_who_doesnt_read(
    size: int, taken: int
) -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        assert runner.run(unread_while_closing(size, taken))


async def unread_while_closing(size: int, taken: int) -> bool:
    """Return whether a connection that closes, with a page that isn't taken, is among the unread.

    asyncio holds 64 KiB before it pauses, and goes on below 16 KiB.
    """
    asked = asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for connection in state.connections:
            end = connection.transport.get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b" " * size})
        asked.set()

    config, state = Config(app, lifespan="off", ws="none", log_config=None), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        client.connect(server.sockets[0].getsockname())
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        await asyncio.wait_for(asked.wait(), 10)
        client.setblocking(False)
        while taken > 0:
            taken -= len(await loop.sock_recv(client, min(taken, 1000)))
        await asyncio.sleep(0.1)
        (connection,) = state.connections
        is_known = connection in Connection.unread and connection not in Connection.waiting
        connection.cut()
    server.close()
    await server.wait_closed()
    return is_known and not Connection.unread
