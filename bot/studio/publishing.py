"""Publish the working copy: whole or not at all, and always recorded, if later.

A note beside the working copy says what is being published. It is written before visitors can see
the bundle, and goes only when the database has the record; so the record survives a database that
is gone in the middle.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from bot import logs, wiring
from bot.conversation.checks import word_problems
from bot.errors import BadSetting, BrokenContent, NotReady, Outdated
from bot.languages import extraction
from bot.languages.catalogs import SOURCE
from bot.languages.locales import read_locales
from bot.languages.signoff import digest
from bot.referral.reading import read_directory
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.staff.people import moment, stamp
from bot.storage.studio import StudioStore
from bot.storage.studio_records import Publication
from bot.studio.exchange import SHARED
from bot.studio.index import LOCALES, Index
from bot.studio.kept import keep, kept
from bot.studio.needs import WITHDRAWN
from bot.studio.unpublished import as_seen, read_live
from bot.studio.writing import COMMENTS, alone

UNRECORDED: Final = "unrecorded"
PUBLISHING: Final = ".publishing"


@dataclass(frozen=True)
class _Note:
    """What is being published.

    Attributes:
        made: As ``stamp`` writes it.
        was_shown: Whether visitors have seen it.
    """

    bundle: str
    author: str
    made: str
    note: str
    token: str
    was_shown: bool = False


@dataclass(frozen=True)
class Published:
    """What visitors see from now on; it is recorded later if the database was gone meanwhile."""

    bundle: str
    is_recorded: bool


def problems(root: Path) -> list[str]:
    """Return a line, with file and cure, for all that keeps a folder from being published.

    Its catalogs are compiled on the way. A process should ask about one folder once: what was
    read of it is kept.

    Raises:
        BrokenContent: Something can't even be read.
    """
    try:
        return _problems(root)
    except BrokenContent as error:
        place = error.path.replace(f"{root}/", "")
        raise BrokenContent(place, error.line, error.cure) from None


def _problems(root: Path) -> list[str]:
    locales = root / "locales"
    tags = [locale.tag for locale in read_locales(root / LOCALES) if locale.tag != SOURCE]
    source = wiring.source_words(root, read_directory(root / "content" / "services"))
    found = [line.replace(f"{root}/", "") for line in extraction.problems(locales, tags)]
    if not extraction.is_current(source, locales, extraction.read_comments(root / COMMENTS)):
        found.append("locales: the templates are older than content/; import the folder again")
    extraction.compile_catalogs(locales, tags)
    wiring.signoff(root)
    return [*found, *word_problems(wiring.content(root), root, tags)]


def publish(
    settings: Settings,
    store: StudioStore,
    author: str,
    note: str,
    now: datetime,
    seen: str | None = None,
) -> Published:
    """Check the working copy, show it to visitors, and record it.

    What waits for a translator stays as visitors have it; see bot.studio.kept.

    Args:
        settings: Where the working copy and the bundles are.
        store: Where it is recorded.
        author: Their account's name.
        note: Why, in a line.
        now: With a time zone.
        seen: ``as_seen`` of what the author saw; None takes what there is.

    Raises:
        Outdated: A text, fact, signature or what visitors see changed since; nothing was
            published.
        NotReady: Something has to be mended first; nothing was published.
        BadSetting: The database can't be reached; nothing was published.
    """
    record(settings, store)
    with alone(settings.studio, PUBLISHING):
        # The database is asked first: from the copy on it may go, and only the record needs it.
        withdrawn, day = _withdrawn(store), now.astimezone(UTC).date()
        with snapshot(settings.studio) as copy:
            index = Index(copy)
            index.refresh()
            if seen is not None and seen != _now(settings, index, day):
                raise Outdated("Somebody changed, signed or published since you opened this page.")
            _keep(settings, index, day)
            if found := [*_brought_back(withdrawn, copy), *problems(copy)]:
                raise NotReady("\n".join([*found, "Mend this first; nothing was published."]))
            private = settings.bundle_key.with_suffix(".key")
            made = bundles.make(copy, settings.bundles, private, day, note)
            return show(settings, store, made.name, author, note, now)


def roll_back(
    settings: Settings, store: StudioStore, name: str, author: str, now: datetime
) -> Published:
    """Show visitors an earlier bundle again, and record it.

    Raises:
        BadBundle: There is none of this name, or it was changed.
        NotReady: It has a service that was withdrawn, and nobody looked after that yet.
        BadSetting: As ``publish``.
    """
    record(settings, store)
    settings.studio.mkdir(parents=True, exist_ok=True)
    with alone(settings.studio, PUBLISHING):
        earlier = bundles.named(settings.bundles, name)
        bundles.verify(earlier, settings.bundle_key)
        if found := [*_brought_back(_withdrawn(store), earlier)]:
            raise NotReady("\n".join([*found, "Visitors see what they saw before."]))
        return show(settings, store, name, author, "back to an earlier bundle", now)


def record(settings: Settings, store: StudioStore) -> int:
    """Record what was published while the database was gone; return how much it was.

    Raises:
        BadSetting: It still is.
    """
    store.publications()
    shown, _ = _notes(settings)
    for note in shown:
        store.publish(
            Publication(note.bundle, note.author, moment(note.made), note.note, note.token)
        )
        _path(settings, note).unlink(missing_ok=True)
    return len(shown)


@contextmanager
def snapshot(root: Path) -> Iterator[Path]:
    """Give a copy of the working copy that nobody changes, at a path that was never used."""
    with tempfile.TemporaryDirectory(prefix="studio") as folder:
        copy = Path(folder).resolve()
        with alone(root):
            for part in SHARED:
                shutil.copytree(root / part, copy / part, ignore=shutil.ignore_patterns(".*"))
        yield copy


def show(
    settings: Settings, store: StudioStore, name: str, author: str, words: str, now: datetime
) -> Published:
    """Show visitors a bundle, and record that; if the database is gone by now, later.

    Whoever calls it holds the lock ``PUBLISHING`` since before the bundle was made: else another
    publication in between would be undone.

    Raises:
        BadBundle: There is none of this name, or it was changed; nothing was shown.
    """
    _, never_shown = _notes(settings)  # of somebody whose machine failed them
    for earlier in never_shown:
        _path(settings, earlier).unlink(missing_ok=True)
    note = _Note(name, author, stamp(now), words, secrets.token_hex(16))
    _write(settings, note)
    try:
        bundles.switch(settings.bundles, name, settings.bundle_key)
    except BaseException:
        if bundles.current_name(settings.bundles) != name:
            _path(settings, note).unlink(missing_ok=True)
        raise
    _write(settings, replace(note, was_shown=True))
    try:
        record(settings, store)
    except BadSetting:
        return Published(name, is_recorded=False)
    return Published(name, is_recorded=True)


def _now(settings: Settings, index: Index, day: date) -> str:
    return as_seen(digest(index.sign_off, day), bundles.current_name(settings.bundles))


def _keep(settings: Settings, index: Index, day: date) -> None:
    """Leave what waits for a translator as visitors have it, in the copy that ``index`` reads."""
    if not any(index.open.values()):
        return
    with suppress(BrokenContent):  # what visitors have can't be read any more: nothing of it stays
        keep(index, kept(index, read_live(settings), day))


def _withdrawn(store: StudioStore) -> list[str]:
    """Return the ids of services that were withdrawn, and that nobody looked after."""
    asked = (each.item for each in store.comments())
    return [item.removeprefix(WITHDRAWN) for item in asked if item.startswith(WITHDRAWN)]


def _brought_back(withdrawn: list[str], root: Path) -> Iterator[str]:
    """Yield a line for each of these services that visitors would have again."""
    there = read_directory(root / "content" / "services").services if withdrawn else {}
    for service_id in withdrawn:
        if service_id in there:
            file = f"content/services/{there[service_id].file}"
            yield f"{file}: {service_id} was withdrawn; a second person looks after it first"


def _write(settings: Settings, note: _Note) -> None:
    path = _path(settings, note)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(note), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def _folder(settings: Settings) -> Path:
    return settings.studio / UNRECORDED


def _path(settings: Settings, note: _Note) -> Path:
    return _folder(settings) / f"{note.made.replace(':', '')}-{note.token}.json"


def _notes(settings: Settings) -> tuple[list[_Note], list[_Note]]:
    """Return the notes of what visitors have seen, the oldest first, and those of what not."""
    current = bundles.current_name(settings.bundles)
    shown, not_shown = list[_Note](), list[_Note]()
    for path in sorted(_folder(settings).glob("*.json")):
        if note := _read(path):
            was_shown = note.was_shown or note.bundle == current
            (shown if was_shown else not_shown).append(note)
    return shown, not_shown


def _read(path: Path) -> _Note | None:
    """Return a note; None if somebody has just recorded it, or if it can't be read."""
    try:
        return _Note(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        logs.note("publication.unreadable", name=UNRECORDED)
        return None
