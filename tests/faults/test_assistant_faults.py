"""Help is always there: the site answers in time whatever happens to the assistant."""

from __future__ import annotations

import concurrent.futures
import html
import itertools
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.conversation.content import Content
from tests.faults.running import Browser, Line, Running, free_port, token_in, wait_until

pytestmark = pytest.mark.slow

PAGE_SECONDS = 1.0
ANSWER_SECONDS = 3.5
DANGER = {
    "en": ("I want to kill myself", "GB", "116 123"),
    "de": ("Ich will mich umbringen", "AT", "142"),
    "fr": ("Je veux me tuer", "FR", "3114"),
}
EMERGENCY = {"GB": "999", "AT": "112", "FR": "112"}

Start = Callable[..., Running]


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """Where the site looks for the assistant; nobody is there yet."""
    return Line(tmp_path / "a.sock")


@pytest.fixture
def visitor(started: Start, line: Line) -> Browser:
    """A site of its own for each test, because it remembers how patient to be."""
    visitor = Browser(f"http://127.0.0.1:{(port := free_port())}")
    site = started("site", "site", "--once", port=str(port), socket=str(line.socket))
    wait_until(visitor.is_up, site)
    return visitor


@pytest.fixture
def waiting_visitor(started: Start, assistant: tuple[Running, Line]) -> Browser:
    """A site in front of the shared assistant."""
    visitor = Browser(f"http://127.0.0.1:{(port := free_port())}")
    socket_path = str(assistant[1].socket)
    site = started("site", "site", "--once", port=str(port), socket=socket_path)
    wait_until(visitor.is_up, site)
    return visitor


def test_without_an_assistant_every_page_stands_and_danger_gets_its_card(
    visitor: Browser, content: Content
) -> None:
    pages_stand(visitor)
    danger_gets_its_card(visitor, content)
    an_ordinary_message_gets_the_menu(visitor, content)


def test_a_hung_assistant_holds_nothing_up(
    waiting_visitor: Browser, assistant: tuple[Running, Line], content: Content
) -> None:
    with hung(assistant[0]):
        pages_stand(waiting_visitor)
        danger_gets_its_card(waiting_visitor, content, locales=("en", "de"))
        an_ordinary_message_gets_the_menu(waiting_visitor, content)
        pages_stand(waiting_visitor)


def test_a_conversation_goes_on_when_a_hung_assistant_is_back(
    waiting_visitor: Browser, assistant: tuple[Running, Line], content: Content
) -> None:
    danger = html.unescape(waiting_visitor.post(text="I want to kill myself").text)
    token = token_in(danger)
    assert token
    with hung(assistant[0]):
        page = waiting_visitor.post(token=token, text="I feel low and ashamed").text
        assert token_in(page) == token
        assert says(page, content, "chat.unavailable")

    wait_for_answers(assistant[1])
    back = waiting_visitor.post(token=token, choice="exercise.grounding").text
    assert says(back, content, "exercise.grounding.title")
    assert not says(back, content, "chat.expired")
    assert not says(back, content, "chat.unavailable")
    assert "116 123" in conversation_of(back)


def test_an_assistant_that_is_killed_in_the_middle_of_a_turn_is_replaced(
    started: Start, visitor: Browser, line: Line, content: Content
) -> None:
    kept = started("kept", "assistant", socket=str(line.socket))
    wait_until(line.is_ready, kept)
    token = token_in(visitor.post(text="I feel low and ashamed").text)
    working = kept.working("--once")
    with concurrent.futures.ThreadPoolExecutor(1) as hands:
        working.suspend()
        answer = hands.submit(timed, lambda: visitor.post(token=token, text=DANGER["en"][0]))
        time.sleep(0.5)
        working.kill()
        page, seconds = answer.result()

    assert seconds < ANSWER_SECONDS
    assert says(page, content, "answer.suicide_risk.1")
    pages_stand(visitor)

    wait_until(line.is_ready, kept)
    again = visitor.post(token=token, text="I feel low and ashamed").text
    assert says(again, content, "answer.distress_general.1")
    assert says(again, content, "chat.expired")


