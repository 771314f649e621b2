"""Who sends slowly, too much, or nothing at all, keeps nobody from help."""

from __future__ import annotations

import asyncio
import concurrent.futures
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import httpx2
import psutil
import pytest

from bot.web.connections import LONGEST_HEAD, READ_SECONDS, room, room_in
from bot.web.security import LONGEST_BODY
from tests.faults.running import Browser, Running, free_port, start, wait_until

pytestmark = pytest.mark.slow

SLACK_SECONDS = 3.0
ANSWER_SECONDS = 60.0  # longer than a busy machine takes
FILES = 1_024  # that a site may open which has little
MANY = 1_500  # messages at once, each with a body as long as may be
LARGEST_CONNECTION = 100_000  # bytes
PAGES = ("/help?locale=en&country=GB", "/", "/help?locale=de&country=AT")
CARD = 'class="services"'
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def silence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A socket behind which an assistant hangs: it takes what is said, and never answers."""
    path = tmp_path_factory.mktemp("silence") / "a.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(500)
        yield path


@contextmanager
def running_site(
    folder: Path, assistant: Path, files: int = 0
) -> Iterator[tuple[Browser, Running]]:
    browser = Browser(f"http://127.0.0.1:{(port := free_port())}")
    running = start(folder, "site", "--once", port=str(port), socket=str(assistant))
    try:
        if files:  # before it listens, so that it never saw more
            resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE, (files, files))
        wait_until(browser.is_up, running)
        yield browser, running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def visitor(
    tmp_path_factory: pytest.TempPathFactory, silence: Path
) -> Iterator[tuple[Browser, Running]]:
    """A site whose assistant hangs, shared because no test here breaks it."""
    with running_site(tmp_path_factory.mktemp("flood"), silence) as started:
        yield started


@pytest.fixture(scope="module")
def narrow(
    tmp_path_factory: pytest.TempPathFactory, silence: Path
) -> Iterator[tuple[Browser, Running]]:
    """The same where a process may open few files."""
    with running_site(tmp_path_factory.mktemp("narrow"), silence, FILES) as started:
        yield started


class Posters:
    """So many who each send a message again and again, from a thread, as long as the block lasts.

    Whoever is cut comes again a moment later.
    """

    def __init__(self, browser: Browser, number: int, more: bytes = b"") -> None:
        self._address, self._number = ("127.0.0.1", port_of(browser)), number
        body = b"text=hello&locale=en&country=GB" + more
        length = f"Content-Length: {len(body)}\r\n\r\n".encode()
        self._message = HEAD + FORM + length + body
        self.answered, self.cut, self.has_help_in_every_answer = 0, 0, True
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()))
        self._is_over = threading.Event()

    def __enter__(self) -> Posters:
        room()  # as many files for this process as for the site
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        until = time.monotonic() + ANSWER_SECONDS
        while not self.answered and time.monotonic() < until:
            time.sleep(0.1)
        self._is_over.set()
        self._thread.join()

    async def _all(self) -> None:
        everybody = [asyncio.create_task(self._one()) for _ in range(self._number)]
        await asyncio.to_thread(self._is_over.wait)
        for one in everybody:
            one.cancel()
        await asyncio.gather(*everybody, return_exceptions=True)

    async def _one(self) -> None:
        while True:
            try:
                await self._visit()
            except (OSError, asyncio.IncompleteReadError):
                self.cut += 1
                await asyncio.sleep(0.2)

    async def _visit(self) -> None:
        reader, writer = await asyncio.open_connection(*self._address, limit=2**20)
        with closing(writer):
            while True:
                writer.write(self._message)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                page = await reader.readexactly(length)
                self.has_help_in_every_answer &= b"116 123" in page
                self.answered += 1


def connect(browser: Browser) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(browser)), 20)


def port_of(browser: Browser) -> int:
    return int(browser.address.rsplit(":", 1)[1])


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
    narrow: tuple[Browser, Running],
) -> None:
    browser, running = narrow
    most = room_in(FILES)
    with ExitStack() as open_:
        for number in range(most + 50):
            connection = open_.enter_context(closing(connect(browser)))
            if number % 2:
                connection.sendall(HEAD)
        assert max(helped_in(browser) for _ in range(10)) < 2.0
        held = psutil.Process(running.process.pid).net_connections()

    assert len(held) <= most + 5
    assert running.printed() == ""


@pytest.mark.parametrize("number", [FILES - 200, 3 * FILES])
def test_whoever_waits_for_the_assistant_goes_before_a_newcomer(
    narrow: tuple[Browser, Running], number: int
) -> None:
    browser, running = narrow
    posters = Posters(browser, number)
    with posters:
        for path in PAGES * 10:
            assert_helped(browser.get(path))

    assert posters.has_help_in_every_answer
    assert running.printed() == ""


def test_a_thousand_messages_at_once_keep_nobody_from_help_and_fill_no_memory(
    visitor: tuple[Browser, Running],
) -> None:
    browser, running = visitor
    if room() <= MANY:
        pytest.skip("this machine lets a process open too few files for so many")
    site = psutil.Process(running.process.pid)
    before = site.memory_full_info().uss
    posters = Posters(browser, MANY, b"&unread=" + b"a" * (LONGEST_BODY - 200))
    with posters:
        for path in PAGES * 20:
            assert_helped(browser.get(path))
        for _ in range(5):
            assert CARD in browser.post(text="I want to kill myself").text
        grown = site.memory_full_info().uss - before

    assert posters.answered
    assert posters.has_help_in_every_answer
    assert posters.cut == 0
    assert grown < (MANY + 500) * LARGEST_CONNECTION
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


def assert_helped(page: httpx2.Response) -> None:
    assert page.status_code in (200, 503)
    assert 'id="help"' in page.text


def helped_in(browser: Browser) -> float:
    """Return the seconds until the help page is there."""
    return timed(lambda: browser.get("/help?locale=en&country=GB"))


def timed(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    page = ask()
    assert getattr(page, "status_code", 0) == 200
    assert "116 123" in getattr(page, "text", "")
    return time.monotonic() - began
