from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave this folder alone where slow tests are unwanted: to look into it imports Rasa."""
    return True if config.option.markexpr == "not slow" else None
