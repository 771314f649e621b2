"""The trained model that waits for two signatures, and who had a hand in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from bot.errors import BadBundle
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import Part, is_enough
from bot.storage.models import ABOUT, About, Live, read_about
from bot.storage.studio import StudioStore
from bot.storage.studio_records import Signed, Version
from bot.studio.recognition.examples import ITEM
from bot.studio.writing import alone

CANDIDATE: Final = "candidate"
READINGS: Final = "readings"
RELEASING: Final = ".releasing"
"""The lock of whoever changes which model waits, or makes it the live one."""
PART: Final = "model"
"""What a signature under a model names as its part; it is in no ledger."""
COUNTS: Final = timedelta(days=30)
"""How long a signature under a model counts; then look at it again."""


def candidate(folder: Path) -> About | None:
    """Return what is known of the model that was trained last, or None when there is none."""
    try:
        return read_about(folder / CANDIDATE / ABOUT)
    except BadBundle:
        return None


def let_wait(studio: Path, folder: Path, fresh: Path) -> None:
    """Put a new model in the place of the one that waits; not while that one is released."""
    with alone(studio, RELEASING):
        shutil.rmtree(folder / CANDIDATE, ignore_errors=True)
        fresh.rename(folder / CANDIDATE)


def authors_since(store: StudioStore, live: Live) -> tuple[set[str], int]:
    """Return who changed examples that ``live`` hasn't learnt, and the newest version's id."""
    since = read_about(live.path.parent / ABOUT.name).last_version if live.name else 0
    versions, _ = store.news(since, 0)
    return _authors(versions), max((each.id for each in versions), default=since)


def writers(store: StudioStore, about: About, live: Live) -> set[str]:
    """Return who may not sign a model: who changed what it learnt and ``live`` didn't.

    After a roll-back that is more people than when it was trained.
    """
    since = read_about(live.path.parent / ABOUT.name).last_version if live.name else 0
    versions = (each for each in store.news(since, 0)[0] if each.id <= about.last_version)
    return {*about.authors, *_authors(versions)}


def as_part(about: About) -> Part:
    """Return a model as something that is signed like a safety text: by two people."""
    return Part(PART, SOURCE, about.model, is_safety=True, texts=0)


def given(about: About, signed: list[Signed], today: date) -> list[Signed]:
    """Return the signatures under a model that count today, the newest of each role."""
    counting = {
        each.role: each
        for each in signed
        if each.fingerprint == about.model and each.on <= today <= each.until
    }
    return list(counting.values())


def is_signed(signatures: list[Signed]) -> bool:
    """Tell whether two people signed, one of them in a role that decides."""
    people = {each.account for each in signatures}
    return len(people) > 1 and is_enough({each.role for each in signatures}, is_safety=True)


def _authors(versions: Iterable[Version]) -> set[str]:
    examples = (each for each in versions if each.item.startswith(f"{ITEM}/"))
    return {each.author for each in examples if each.author}
