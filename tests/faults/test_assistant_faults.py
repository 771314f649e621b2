"""Help is always there: the site answers in time whatever happens to the assistant.

The visitors leave marks, and the fixture ``started`` looks for them when a test has ended, in all
that was written. It also compares what is counted with what was asked for.
"""

from __future__ import annotations

import concurrent.futures
import html
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.conversation.content import Content
from tests.faults.helping import (
    ANSWER_SECONDS,
    DANGER,
    conversation_of,
    danger_gets_its_card,
    pages_stand,
    says,
    timed,
)
from tests.faults.running import Browser, Line, Running, free_port, token_in, wait_until
from tests.faults.standing_in import KEPT_CONNECTION_SECONDS, NONSENSE, drip, repeat, stand_in
from tests.faults.visits import DATABASE, SAID, Asked, Watched, counted

pytestmark = pytest.mark.slow

RECOVERY_SECONDS = 20.0

Start = Callable[..., Running]


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """Where the site looks for the assistant; nobody is there yet."""
    return Line(tmp_path / "a.sock")


@pytest.fixture
def site(started: Start, line: Line, asked: Asked) -> tuple[Watched, Running]:
    """A site of its own for each test, because it remembers how patient to be."""
    return a_site(started, line, asked)


@pytest.fixture
def visitor(site: tuple[Watched, Running]) -> Watched:
    return site[0]


@pytest.fixture
def waiting(
    started: Start, assistant: tuple[Running, Line], asked: Asked
) -> tuple[Watched, Running]:
    """A site in front of the shared assistant."""
    return a_site(started, assistant[1], asked)


@pytest.fixture
def waiting_visitor(waiting: tuple[Watched, Running]) -> Watched:
    return waiting[0]


def a_site(started: Start, line: Line, asked: Asked) -> tuple[Watched, Running]:
    visitor = Watched(f"http://127.0.0.1:{(port := free_port())}", asked)
    settings = {"port": str(port), "socket": str(line.socket), "flush_seconds": "1"}
    running = started("site", "site", "--once", **settings)
    wait_until(visitor.is_up, running)
    return visitor, running


def test_without_an_assistant_every_page_stands_and_danger_gets_its_card(
    site: tuple[Watched, Running],
    line: Line,
    assistant: tuple[Running, Line],
    content: Content,
) -> None:
    visitor, running = site
    pages_stand(visitor)
    danger_gets_its_card(visitor, content)
    an_ordinary_message_gets_the_menu(visitor, content)
    assert counted_conversations(running) == 0

    line.socket.symlink_to(assistant[1].socket)
    it_converses_again(visitor, content)
    wait_until(lambda: counted_conversations(running) > 0, running)


def test_a_hung_assistant_holds_nothing_up(
    waiting: tuple[Watched, Running], assistant: tuple[Running, Line], content: Content
) -> None:
    visitor, running = waiting
    with hung(assistant[0]):
        pages_stand(visitor)
        danger_gets_its_card(visitor, content, locales=("en", "de"))
        an_ordinary_message_gets_the_menu(visitor, content)
        pages_stand(visitor)

    wait_for_answers(assistant[1])
    it_converses_again(visitor, content)
    wait_until(lambda: counted_conversations(running) > 0, running)


def test_a_conversation_goes_on_when_a_hung_assistant_is_back(
    waiting_visitor: Watched, assistant: tuple[Running, Line], content: Content
) -> None:
    token = in_danger(waiting_visitor)
    with hung(assistant[0]):
        page = waiting_visitor.post(token=token, text=SAID).text
        assert token_in(page) == token
        assert says(page, content, "chat.unavailable")

    wait_for_answers(assistant[1])
    it_goes_on(waiting_visitor, token, content)


def test_an_assistant_that_is_killed_in_the_middle_of_a_turn_is_replaced(
    started: Start, site: tuple[Watched, Running], line: Line, content: Content
) -> None:
    visitor, running = site
    kept = started("kept", "assistant", socket=str(line.socket))
    wait_until(line.is_ready, kept)
    token = token_in(visitor.post(text=SAID).text)
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
    again = visitor.post(token=token, text=SAID).text
    assert says(again, content, "answer.distress_general.1")
    assert says(again, content, "chat.expired")
    wait_until(lambda: counted_conversations(running) > 1, running)


def test_an_assistant_that_answers_nonsense_is_as_good_as_none(
    site: tuple[Watched, Running],
    line: Line,
    assistant: tuple[Running, Line],
    content: Content,
) -> None:
    visitor, running = site
    fixed = [lambda caller, _, raw=raw: caller.sendall(raw) for raw in NONSENSE.values()]
    with a_conversation_goes_on_after(visitor, line, assistant, content) as token:
        for answer in (*fixed, repeat(b"500 Oops"), repeat(b"200 OK")):
            with stand_in(line.socket, answer):
                pages_stand(visitor)
                danger_gets_its_card(visitor, content, locales=("en",))
                an_ordinary_message_gets_the_menu(visitor, content, token)
    wait_until(lambda: counted_conversations(running) > 0, running)


def test_an_assistant_that_drips_its_answer_is_not_waited_for(
    site: tuple[Watched, Running],
    line: Line,
    assistant: tuple[Running, Line],
    content: Content,
) -> None:
    visitor, running = site
    with (
        a_conversation_goes_on_after(visitor, line, assistant, content) as token,
        stand_in(line.socket, drip),
    ):
        danger_gets_its_card(visitor, content, locales=("fr",))
        an_ordinary_message_gets_the_menu(visitor, content, token)
        pages_stand(visitor)
    wait_until(lambda: counted_conversations(running) > 0, running)


@contextmanager
def a_conversation_goes_on_after(
    visitor: Watched, line: Line, assistant: tuple[Running, Line], content: Content
) -> Iterator[str]:
    """Begin a conversation with the real assistant, take it away, and bring it back.

    Whoever listens at ``line`` meanwhile is asked in its place.
    """
    line.socket.symlink_to(assistant[1].socket)
    token = in_danger(visitor)
    time.sleep(KEPT_CONNECTION_SECONDS)
    line.socket.unlink()
    yield token
    line.socket.symlink_to(assistant[1].socket)
    it_goes_on(visitor, token, content)


def in_danger(visitor: Watched) -> str:
    """Say what brings a card that stays for the whole conversation; return its token."""
    token = token_in(visitor.post(text=DANGER["en"][0]).text)
    assert token
    return token


def it_goes_on(visitor: Watched, token: str, content: Content) -> None:
    """See that the assistant answers again, and still knows what was said."""
    back = it_converses_again(visitor, content, token)
    assert token_in(back) == token
    assert not says(back, content, "chat.expired")
    assert "116 123" in conversation_of(back)


def it_converses_again(visitor: Watched, content: Content, token: str = "") -> str:
    """Press a button until the assistant answers; on a busy machine it may be late once."""
    until = time.monotonic() + RECOVERY_SECONDS
    while True:
        back = html.unescape(visitor.post(token=token, choice="exercise.grounding").text)
        assert says(back, content, "exercise.grounding.title")
        if not says(back, content, "chat.unavailable"):
            return back
        assert time.monotonic() < until


def counted_conversations(running: Running) -> int:
    return counted(running.folder / DATABASE)["locale"]


def an_ordinary_message_gets_the_menu(visitor: Browser, content: Content, token: str = "") -> None:
    page, seconds = timed(lambda: visitor.post(token=token, text=SAID))

    assert seconds < ANSWER_SECONDS
    assert says(page, content, "answer.menu.2")
    assert says(page, content, "chat.unavailable")
    assert token_in(page) == token
    assert "999" in page


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
