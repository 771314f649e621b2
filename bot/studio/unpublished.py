"""What the next publication would change for visitors, and what of it nobody has signed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import wiring
from bot.conversation.content import Content
from bot.languages.catalogs import SOURCE, Words
from bot.languages.signoff import Part
from bot.settings import ROOT, Settings
from bot.storage.bundles import current_name
from bot.studio.desk import Desk
from bot.studio.differences import Run, differences
from bot.studio.index import CHECK_IN, POLICY, besides_words
from bot.studio.seeing import SeenPart, State

SIGNED = (State.SIGNED, State.EXPIRING)


@dataclass(frozen=True)
class Live:
    """What visitors see now.

    Attributes:
        bundle: Its name, or empty while it is the checkout.
        rules: By file, the hash of its thresholds, decisions or phrases.
    """

    bundle: str
    root: Path
    content: Content
    parts: dict[str, dict[str, Part]]
    rules: dict[str, str]


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
                root = self._settings.bundles / name if name else ROOT
                signed = wiring.signoff(root)
                parts = {tag: dict(found) for tag, found in signed.parts.items()}
                self._live = Live(name, root, wiring.content(root), parts, _rules_in(root))
            return self._live


def changes(desk: Desk, live: Live, today: date) -> list[Changed]:
    """Return every part that would change, safety first, then by name and locale."""
    found = [
        *(each for tag in desk.index.tags for each in _in_locale(desk, live, tag, today)),
        *_rules(desk, live, today),
    ]
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


def unsigned(desk: Desk, today: date, locales: Iterable[str] = ()) -> list[SeenPart]:
    """Return the parts that nobody has signed as they read now, safety first."""
    found = [
        part
        for tag in locales or desk.index.tags
        for part in desk.parts(tag, today)
        if part.state not in SIGNED
    ]
    return sorted(found, key=lambda part: (not part.needs_two, part.locale, part.name))


def ending(desk: Desk, today: date) -> list[SeenPart]:
    """Return the parts whose signature ends soon or is over, the earliest first."""
    found = [
        part
        for tag in desk.index.tags
        for part in desk.parts(tag, today)
        if part.state in (State.EXPIRING, State.EXPIRED)
    ]
    return sorted(found, key=lambda part: (part.last_day or date.min, part.locale, part.name))


def _in_locale(desk: Desk, live: Live, tag: str, today: date) -> Iterator[Changed]:
    seen = {part.name: part for part in desk.parts(tag, today)}
    here, there = desk.index.parts[tag], live.parts.get(tag, {})
    rules = {name for name, _ in desk.index.rules.values()}
    for name, part in here.items():
        known = there.get(name)
        if not (name in rules or _is_same(part, known)):
            yield Changed(name, tag, seen[name].state, part.is_safety, is_new=known is None)
    for name, part in there.items():
        if name not in here:
            yield Changed(name, tag, None, part.is_safety, is_gone=True)


def _is_same(here: Part, there: Part | None) -> bool:
    return there is not None and here.fingerprint == there.fingerprint


def _rules(desk: Desk, live: Live, today: date) -> Iterator[Changed]:
    """Yield thresholds, decisions and lists of phrases that differ besides their words."""
    for file, (name, tag) in desk.index.rules.items():
        part, before = desk.index.parts[tag].get(name), live.rules.get(file, "")
        if part and part.fingerprint != before:
            state = desk.part(tag, name, today).state
            yield Changed(name, tag, state, True, is_rule=True, is_new=not before)


def _rules_in(root: Path) -> dict[str, str]:
    files = [root / POLICY, root / CHECK_IN, *(root / "content" / "safety").glob("*.yml")]
    names = {path.relative_to(root).as_posix(): path for path in files}
    return {
        file: besides_words(file, path.read_text(encoding="utf-8")) for file, path in names.items()
    }
