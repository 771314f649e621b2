"""Conversations in a shared Redis: the real product, while processes and Redis come and go.

The tests are one story, told in their order, to one marked visitor: its end searches all that the
product wrote, and all that Redis has on its disk and in its memory, for the marks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.conversation.content import Content
from tests.faults.helping import ANSWER_SECONDS, conversation_of, says
from tests.faults.running import Running, wait_until
from tests.redis_server import Server, running_redis
from tests.seizure.faults import SAID, careless_code
from tests.seizure.marks import found_below, found_in, marks
from tests.seizure.memory import Unreadable, found_in_memory
from tests.seizure.product import Product, running_product
from tests.seizure.visitor import Visitor, is_in_danger, leaves, talks

pytestmark = pytest.mark.slow

READY_SECONDS = 180  # as long as a busy machine may take to load the assistant
DANGER = "I want to kill myself"


@dataclass(frozen=True)
class Shared:
    """The product, its Redis, and somebody who talks with it."""

    product: Product
    redis: Server
    visitor: Visitor


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("shared")
    with running_redis() as redis, running_product(folder, state_url=redis.url) as product:
        yield Shared(product, redis, Visitor(product.address))


def answers(shared: Shared, content: Content) -> bool:
    """Press a button that only the assistant answers without an apology."""
    page = shared.visitor.post(choice="exercise.grounding")
    return not says(page, content, "chat.unavailable")


def test_a_conversation_goes_on_after_its_process_was_killed(
    shared: Shared, content: Content
) -> None:
    assert says(shared.visitor.post(text=DANGER), content, "answer.suicide_risk.1")
    assert len(shared.redis.rows()) >= 1
    shared.product.running.working("assistant").kill()
    wait_until(lambda: answers(shared, content), shared.product.running, READY_SECONDS)

    back = shared.visitor.post(choice="exercise.grounding")
    assert says(back, content, "exercise.grounding.title")
    assert not says(back, content, "chat.expired")
    assert "116 123" in conversation_of(back)  # the helpline that danger brought is still offered


def test_without_redis_everybody_gets_help_and_danger_its_card_on_the_same_turn(
    shared: Shared, content: Content
) -> None:
    shared.redis.kill()
    for text, expected in ((SAID, "answer.menu.2"), (DANGER, "answer.suicide_risk.1")):
        began = time.monotonic()
        page = shared.visitor.post(text=text)
        assert time.monotonic() - began < ANSWER_SECONDS
        assert says(page, content, expected)
        assert says(page, content, "chat.unavailable")
        assert "999" in page
    assert "116 123" in conversation_of(page)
    shared.visitor.post("/forget")


def test_when_redis_is_back_conversations_are_too(shared: Shared, content: Content) -> None:
    shared.redis.start()
    assert answers(shared, content)

    shared.visitor.post(text=DANGER)
    page = shared.visitor.post(choice="exercise.grounding")
    assert not says(page, content, "chat.expired")
    assert "116 123" in conversation_of(page)


def test_in_all_this_no_mark_reached_a_file_or_redis(shared: Shared) -> None:
    visitor = shared.visitor
    for flow in (talks, is_in_danger, leaves):
        flow(visitor)
    careless_code(visitor, shared.product)
    visitor.post(text=SAID)
    sought = marks(visitor.tokens)

    assert shared.redis.rows()
    assert found_in(shared.redis.dumped(), sought) == {}
    assert found_below(shared.redis.folder, sought) == {}
    assert found_below(shared.product.folder, sought) == {}


def test_in_all_this_no_mark_reached_the_memory_of_redis(shared: Shared) -> None:
    assert shared.redis.process
    try:
        found = found_in_memory(shared.redis.process.pid, marks(shared.visitor.tokens))
    except Unreadable as reason:
        pytest.skip(str(reason))

    assert found == {}


def test_redis_has_written_nothing_but_that_it_runs(shared: Shared) -> None:
    assert {path.name for path in shared.redis.folder.iterdir()} == {
        "printed",
        "quietline.sock",
        "redis.conf",
    }


def test_with_a_redis_that_keeps_what_it_holds_the_assistant_doesnt_start(
    started: Callable[..., Running], tmp_path: Path
) -> None:
    with running_redis('save "60 1"') as redis:
        socket = str(tmp_path / "a.sock")
        refused = started("refused", "assistant", "--once", socket=socket, state_url=redis.url)

        assert refused.process.wait(READY_SECONDS) != 0
        assert 'set in its redis.conf: save "".' in refused.printed()
        assert "Traceback" not in refused.printed()
        assert redis.names() == []
