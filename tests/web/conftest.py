"""The site with real content; only the assistant, another process, is stood in for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from bot.conversation.dialogue import without_assistant
from bot.conversation.state import State
from bot.conversation.turn import Turn
from bot.errors import AssistantUnavailable
from bot.settings import read
from bot.statistics.counts import Gathering
from bot.web.public.app import create_app
from bot.web.public.assistant import Answered, Asked
from bot.web.public.server import build
from bot.web.public.site import Site

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class StandIn:
    """Answers like the assistant, without recognition; fails while ``is_down``."""

    site: Site | None = None
    is_down: bool = False
    asked: list[tuple[str, Asked]] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    turn_instead: Turn | None = None

    async def turn(self, token: str, asked: Asked) -> Answered:
        if self.is_down or self.site is None:
            raise AssistantUnavailable
        self.asked.append((token, asked))
        known = token in self.open
        self.open.add(token)
        state = State(locale=asked.locale, country=asked.country)
        made = without_assistant(self.site.content, state, asked.text, asked.choice, NOON)
        return Answered(self.turn_instead or made, known)

    async def forget(self, token: str) -> None:
        self.open.discard(token)

    async def close(self) -> None:
        self.open.clear()


@pytest.fixture(scope="session")
def built() -> Site:
    return build(read({}))


@pytest.fixture
def assistant() -> StandIn:
    return StandIn()


@pytest.fixture
def site(built: Site, assistant: StandIn) -> Site:
    assistant.site = replace(built, assistant=assistant, clock=lambda: NOON, gathering=Gathering())
    return assistant.site


@pytest.fixture
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(site)) as client:
        yield client
