from __future__ import annotations

import pytest
from rasa.core.agent import Agent

from tests.assistant.talking import loaded


@pytest.fixture(scope="session")
def agent() -> Agent:
    """The trained assistant with our stores, replies and in-process actions."""
    return loaded()
