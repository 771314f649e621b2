from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.running import Line, Running, an_assistant, start


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts commands as ``running.start`` does, and stops them after the test."""
    running: list[Running] = []

    def start_one(name: str, *arguments: str, **settings: str) -> Running:
        running.append(start(tmp_path / name, *arguments, **settings))
        return running[-1]

    yield start_one
    for one in reversed(running):
        one.stop()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Line]]:
    """The real assistant, shared by tests that talk with it or let it wait, and never break it."""
    with an_assistant(tmp_path_factory.mktemp("assistant")) as running:
        yield running
