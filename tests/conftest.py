"""What every fast test may use: the real content, and properties that take the time they need."""

from __future__ import annotations

import os
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings

from bot.conversation.content import Content
from bot.safety.policy import Policy
from tests import builders

# Both cores are busy when the tests run in parallel: a slow example is no fault of the test.
settings.register_profile(
    "fast", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", parent=settings.get_profile("fast"), max_examples=1_000)
# To see that a test fails is enough there; what it fails with needs no searching.
settings.register_profile(
    "mutation",
    parent=settings.get_profile("fast"),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


LONG: Final = (
    "tests/studio", "tests/web/staff", "tests/cli", "tests/statistics/attacks",
    "tests/release/test_making.py", "tests/conversation/test_facts.py", "tests/test_wiring.py",
    "tests/web/test_progress.py",
)  # fmt: skip
"""Where a test takes whole copies of the content, or keys that are meant to take time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long without Rasa and a browser, so that the rest answers in a minute."""
    for item in items:
        if item.nodeid.startswith(LONG) and not item.get_closest_marker("slow"):
            item.add_marker("long")


@pytest.fixture(scope="session")
def content() -> Content:
    return builders.content()


@pytest.fixture(scope="session")
def policy(content: Content) -> Policy:
    return content.policy
