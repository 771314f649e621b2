from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.running import Running, start


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
