"""Make pages of different content the same size on the wire."""

from __future__ import annotations

from typing import Final

STEP: Final = 8 * 1024  # bytes
SIZES: Final = (STEP, 5 * STEP, 10 * STEP)
"""All that who watches the line learns: a turn alone, a page, or one of the few long ones."""
OPEN, CLOSE = b"<!--", b"-->"


def pad(html: str) -> bytes:
    """Return ``html`` in UTF-8, filled up to one of SIZES by a comment at its end.

    What is longer than all of them is filled up to a multiple of the longest.
    """
    body = html.encode()
    needed = len(body) + len(OPEN) + len(CLOSE)
    longest = SIZES[-1]
    size = next((size for size in SIZES if size >= needed), -(-needed // longest) * longest)
    return body + OPEN + b" " * (size - needed) + CLOSE
