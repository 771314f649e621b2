"""Take over published content while a process runs, and never anything that isn't whole.

What can't be verified or loaded is refused; what was good stays. So it does while nobody can tell
what is published: a name that can't be read names nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from bot import logs
from bot.errors import BotError
from bot.settings import ROOT, Settings
from bot.storage.bundles import CURRENT, all_bundles, current_name, pointed_name, verify

AGAIN_SECONDS: Final = 60.0
"""What was refused is looked at again after so long: perhaps it was still being copied."""

Loaded = TypeVar("Loaded")


class Follower:
    """Knows which content a process has, and sees when another is published."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        folder: Path | None = None,
    ) -> None:
        """Follow what is published in ``folder``: content, unless it is that of the models."""
        self._bundles, self._key = folder or settings.bundles, settings.bundle_key
        self._clock, self._seen, self._again_at = clock, "", math.inf
        self._is_readable = True

    def first(self, load: Callable[[Path], Loaded]) -> Loaded:
        """Return what is published; if that is bad the last good one, else the checkout's own.

        Raises:
            BotError: Not even the checkout's content can be used.
        """
        for bundle in self._until_now():
            loaded = self._load(bundle, load)
            if loaded is not None:
                return loaded
        return load(ROOT)

    def newer(self, load: Callable[[Path], Loaded]) -> Loaded | None:
        """Return what was published since, or None: nothing was, it was refused, or unreadable."""
        name = self._pointed()
        if not name or (name == self._seen and self._clock() < self._again_at):
            return None
        self._seen, self._again_at = name, math.inf
        return self._load(self._bundles / name, load)

    def _until_now(self) -> list[Path]:
        """Return the current bundle, then those made before it; none if the folder is closed."""
        self._pointed()
        try:
            self._seen = current_name(self._bundles)
            return [path for path in all_bundles(self._bundles) if path.name <= self._seen]
        except OSError as error:
            logs.note("bundle.unreadable", name=self._bundles.name, **logs.where(error))
            return []

    def _pointed(self) -> str | None:
        """Return the name of what is published; say once that it can't be read."""
        name = pointed_name(self._bundles)
        if name is None and self._is_readable:
            logs.note("bundle.unreadable", name=CURRENT)
        self._is_readable = name is not None
        return name

    def _load(self, bundle: Path, load: Callable[[Path], Loaded]) -> Loaded | None:
        try:
            verify(bundle, self._key)
            loaded = load(bundle)
        except BotError as error:
            logs.note("bundle.refused", name=bundle.name, code=error.code)
        except Exception as error:  # whatever is in it, what we have goes on
            logs.note("bundle.refused", name=bundle.name, **logs.where(error))
        else:
            logs.note("bundle.taken_over", name=bundle.name)
            return loaded
        if bundle.name == self._seen:
            self._again_at = self._clock() + AGAIN_SECONDS
        return None
