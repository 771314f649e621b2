from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rasa.core.agent import Agent

os.environ["RASA_TELEMETRY_ENABLED"] = "false"  # as in the Makefile: else our store refuses


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave this folder alone where slow tests are unwanted: to look into it imports Rasa."""
    return True if config.option.markexpr == "not slow" else None


@pytest.fixture(scope="session")
def agent() -> Agent:
    """The trained assistant with our stores, replies and in-process actions."""
    from tests.assistant.talking import loaded

    return loaded()
