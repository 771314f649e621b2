"""Places that tests of releases start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.release.operating import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place where one week was counted."""
    return counted(tmp_path)


@pytest.fixture(scope="module")
def shared_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return the same for all tests of a file, which only look at it."""
    return counted(tmp_path_factory.mktemp("shared"))


def counted(folder: Path) -> Place:
    made = Place(folder)
    made.count(showing__first_page=900, locale__en=300, locale__de=4, outcome__began=120)
    return made
