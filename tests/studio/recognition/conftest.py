"""A room with little in it: English sentences, a small set, and no trained model."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.storage import bundles
from bot.storage.studio import StudioStore
from bot.studio.recognition.room import Room
from tests.builders import content
from tests.studio.recognition.small import write_examples, write_sets


@pytest.fixture
def room(tmp_path: Path) -> Room:
    settings = Settings(
        studio=tmp_path / "copy",
        models=tmp_path / "models",
        model=tmp_path / "shipped" / "model.tar.gz",
        bundles=tmp_path / "bundles",
        bundle_key=tmp_path / "bundle.pub",
        studio_database=f"sqlite:///{tmp_path / 'studio.sqlite'}",
    )
    bundles.write_keys(tmp_path / "bundle.key", settings.bundle_key)
    write_examples(settings.studio)
    write_examples(tmp_path / "shipped")
    (settings.studio / "recognition").mkdir()
    store = StudioStore(settings.studio_database)
    return Room(settings, store, content, write_sets(tmp_path / "sets"), tmp_path / "shipped")