NONSENSE = {
    "hangs up": b"",
    "error 500": b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
    "empty object": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
    "no JSON": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nnot json!",
    "null": b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull",
    "no HTTP": b"not HTTP at all\r\n\r\n",
}


def test_an_assistant_that_answers_nonsense_is_as_good_as_none(
    visitor: Browser, line: Line, content: Content
) -> None:
    replies = itertools.cycle(NONSENSE.values())
    with stand_in(line, lambda caller: caller.sendall(next(replies))):
        for _ in NONSENSE:
            danger_gets_its_card(visitor, content, locales=("en",))


def test_an_assistant_that_drips_its_answer_is_not_waited_for(
    visitor: Browser, line: Line, content: Content
) -> None:
    def drip(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        for _ in range(20):
            caller.sendall(b" ")
            time.sleep(0.3)

    with stand_in(line, drip):
        danger_gets_its_card(visitor, content, locales=("fr",))
        pages_stand(visitor)


def pages_stand(visitor: Browser) -> None:
    """See that the first page and the help page come at once, with whom to call."""
    for path, whom in (
        ("/", "findahelpline.com"),
        ("/help", "findahelpline.com"),
        ("/help?locale=en&country=GB", "116 123"),
        ("/help?locale=fr&country=FR", "3114"),
    ):
        page, seconds = timed(lambda path=path: visitor.get(path))
        assert seconds < PAGE_SECONDS, path
        assert whom in page, path


def danger_gets_its_card(
    visitor: Browser, content: Content, locales: tuple[str, ...] = ("en", "de", "fr")
) -> None:
    """See that danger is answered in time by the site alone, in the visitor's language."""
    for locale in locales:
        text, country, number = DANGER[locale]
        form = {"text": text, "locale": locale, "country": country}
        page, seconds = timed(lambda form=form: visitor.post(**form))
        assert seconds < ANSWER_SECONDS, locale
        assert says(page, content, "answer.suicide_risk.1", locale), locale
        assert says(page, content, "chat.unavailable", locale), locale
        assert number in conversation_of(page), locale
        assert EMERGENCY[country] in page, locale


def an_ordinary_message_gets_the_menu(visitor: Browser, content: Content) -> None:
    page, seconds = timed(lambda: visitor.post(text="I feel low and ashamed"))

    assert seconds < ANSWER_SECONDS
    assert says(page, content, "answer.menu.2")
    assert "999" in page


def says(page: str, content: Content, message_id: str, locale: str = "en") -> bool:
    words = " ".join(content.words.text(locale, message_id).split())
    return words[:40] in " ".join(html.unescape(page).split())


def conversation_of(page: str) -> str:
    """Return the part of a page that answers, without the help block that every page has."""
    return page[page.index("<main") : page.index('id="visit"')]


def timed(ask: Callable[[], object]) -> tuple[str, float]:
    began = time.monotonic()
    response = ask()
    seconds = time.monotonic() - began
    assert response.status_code == 200  # type: ignore[attr-defined]
    return html.unescape(response.text), seconds  # type: ignore[attr-defined]


def wait_for_answers(line: Line) -> None:
    """Wait until the assistant has worked off what came while it hung."""
    until = time.monotonic() + 20
    while not line.is_ready():
        assert time.monotonic() < until
    time.sleep(0.5)


@contextmanager
def hung(running: Running) -> Iterator[None]:
    """Let a process stand still, as one does that waits for a disk or a lock."""
    running.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        running.process.send_signal(signal.SIGCONT)


@contextmanager
def stand_in(line: Line, answer: Callable[[socket.socket], None]) -> Iterator[None]:
    """Listen in the assistant's place, and give every caller ``answer``."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(line.socket))
        listening.listen()
        threading.Thread(target=_serve, args=(listening, answer), daemon=True).start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            caller, _ = listening.accept()
        except OSError:
            return
        with caller:
            caller.recv(65536)
            try:
                answer(caller)
            except OSError:
                continue
