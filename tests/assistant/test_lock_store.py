"""bot.assistant.lock_store: one message at a time per conversation, in the order they came."""

from __future__ import annotations

import asyncio
import time

import pytest
from rasa.core.agent import Agent

from bot.assistant.channel import converse
from bot.assistant.lock_store import WaitingLockStore
from tests.assistant.talking import run
from tests.builders import content

pytestmark = pytest.mark.slow


def test_two_messages_of_one_conversation_are_handled_one_after_the_other_in_order() -> None:
    locks, seen = WaitingLockStore(), []

    async def handle(number: int) -> None:
        async with locks.lock("one visitor"):
            seen.append(("begins", number))
            await asyncio.sleep(0.01)
            seen.append(("ends", number))

    run(together(*(handle(number) for number in range(5))))

    assert seen == [(what, n) for n in range(5) for what in ("begins", "ends")]


def test_other_conversations_do_not_wait() -> None:
    locks = WaitingLockStore()

    async def handle(visitor: str) -> None:
        async with locks.lock(visitor):
            await asyncio.sleep(0.1)

    began = time.monotonic()
    run(together(*(handle(f"visitor {number}") for number in range(20))))

    assert time.monotonic() - began < 1


def test_an_error_lets_the_next_message_in() -> None:
    locks = WaitingLockStore()

    async def fail() -> None:
        async with locks.lock("one visitor"):
            raise RuntimeError

    async def handle() -> str:
        async with locks.lock("one visitor"):
            return "handled"

    results = run(together(fail(), handle()))
    assert results[1] == "handled"


def test_a_lock_that_nobody_holds_is_not_kept() -> None:
    locks = WaitingLockStore()

    async def handle() -> None:
        async with locks.lock("one visitor"):
            assert len(locks._locks) == 1

    run(handle())
    assert len(locks._locks) == 0


def test_check_in_answers_that_come_at_once_are_all_counted_in_their_order(agent: Agent) -> None:
    items = [item for item in content().check_in.items if not item.many][:5]
    pressed = ["check_in.start", *(f"check_in.{item.id}.{item.answers[-1].id}" for item in items)]

    async def press(choice: str) -> int:
        body = {"text": "", "choice": choice, "locale": "en", "country": "GB"}
        turn = await converse(agent.handle_message, "c" * 64, body)
        return turn.progress[0] if turn.progress else 0

    steps = run(together(*map(press, pressed)))
    assert steps == sorted(steps)


async def together(*coroutines: object) -> list[object]:
    return await asyncio.gather(*coroutines, return_exceptions=True)  # type: ignore[call-overload]
