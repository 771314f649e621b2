"""The wall clock of the real site and the real assistant jumps under a conversation.

The fixture ``started`` looks for traces, and for counts of what nobody asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation.content import Content
from tests.faults.clock import COMPILER, SUMMER_TIME, Clock, jumping_clock, weeks_in
from tests.faults.helping import pages_stand, says
from tests.faults.running import Line, Running, wait_until
from tests.faults.test_assistant_faults import a_site, in_danger, it_goes_on
from tests.faults.visits import DATABASE, Asked, counted

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not COMPILER, reason="there is no C compiler to make the clock with"),
]

DAY = timedelta(days=1)
LIFETIME_SECONDS = 30.0
Start = Callable[..., Running]


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[Clock]:
    with jumping_clock(tmp_path) as clock:
        clock.set(SUMMER_TIME - timedelta(minutes=5))
        yield clock


def test_a_conversation_goes_on_and_ends_in_time_whatever_the_clock_says(
    clock: Clock, started: Start, asked: Asked, tmp_path: Path, content: Content
) -> None:
    line = Line(tmp_path / "a.sock")
    settings = {"socket": str(line.socket), "lifetime_seconds": str(int(LIFETIME_SECONDS))}
    assistant = started("assistant", "assistant", "--once", **settings)
    wait_until(line.is_ready, assistant)
    visitor, site = a_site(started, line, asked)
    began = time.monotonic()
    oldest = in_danger(visitor)

    for jump in (summer_begins, a_day_forward, two_days_back, a_day_forward):
        token = in_danger(visitor)
        jump(clock)
        it_goes_on(visitor, token, content)
        pages_stand(visitor)

    time.sleep(max(0.0, began + LIFETIME_SECONDS + 1 - time.monotonic()))
    two_days_back(clock)
    assert says(visitor.post(token=oldest, choice="menu").text, content, "chat.expired")
    site.stop()
    database = site.folder / DATABASE
    before = counted(database)["locale"]
    assert before > 0
    assert weeks_in(database) == clock.weeks, "the clock was in both weeks, and somebody came"

    visitor, site = a_site(started, line, asked)  # with a clock that is behind its counters
    two_days_back(clock)
    in_danger(visitor)
    wait_until(lambda: counted(database)["locale"] > before, site)
    assert weeks_in(database) <= clock.weeks


def summer_begins(clock: Clock) -> None:
    clock.set(SUMMER_TIME - timedelta(seconds=2))
    while clock.now() <= SUMMER_TIME:
        time.sleep(0.1)


def a_day_forward(clock: Clock) -> None:
    clock.turn(DAY)


def two_days_back(clock: Clock) -> None:
    clock.turn(-2 * DAY)
