"""Who sends slowly, too much, or nothing at all, keeps nobody from help."""

from __future__ import annotations

import concurrent.futures
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import psutil
import pytest

from bot.web.connections import LONGEST_HEAD, MOST_CONNECTIONS, READ_SECONDS
from tests.faults.running import Browser, Running, free_port, start, wait_until

pytestmark = pytest.mark.slow

SLACK_SECONDS = 3.0
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Running]]:
    """A site without an assistant, shared because no test here breaks it."""
    folder: Path = tmp_path_factory.mktemp("flood")
    browser = Browser(f"http://127.0.0.1:{(port := free_port())}")
    running = start(folder, "site", "--once", port=str(port), socket=str(folder / "none.sock"))
    try:
        wait_until(browser.is_up, running)
        yield browser, running
    finally:
        running.stop()


def connect(browser: Browser) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(browser.address.rsplit(":", 1)[1])), 20)


def seconds_until_cut(connection: socket.socket, drips: bytes = b"") -> float:
    """Send ``drips`` byte by byte, and return when the other side ended the connection."""
    began, connection_ended = time.monotonic(), False
    connection.settimeout(0.5)
    left = list(drips)
    while not connection_ended and time.monotonic() - began < 2 * READ_SECONDS:
        try:
            if left:
                connection.sendall(bytes([left.pop(0)]))
            connection_ended = connection.recv(65_536) == b""
        except TimeoutError:
            continue
        except OSError:
            connection_ended = True
    assert connection_ended
    return time.monotonic() - began


SLOW: dict[str, tuple[bytes, bytes]] = {
    "nothing": (b"", b""),
    "half a head": (HEAD, b"X-A: b\r\n" * 20),
    "empty lines": (b"", b"\r\n" * 100),
    "half a body": (HEAD + FORM + b"Content-Length: 9000\r\n\r\ntext=", b"a" * 100),
    "refused, then drips": (HEAD + b"Content-Length: 900000\r\n\r\n", b"a" * 100),
}


def test_whoever_sends_slowly_is_cut_while_help_stands(visitor: tuple[Browser, Running]) -> None:
    browser, _ = visitor

    def slow(how: tuple[bytes, bytes]) -> float:
        with closing(connect(browser)) as connection:
            connection.sendall(how[0])
            return seconds_until_cut(connection, how[1])

    with concurrent.futures.ThreadPoolExecutor(len(SLOW)) as threads:
        waits = {name: threads.submit(slow, how) for name, how in SLOW.items()}
        for _ in range(10):
            assert helped_in(browser) < 1.0
            time.sleep(0.5)

    for name, wait in waits.items():
        assert wait.result() < READ_SECONDS + SLACK_SECONDS, name


def test_an_idle_connection_is_cut_after_its_page(visitor: tuple[Browser, Running]) -> None:
    with closing(connect(visitor[0])) as connection:
        connection.sendall(b"GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 204")
        assert seconds_until_cut(connection) < READ_SECONDS


def test_a_head_without_an_end_is_cut_before_it_fills_the_memory(
    visitor: tuple[Browser, Running],
) -> None:
    taken = 0
    with closing(connect(visitor[0])) as connection, suppress(OSError):
        connection.sendall(HEAD)
        while taken < 100 * LONGEST_HEAD:
            connection.sendall(b"X-Bomb: " + b"a" * 4_000 + b"\r\n")
            taken += 4_000
            time.sleep(0.001)

    assert taken < 50 * LONGEST_HEAD
    assert helped_in(visitor[0]) < 1.0


def test_more_connections_than_there_is_room_for_keep_nobody_from_help(
    visitor: tuple[Browser, Running],
) -> None:
    browser, running = visitor
    with ExitStack() as open_:
        for number in range(MOST_CONNECTIONS + 50):
            connection = open_.enter_context(closing(connect(browser)))
            if number % 2:
                connection.sendall(HEAD)
        assert max(helped_in(browser) for _ in range(10)) < 2.0
        held = psutil.Process(running.process.pid).net_connections()

    assert len(held) <= MOST_CONNECTIONS + 5
    assert running.printed() == ""


def test_a_crowd_before_the_chat_keeps_nobody_from_help(visitor: tuple[Browser, Running]) -> None:
    browser, running = visitor
    until = time.monotonic() + 6

    def crowd(_: int) -> set[int]:
        seen = set()
        while time.monotonic() < until:
            page = browser.post(text="I want to kill myself")
            seen.add(page.status_code)
            assert "116 123" in page.text
        return seen

    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        crowds = [threads.submit(crowd, number) for number in range(20)]
        times = [helped_in(browser) for _ in range(20)]
        statuses = set().union(*(one.result() for one in crowds))

    assert statuses <= {200, 503}
    assert sorted(times)[len(times) // 2] < 1.0
    assert running.printed() == ""


def helped_in(browser: Browser) -> float:
    """Return the seconds until the help page is there."""
    return timed(lambda: browser.get("/help?locale=en&country=GB"))


def timed(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    page = ask()
    assert getattr(page, "status_code", 0) == 200
    assert "116 123" in getattr(page, "text", "")
    return time.monotonic() - began
