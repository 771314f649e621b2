"""Take over published content while a process runs, and never anything that isn't whole.

What can't be verified or loaded is refused; what was good stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from bot import logs
from bot.errors import BotError
from bot.settings import ROOT, Settings
from bot.storage.bundles import all_bundles, current_name, verify

Loaded = TypeVar("Loaded")


class Follower:
    """Knows which content a process has, and sees when another is published."""

    def __init__(self, settings: Settings) -> None:
        self._bundles, self._key = settings.bundles, settings.bundle_key
        self._seen = ""

    def first(self, load: Callable[[Path], Loaded]) -> Loaded:
        """Return what is published; if that is bad the last good one, else the checkout's own.

        Raises:
            BotError: Not even the checkout's content can be used.
        """
        self._seen = current_name(self._bundles)
        for bundle in self._until_now():
            loaded = self._load(bundle, load)
            if loaded is not None:
                return loaded
        return load(ROOT)

    def newer(self, load: Callable[[Path], Loaded]) -> Loaded | None:
        """Return what was published since, or None: nothing was, or it was refused."""
        name = current_name(self._bundles)
        if name in ("", self._seen):
            return None
        self._seen = name
        return self._load(self._bundles / name, load)

    def _until_now(self) -> Iterator[Path]:
        """Yield the current bundle, then those made before it."""
        return (path for path in all_bundles(self._bundles) if path.name <= self._seen)

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
        return None
