"""What the next publication would change for visitors, and what of it nobody has signed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from bot import wiring
from bot.conversation.content import Content
from bot.conversation.facts import is_rule
from bot.errors import BadBundle
from bot.languages.catalogs import SOURCE, Words
from bot.languages.signoff import Part, Signature
from bot.settings import ROOT, Settings
from bot.storage.bundles import current_name, named, verify
from bot.studio.desk import Desk
from bot.studio.differences import Run, differences
from bot.studio.seeing import SeenPart, State

SIGNED: Final = (State.SIGNED, State.EXPIRING)
States = Mapping[tuple[str, str], State]
"""By the part's name and its locale."""


@dataclass(frozen=True)
class Live:
    """What visitors see now.

    Attributes:
        bundle: Its name, or empty while it is the checkout.
        is_whole: Whether every byte is as it was signed; a checkout always is.
        signatures: What its own ledger holds, by part and locale.
    """

    bundle: str
    root: Path
    content: Content
    parts: dict[str, dict[str, Part]]
    is_whole: bool
    signatures: dict[tuple[str, str], tuple[Signature, ...]]


@dataclass(frozen=True)
class Changed:
    """A part that visitors would read differently.

    Attributes:
        is_rule: Thresholds, decisions or phrases change.
        is_new: Visitors don't have it yet; ``is_gone``: they won't have it any more.
    """

    part: str
    locale: str
    state: State | None
    needs_two: bool
    is_rule: bool = False
    is_new: bool = False
    is_gone: bool = False


class Published:
    """Reads what visitors see now, once a bundle."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._live: Live | None = None
        self._lock = threading.Lock()

    def live(self) -> Live:
        """Return what visitors see now; the first time after a publication takes seconds.

        Raises:
            BrokenContent: It can't be read.
        """
        name = current_name(self._settings.bundles)
        with self._lock:
            if self._live is None or self._live.bundle != name:
                self._live = read_live(self._settings)
            return self._live


def read_live(settings: Settings) -> Live:
    """Return what visitors see now.

    Raises:
        BrokenContent: It can't be read.
    """
    name = current_name(settings.bundles)
    root = settings.bundles / name if name else ROOT
    is_whole = not name or _is_as_signed(settings, name)
    signed = wiring.signoff(root)
    parts = {tag: dict(found) for tag, found in signed.parts.items()}
    given: dict[tuple[str, str], tuple[Signature, ...]] = {}
    for each in signed.signatures:
        place = each.part, each.locale
        given[place] = (*given.get(place, ()), each)
    return Live(name, root, wiring.content(root), parts, is_whole, given)


def as_seen(digest: str, live: str) -> str:
    """Return a hash of what somebody saw who wants to publish.

    Args:
        digest: ``bot.languages.signoff.digest`` of the working copy.
        live: The bundle that it was compared with, or empty: what stays depends on it.
    """
    return hashlib.sha256(f"{digest} {live}".encode()).hexdigest()


def changes(desk: Desk, live: Live, parts: Iterable[SeenPart]) -> list[Changed]:
    """Return every part that would change, safety first; ``parts`` are those that may."""
    seen = {(part.name, part.locale): part.state for part in parts}
    found = [each for tag in desk.index.tags for each in _in_locale(desk, live, seen, tag)]
    return sorted(found, key=lambda each: (not each.needs_two, each.part, each.locale != SOURCE))


def words_of(desk: Desk, live: Live, own: Words, changed: Changed) -> dict[str, tuple[Run, ...]]:
    """Return how the texts of a part would change, by message id; ``own`` are the desk's words."""
    published, tag = live.content.words, changed.locale
    found = {}
    for message_id in desk.index.members.get(changed.part, ()) if not changed.is_gone else ():
        before = published.text(tag, message_id) if published.has(message_id) else ""
        after = own.text(tag, message_id)
        if before != after:
            found[message_id] = differences(before, after)
    return found


def unsigned(parts: Iterable[SeenPart]) -> list[SeenPart]:
    """Return the parts that nobody has signed as they read now."""
    return [part for part in parts if part.state not in SIGNED]


def ending(parts: Iterable[SeenPart]) -> list[SeenPart]:
    """Return the parts whose signature ends soon or is over, the earliest first."""
    found = [part for part in parts if part.state in (State.EXPIRING, State.EXPIRED)]
    return sorted(found, key=lambda part: (part.last_day or date.min, part.locale, part.name))


def _in_locale(desk: Desk, live: Live, seen: States, tag: str) -> Iterator[Changed]:
    here, there = desk.index.parts[tag], live.parts.get(tag, {})
    for name, part in here.items():
        known = there.get(name)
        if (name, tag) in seen and not _is_same(part, known):
            state, is_new = seen[name, tag], known is None
            yield Changed(name, tag, state, part.is_safety, is_rule(name), is_new)
    for name, part in there.items():
        if name not in here:
            yield Changed(name, tag, None, part.is_safety, is_gone=True)


def _is_as_signed(settings: Settings, name: str) -> bool:
    try:
        verify(named(settings.bundles, name), settings.bundle_key)
    except BadBundle:
        return False
    return True


def _is_same(here: Part, there: Part | None) -> bool:
    return there is not None and here.fingerprint == there.fingerprint
