"""The line to the assistant: what it says, how long we wait, and what we do with nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.conversation.turn import Turn, Words
from bot.errors import AssistantUnavailable
from bot.web.public.assistant import (
    FAILURES,
    HEADER,
    SHORT_FOR_SECONDS,
    SHORT_SECONDS,
    Answered,
    Asked,
    Patience,
    SocketAssistant,
)

ASKED = Asked("hello", "", "de", "AT")
TURN = Turn("de", (Words("a.1", "Guten Tag"),), services=("s",), progress=(1, 2))
GOOD = json.dumps({"turn": TURN.to_json(), "known": True}).encode()
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def ask(socket: Path, *, seconds: float = 3.0) -> Answered:
    """Ask once and close."""

    async def once() -> Answered:
        assistant = SocketAssistant(socket, seconds)
        try:
            return await assistant.turn("t" * 43, ASKED)
        finally:
            await assistant.close()

    return asyncio.run(once())


def ask_server(folder: Path, handle: Handler, *, seconds: float = 3.0) -> Answered:
    """Ask a server that handles each connection with ``handle``."""

    async def once() -> Answered:
        server = await asyncio.start_unix_server(handle, folder / "a.sock")
        assistant = SocketAssistant(folder / "a.sock", seconds)
        try:
            return await assistant.turn("t" * 43, ASKED)
        finally:
            await assistant.close()
            server.close()

    return asyncio.run(once())


def answering(body: bytes, status: str = "200 OK", heard: list[bytes] | None = None) -> Handler:
    """Return a handler that says ``body`` to everything."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.read(64 * 1024)
        if heard is not None:
            heard.append(request)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    return handle


def test_the_turn_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    assert ask_server(tmp_path, answering(GOOD)) == Answered(TURN, known=True)


def test_the_token_travels_in_a_header_only(tmp_path: Path) -> None:
    heard: list[bytes] = []
    ask_server(tmp_path, answering(GOOD, heard=heard))
    head, _, body = b"".join(heard).partition(b"\r\n\r\n")

    assert head.startswith(b"POST /webhooks/site/turn HTTP/1.1")
    assert f"{HEADER}: {'t' * 43}".lower().encode() in head.lower()
    assert b"ttt" not in body
    if body:
        assert json.loads(body) == vars(ASKED)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b"not json", b'{"turn": {}, "known": true}', b"\xff\xfe",
             b'{"turn": {"replies": 5}}', b'{"turn": null, "known": true}']
)  # fmt: skip
def test_nonsense_counts_as_unavailable(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(AssistantUnavailable):
        ask_server(tmp_path, answering(body))


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "500 Oops", "503 Busy"])
def test_a_refusal_counts_as_unavailable(tmp_path: Path, status: str) -> None:
    with pytest.raises(AssistantUnavailable):
        ask_server(tmp_path, answering(GOOD, status))


def test_a_missing_socket_is_noticed_at_once(tmp_path: Path) -> None:
    began = time.monotonic()

    with pytest.raises(AssistantUnavailable):
        ask(tmp_path / "missing.sock")
    assert time.monotonic() - began < 0.5


def test_a_crash_in_the_middle_is_noticed_at_once(tmp_path: Path) -> None:
    async def crash(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
        writer.close()

    with pytest.raises(AssistantUnavailable):
        ask_server(tmp_path, crash)


def test_a_hung_assistant_costs_no_more_than_the_time_it_has(tmp_path: Path) -> None:
    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            await asyncio.sleep(1.5)

    began = time.monotonic()
    with pytest.raises(AssistantUnavailable):
        ask_server(tmp_path, hang, seconds=0.3)
    assert time.monotonic() - began < 1.0


def test_a_trickling_assistant_costs_no_more_either(tmp_path: Path) -> None:
    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            for byte in b"HTTP/1.1 200 OK\r\n":
                writer.write(bytes([byte]))
                await asyncio.sleep(0.1)

    began = time.monotonic()
    with pytest.raises(AssistantUnavailable):
        ask_server(tmp_path, trickle, seconds=0.3)
    assert time.monotonic() - began < 1.0


def test_forgetting_is_silent_when_nobody_listens(tmp_path: Path) -> None:
    async def forget() -> None:
        assistant = SocketAssistant(tmp_path / "missing.sock", 1.0)
        await assistant.forget("t" * 43)
        await assistant.close()

    asyncio.run(forget())


def patience(times: list[float]) -> Patience:
    """Return a Patience of three seconds whose clock shows the last of ``times``."""
    return Patience(3.0, clock=lambda: times[-1])


def test_failures_in_a_row_shorten_the_wait_for_a_while() -> None:
    times = [100.0]
    waiting = patience(times)
    for _ in range(FAILURES):
        assert waiting.now() == 3.0
        waiting.failed()

    assert waiting.now() == SHORT_SECONDS
    times.append(100.0 + SHORT_FOR_SECONDS)
    assert waiting.now() == 3.0


def test_failures_far_apart_shorten_nothing() -> None:
    times = [0.0]
    waiting = patience(times)
    for _ in range(20):
        times.append(times[-1] + 10)
        waiting.failed()

    assert waiting.now() == 3.0


def test_an_answer_restores_the_full_wait() -> None:
    waiting = patience([5.0])
    for _ in range(FAILURES):
        waiting.failed()
    waiting.worked()

    assert waiting.now() == 3.0


def test_failures_of_short_waits_do_not_prolong_them() -> None:
    times = [0.0]
    waiting = patience(times)
    for _ in range(FAILURES):
        waiting.failed()
    times.append(29.0)
    for _ in range(FAILURES):
        waiting.failed()
    times.append(31.0)

    assert waiting.now() == 3.0
