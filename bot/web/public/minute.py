"""What is the same for everybody in one minute: made once, and forgotten with the minute.

Whether a service is open changes by the minute, so nothing may be kept for longer. That makes a
page of help so cheap that a crowd before the chat doesn't hold it up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Final, TypeVar

Made = TypeVar("Made")
MOST_KEPT: Final = 200


class Minute:
    """Keeps what was made for languages and countries, never for a visitor."""

    def __init__(self) -> None:
        self._minute: datetime | None = None
        self._kept: dict[tuple[Hashable, ...], Any] = {}

    def get(self, now: datetime, name: tuple[Hashable, ...], make: Callable[[], Made]) -> Made:
        """Return what ``make`` makes; ``name`` says all that it depends on but the minute."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self.forget()
            self._minute = minute
        if name not in self._kept:
            self._kept[name] = make()
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]  # the oldest
        made: Made = self._kept[name]
        return made

    def forget(self) -> None:
        """Forget everything."""
        self._minute = None
        self._kept.clear()
