"""The newest version of every text, in memory; only what was saved since is read again."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.storage.studio import StudioStore
from bot.storage.studio_records import Signed, Version


@dataclass(frozen=True)
class Written:
    """One version of something; ``words`` of a whole file aren't kept in memory."""

    id: int
    author: str
    words: str


class History:
    """What the database knows about the words that stand in the files.

    Attributes:
        last: The id of the newest version of anything; 0 before the first.
        revisions: The same of each locale.
    """

    def __init__(self, store: StudioStore) -> None:
        self._store = store
        self._latest: dict[str, dict[str, Version]] = {}
        self._written: dict[str, dict[str, list[Written]]] = {}
        self._signed: dict[tuple[str, str], list[Signed]] = {}
        self._last_signed = 0
        self._lock = threading.Lock()
        self.last = 0
        self.revisions: dict[str, int] = {}

    def refresh(self) -> None:
        """Read what was saved and signed since the last time."""
        with self._lock:
            versions, signatures = self._store.news(self.last, self._last_signed)
            for version in versions:
                self._latest.setdefault(version.locale, {})[version.item] = version
                items = self._written.setdefault(version.locale, {})
                items.setdefault(version.item, []).append(_written(version))
                self.last = self.revisions[version.locale] = version.id
            for signed in signatures:
                self._signed.setdefault((signed.part, signed.locale), []).append(signed)
                self._last_signed = signed.id

    def forget(self) -> None:
        """Read every version again at the next time: an older one was changed."""
        with self._lock:
            self._latest, self._written, self.last = {}, {}, 0
            self.revisions = {}

    def latest(self, item: str, locale: str) -> Version | None:
        """Return the newest version of a text, or None when it was never changed here."""
        return self._latest.get(locale, {}).get(item)

    def in_locale(self, locale: str) -> Mapping[str, Version]:
        """Return the newest version of each text of a locale that was changed here."""
        return self._latest.get(locale, {})

    def written(self, locale: str) -> Mapping[str, Sequence[Written]]:
        """Return every version of each text of a locale that was changed here, oldest first."""
        return self._written.get(locale, {})

    def signed(self, part: str, locale: str) -> list[Signed]:
        """Return who signed a part here, oldest first."""
        return self._signed.get((part, locale), [])

    def present(self, item: str, locale: str, words: str) -> Version | None:
        """Return the newest version if it has these words; else a file was changed by hand."""
        found = self.latest(item, locale)
        return found if found and found.words == words else None


def _written(version: Version) -> Written:
    words = "" if version.item.startswith("file/") else version.words
    return Written(version.id, version.author, words)


def words_at(versions: Sequence[Version], last: int, now: str) -> str:
    """Return what a text said when the version of the id ``last`` was the newest of anything.

    Of a text that has only later versions it is what the earliest one says; without any, ``now``.

    Args:
        versions: All of the text, the newest first.
        last: The id of a version.
        now: What it says.
    """
    until_then = (version.words for version in versions if version.id <= last)
    return next(until_then, versions[-1].words if versions else now)
