"""QR codes, made here: to carry a number or an address to another device."""

from __future__ import annotations

import segno
from markupsafe import Markup

from bot.referral.card import Contact


def qr_code(contact: Contact) -> Markup:
    """Return an image for ``contact``, hidden from screen readers: its link says the same."""
    made = segno.make(contact.href, error="m", micro=False)
    drawing = made.svg_inline(scale=4, border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 (our own directory)
