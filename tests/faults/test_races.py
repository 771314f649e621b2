"""Two who send with one key at the same moment: both get an answer, and one conversation counts."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.faults.running import Browser, Line, Running, free_port, token_in, wait_until
from tests.faults.visits import counted

pytestmark = pytest.mark.slow

AT_ONCE = 4
ROUNDS = 3
BESIDE = ({"choice": "topic.worried_thoughts"}, {"choice": "module.urges"},
          {"choice": "services.helpline"}, {"text": "I want to kill myself"})  # fmt: skip
Start = Callable[..., Running]


@pytest.fixture
def site(started: Start, assistant: tuple[Running, Line]) -> tuple[Browser, Running]:
    visitor = Browser(f"http://127.0.0.1:{(port := free_port())}")
    socket = str(assistant[1].socket)
    running = started("site", "site", "--once", port=str(port), socket=socket)
    wait_until(visitor.is_up, running)
    return visitor, running


def race(visitor: Browser, token: str) -> list[httpx2.Response]:
    """Send AT_ONCE different forms with one key, all at the same moment."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as hands:
        sent = [hands.submit(visitor.post, token=token, **form) for form in BESIDE]
        return [one.result() for one in sent]


def test_two_visitors_on_one_key_are_answered_and_counted_once(
    site: tuple[Browser, Running], tmp_path: Path
) -> None:
    visitor, running = site
    tokens = [token_in(visitor.post(choice="topic.self_help").text) for _ in range(ROUNDS)]
    answers = [answer for token in tokens for answer in race(visitor, token)]
    running.stop()

    assert {answer.status_code for answer in answers} == {200}
    assert all('id="help"' in answer.text for answer in answers)
    assert {token_in(answer.text) for answer in answers} == set(tokens)
    found = counted(tmp_path / "site" / "statistics.sqlite")
    assert 0 < found["locale"] <= ROUNDS
    assert max(found.values()) <= ROUNDS


def test_who_forgets_while_another_sends_leaves_no_half_of_a_conversation(
    site: tuple[Browser, Running], tmp_path: Path
) -> None:
    visitor, running = site
    begun = 0
    for _ in range(ROUNDS):
        token = token_in(visitor.post(choice="topic.self_help").text)
        with concurrent.futures.ThreadPoolExecutor(2) as hands:
            sent = hands.submit(visitor.post, token=token, text="I feel low and ashamed")
            gone = hands.submit(visitor.post, "/forget", token=token)
        assert sent.result().status_code == gone.result().status_code == 200
        assert token_in(gone.result().text) == ""
        visitor.post("/forget", token=token)
        begun += 2
        after = visitor.post(token=token, choice="menu").text
        begun += 1
        assert "earlier conversation has ended" in after
    running.stop()

    found = counted(tmp_path / "site" / "statistics.sqlite")
    assert 0 < found["locale"] <= begun
