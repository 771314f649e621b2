"""Letters without an accent to take away, which many people type as plain ones all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BARE: Final[Mapping[int, str]] = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i"})
"""For ``str.translate``. Listed phrases, masking and the studio's search fold words alike by it."""
