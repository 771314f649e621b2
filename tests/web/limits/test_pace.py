"""A conversation's pace: messages wait before any is refused, and nobody waits for another."""

from __future__ import annotations

from starlette.testclient import TestClient

from bot.web.limits import (
    BURST,
    LONGEST_DELAY,
    MOST_TURNS,
    Entry,
    Limits,
    Verdict,
)
from tests.web.conftest import StandIn
from tests.web.limits.conftest import DANGER, HELLO, Clock, admit
from tests.web.reading import FETCH, has_help_block, token_in


def test_five_messages_at_once_are_not_delayed_and_the_next_are(
    limits: Limits, slept: list[float]
) -> None:
    entry = Entry(token=limits.new_token())
    verdicts = [admit(limits, entry) for _ in range(BURST + 2)]

    assert verdicts == [Verdict.IN] * (BURST + 2)
    assert slept == [1.0, 2.0]


def test_one_message_a_second_is_never_delayed(
    limits: Limits, clock: Clock, slept: list[float]
) -> None:
    entry = Entry(token=limits.new_token())
    for _ in range(60):
        assert admit(limits, entry) is Verdict.IN
        clock.now += 1

    assert slept == []


def test_nobody_is_delayed_for_another(limits: Limits, slept: list[float]) -> None:
    for _ in range(40):
        assert admit(limits, Entry(token=limits.new_token())) is Verdict.IN

    assert slept == []


def test_who_sends_without_waiting_is_held_and_counts_no_further(
    limits: Limits, clock: Clock, slept: list[float]
) -> None:
    entry = Entry(token=limits.new_token())
    verdicts = [admit(limits, entry) for _ in range(50)]

    assert verdicts.count(Verdict.IN) == BURST + int(LONGEST_DELAY)
    assert max(slept) <= LONGEST_DELAY
    clock.now += 3
    assert admit(limits, entry) is Verdict.IN


def test_the_turn_after_the_last_ends_a_conversation_kindly(
    visitor: TestClient, clock: Clock, assistant: StandIn
) -> None:
    token = token_in(visitor.post("/", data=HELLO).text)
    for _ in range(MOST_TURNS):
        clock.now += 1
        assert "become very long" not in visitor.post("/", data=HELLO | {"token": token}).text
    asked = len(assistant.asked)
    clock.now += 1
    last = visitor.post("/", data=HELLO | {"token": token})
    danger = visitor.post("/", data=DANGER | {"token": token}, headers=FETCH)

    assert last.status_code == 200
    assert "become very long" in last.text
    assert has_help_block(last.text)
    assert "116 123" in danger.text
    assert len(assistant.asked) == asked
