"""The place that attacks on a release start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.release.operating import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place where one week was counted."""
    made = Place(tmp_path)
    made.count(showing__first_page=900, locale__en=300, locale__de=30, outcome__began=120)
    return made
