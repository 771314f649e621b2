"""Make what a visitor typed harmless to handle, without changing what it says."""

from __future__ import annotations

import unicodedata

LONGEST = 2_000  # characters; the rest is not read
COMMAND = "/"  # at the start of a message Rasa would take it for an order
SLASH = "\N{DIVISION SLASH}"


def clean(text: str) -> str:
    """Return at most ``LONGEST`` characters in NFC, without control, format and bidi characters.

    Line breaks and tabs become spaces; a leading slash becomes one that Rasa doesn't act on.
    Joiners that emoji and some scripts need are kept.
    """
    visible = "".join(_kept(character) for character in text[: LONGEST * 2])
    normal = " ".join(unicodedata.normalize("NFC", visible).split())[:LONGEST].rstrip()
    return SLASH + normal[1:] if normal.startswith(COMMAND) else normal


def _kept(character: str) -> str:
    if character in "\n\r\t\v\f":
        return " "
    if character in "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}":
        return character
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") else character
