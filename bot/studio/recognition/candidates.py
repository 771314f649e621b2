"""The trained model that waits for two signatures, and who had a hand in it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from bot.errors import BadBundle
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import Part, is_enough
from bot.storage.models import ABOUT, About, Live, read_about
from bot.storage.studio import StudioStore
from bot.storage.studio_records import Signed
from bot.studio.recognition.examples import ITEM

CANDIDATE: Final = "candidate"
READINGS: Final = "readings"
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


def authors_since(store: StudioStore, live: Live) -> tuple[set[str], int]:
    """Return who changed examples that ``live`` hasn't learnt, and the newest version's id."""
    since = read_about(live.path.parent / ABOUT.name).last_version if live.name else 0
    versions, _ = store.news(0, 0)
    by = {
        each.author
        for each in versions
        if each.id > since and each.author and each.item.startswith(f"{ITEM}/")
    }
    return by, max((each.id for each in versions), default=0)


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
