"""The pictures of the guides: each is there, and small enough for a slow line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from bot.settings import ROOT

PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+\.png)\)")
GUIDES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
NAMED = [
    (guide, told, guide.parent / path)
    for guide in GUIDES
    for told, path in PICTURE.findall(guide.read_text("utf-8"))
]
LARGEST = 250 * 1024  # bytes
MOST_COLOURS = 256


@pytest.mark.parametrize(("guide", "told", "path"), NAMED, ids=[str(p.name) for *_, p in NAMED])
def test_a_picture_of_a_guide_is_there_small_and_told_in_words(
    guide: Path, told: str, path: Path
) -> None:
    assert path.stat().st_size < LARGEST
    assert len(told.split()) >= 5, "say in words what it shows"
    with Image.open(path) as picture:
        assert picture.getcolors(MOST_COLOURS), "give it a palette"


def test_no_picture_lies_there_that_no_guide_shows() -> None:
    shown = {path.resolve() for *_, path in NAMED}

    assert {path.resolve() for path in (ROOT / "docs" / "screenshots").iterdir()} == shown
