from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.running import Line, Running, an_assistant, start
from tests.faults.visits import Asked


@pytest.fixture
def asked() -> Asked:
    """What the visitors of one test ask for; they go with a ``visits.Watched`` that notes it."""
    return Asked()


@pytest.fixture
def started(
    request: pytest.FixtureRequest, tmp_path: Path, asked: Asked
) -> Iterator[Callable[..., Running]]:
    """Starts commands as ``running.start`` does, and stops them after the test.

    Whatever the test is about: no file that they wrote may then hold a word or key of a visitor,
    and no more may be counted than was asked for.
    """
    running: list[Running] = []
    is_shared = "assistant" in request.fixturenames
    shared = [request.getfixturevalue("assistant")[0].folder] if is_shared else []

    def start_one(name: str, *arguments: str, **settings: str) -> Running:
        running.append(start(tmp_path / name, *arguments, **settings))
        return running[-1]

    yield start_one
    for one in reversed(running):
        one.stop()
    assert asked.damage([*shared, *dict.fromkeys(one.folder for one in running)]) == []


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Line]]:
    """The real assistant, shared by tests that talk with it or let it wait, and never break it."""
    with an_assistant(tmp_path_factory.mktemp("assistant")) as running:
        yield running
