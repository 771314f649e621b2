"""Two who send with one key at the same moment: both get an answer, and one conversation counts."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable

import httpx2
import pytest

from tests.faults.running import Line, Running, free_port, token_in, wait_until
from tests.faults.visits import DATABASE, MARKED, SAID, Asked, Watched, counted

pytestmark = pytest.mark.slow

AT_ONCE = 4
ROUNDS = 3
BESIDE = ({"choice": "topic.worried_thoughts"}, {"choice": "module.urges"},
          {"text": SAID}, {"text": f"I want to kill myself. {MARKED}"})  # fmt: skip
Start = Callable[..., Running]


@pytest.fixture
def site(started: Start, assistant: tuple[Running, Line], asked: Asked) -> tuple[Watched, Running]:
    visitor = Watched(f"http://127.0.0.1:{(port := free_port())}", asked)
    socket = str(assistant[1].socket)
    running = started("site", "site", "--once", port=str(port), socket=socket)
    wait_until(visitor.is_up, running)
    return visitor, running


def race(visitor: Watched, token: str) -> list[httpx2.Response]:
    """Send AT_ONCE different forms with one key, all at the same moment."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as hands:
        sent = [hands.submit(visitor.post, token=token, **form) for form in BESIDE]
        return [one.result() for one in sent]


def test_two_visitors_on_one_key_are_answered_and_counted_once(
    site: tuple[Watched, Running], asked: Asked
) -> None:
    visitor, running = site
    tokens = [token_in(visitor.post(choice="topic.self_help").text) for _ in range(ROUNDS)]
    answers = [answer for token in tokens for answer in race(visitor, token)]
    running.stop()

    assert {answer.status_code for answer in answers} == {200}
    assert all('id="help"' in answer.text for answer in answers)
    assert {token_in(answer.text) for answer in answers} == set(tokens)
    assert asked.begun == ROUNDS
    found = counted(running.folder / DATABASE)
    assert 0 < found["locale"] <= ROUNDS
    assert max(found.values()) <= ROUNDS


def test_who_forgets_while_another_sends_leaves_no_half_of_a_conversation(
    site: tuple[Watched, Running], asked: Asked
) -> None:
    visitor, running = site
    for _ in range(ROUNDS):
        token = token_in(visitor.post(choice="topic.self_help").text)
        with concurrent.futures.ThreadPoolExecutor(2) as hands:
            sent = hands.submit(visitor.post, token=token, text=SAID)
            gone = hands.submit(visitor.post, "/forget", token=token)
        assert sent.result().status_code == gone.result().status_code == 200
        assert token_in(gone.result().text) == ""
        visitor.post("/forget", token=token)
        after = visitor.post(token=token, choice="menu").text
        assert "earlier conversation has ended" in after
    running.stop()

    found = counted(running.folder / DATABASE)
    assert 2 * ROUNDS <= asked.begun <= 3 * ROUNDS
    assert 0 < found["locale"] <= asked.begun
