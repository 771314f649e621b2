"""Make pages of different content the same size on the wire."""

from __future__ import annotations

STEP = 8 * 1024  # bytes; who watches the line learns only how many of these a page has
OPEN, CLOSE = b"<!--", b"-->"


def pad(html: str) -> bytes:
    """Return ``html`` in UTF-8, filled up to a multiple of STEP by a comment at its end."""
    body = html.encode()
    frame = len(OPEN) + len(CLOSE)
    filling = -(len(body) + frame) % STEP
    return body + OPEN + b" " * filling + CLOSE
