"""A working copy with three languages, as the studio makes it; shared by the tests of a file."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import wiring
from bot.languages import extraction
from bot.referral.reading import read_directory
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.exchange import start
from bot.studio.writing import COMMENTS
from tests.builders import checkout

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEPT = ("de", "fr")


@pytest.fixture(scope="package")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with English, German and French, whose catalogs are up to date."""
    root = checkout(tmp_path_factory.mktemp("original"))
    locales = root / "locales"
    for folder in locales.iterdir():
        if folder.is_dir() and folder.name not in (*KEPT, "en"):
            shutil.rmtree(folder)
    (locales / "locales.yml").write_text("locales:\n- tag: en\n- tag: de\n- tag: fr\n")
    source = wiring.source_words(root, read_directory(root / "content" / "services"))
    extraction.write_templates(source, locales, extraction.read_comments(root / COMMENTS))
    extraction.update(locales, list(KEPT))
    return root


@pytest.fixture(scope="module")
def desk(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("studio")
    start(original, folder / "copy")
    return Desk(folder / "copy", StudioStore(f"sqlite:///{folder / 'studio.sqlite'}"))
