"""Whole files: what else changes with them, and which versions that makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.conversation.facts import Facts
from bot.languages.catalogs import SOURCE
from bot.storage.studio_records import NewVersion
from bot.studio.index import Index, by_catalog, digest_of
from bot.studio.places import Place, places_in
from bot.studio.staging import refuse_other_paths, staged
from bot.studio.writing import COMMENTS, Changes, refuse_unfit, source_changes


def new_version(
    root: Path, author: str, file: str, text: str | None, based_on: int | None
) -> NewVersion:
    """Return a file's new version; one that is removed has no words.

    Raises:
        BrokenContent: The path isn't one of a file of words.
    """
    refuse_other_paths({file: text})
    path = root / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    return NewVersion(f"file/{file}", SOURCE, text or "", author, before, based_on)


def replacing(
    index: Index, author: str, replaced: Mapping[str, str | None]
) -> tuple[Changes, list[NewVersion]]:
    """Return all files that change with ``replaced``, and the versions of texts and facts.

    Raises:
        BrokenContent: The product couldn't use it.
    """
    changes: Changes = dict(replaced)
    will_be = staged(index.root, changes)
    will_stand = after(index, replaced)
    _refuse_other_names(index.places, will_stand)
    comments = will_be.comments if COMMENTS.as_posix() in changes else None
    changes |= source_changes(
        index.root, index.source, by_catalog(will_stand.values()), index.translated, comments
    )
    versions = _texts(author, index.places, will_stand)
    return changes, [*versions, *_facts(index, author, will_be.facts)]


def after(index: Index, replaced: Mapping[str, str | None]) -> dict[str, Place]:
    """Return where all English texts will stand.

    Raises:
        BrokenContent: A file isn't built as its readers want it.
    """
    found = {i: place for i, place in index.places.items() if place.file not in replaced}
    for file, text in replaced.items():
        if text is not None:
            found |= places_in(file, text)
    return found


def _refuse_other_names(before: Mapping[str, Place], after: Mapping[str, Place]) -> None:
    """Refuse changed names in braces of a text that stays: the program fills them."""
    for message_id, place in after.items():
        old = before.get(message_id)
        if old and old.words != place.words:
            refuse_unfit(old, place.words, place.file, place.line)


def _texts(
    author: str, before: Mapping[str, Place], after: Mapping[str, Place]
) -> Iterator[NewVersion]:
    for message_id in dict.fromkeys([*after, *before]):
        old = before[message_id].words if message_id in before else ""
        new = after[message_id].words if message_id in after else ""
        if old != new:
            yield NewVersion(message_id, SOURCE, new, author, old)


def _facts(index: Index, author: str, will_be: Facts) -> Iterator[NewVersion]:
    """Yield a version for each part whose services, order, numbers or rules change."""
    for part in dict.fromkeys((*will_be.shared, *index.facts.shared)):
        yield from _fact(index, author, part, SOURCE, will_be)
    for tag in dict.fromkeys((*will_be.rules, *index.facts.rules)):
        for part in {**will_be.rules.get(tag, {}), **index.facts.rules.get(tag, {})}:
            yield from _fact(index, author, part, tag, will_be)


def _fact(
    index: Index, author: str, part: str, locale: str, will_be: Facts
) -> Iterator[NewVersion]:
    old, new = index.told(part, locale), digest_of(will_be.of(part, locale))
    if old != new:
        yield NewVersion(f"part/{part}", locale, new, author, old)
