"""Pictures for the guides, taken on the way of the tests that walk through the pages.

They are written only where ``QUIETLINE_PICTURES`` names a folder: ``make screenshots`` does that.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page

FOLDER: Final = "QUIETLINE_PICTURES"
WIDE: Final = {"width": 1280, "height": 860}
NARROW: Final = {"width": 390, "height": 780}
COLOURS: Final = 64


def picture(page: Page, name: str, window: dict[str, int] | None = None) -> None:
    """Take a picture of what a window shows, in light colours, and keep the page as it was."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    before = page.viewport_size
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(window or WIDE)  # type: ignore[arg-type]
    taken = page.screenshot(animations="disabled", caret="hide")
    (Path(folder) / f"{name}.png").write_bytes(with_few_colours(taken))
    if before:
        page.set_viewport_size(before)


def with_few_colours(png: bytes) -> bytes:
    """Return the same picture with a palette, a third of the size."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(png)) as taken:
        few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(made, "PNG", optimize=True)
    return made.getvalue()
