"""Offer a code app its secret: as a picture to scan, and as text to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno
from markupsafe import Markup

from bot.storage.staff.codes import app_address
from bot.web.staff.site import Staff

GROUP: Final = 4


@dataclass(frozen=True)
class CodeApp:
    """What a code app is set up with.

    Attributes:
        spaced: The secret in groups, to type.
        qr: The same as a picture, hidden from screen readers.
    """

    secret: str
    spaced: str
    qr: Markup

    def __repr__(self) -> str:
        return "CodeApp(...)"


def offer(staff: Staff, seed: str, name: str) -> CodeApp:
    """Return a new secret; the same seed gets the same one, so that a form may be sent again."""
    secret = staff.store.safe.code_secret(seed)
    spaced = " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
    return CodeApp(secret, spaced, _drawn(app_address(secret, name)))


def _drawn(address: str) -> Markup:
    made = segno.make(address, error="m", micro=False)
    drawing = made.svg_inline(scale=4, border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 (segno's drawing)
