from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from bot.languages.catalogs import Words, read_words
from bot.referral.reading import Directory, read_directory, service_words
from bot.settings import ROOT

# Babel reads a locale's data when it is first asked: slow once, and no fault of the test.
settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def services() -> Path:
    return ROOT / "content" / "services"


@pytest.fixture(scope="session")
def directory(services: Path) -> Directory:
    return read_directory(services)


@pytest.fixture(scope="session")
def words(directory: Directory) -> Words:
    around = read_words(ROOT / "content" / "words" / "referral.yml")
    return Words(source={"interface": {**around, **service_words(directory)}})
