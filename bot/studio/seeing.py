"""What a page of the studio shows: parts with their states, texts, what was found, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.conversation.facts import is_rule
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import Part, Signature, state_of
from bot.languages.signoff import State as Signed
from bot.storage.studio_records import Review, Version
from bot.studio.history import History
from bot.studio.index import Index, fold

KINDS: Final = ("module", "exercise", "check_in", "answer", "interface", "service", "rule")
SOON: Final = timedelta(days=30)
"""So long before its last day a signature is said to be expiring."""
MOST_FOUND: Final = 200

_WITH_PARTS: Final = ("module", "exercise", "answer", "service")
_QUESTIONS: Final = ("check_in", "survey")


class State(StrEnum):
    """How far a part is, for the people who work on it."""

    DRAFT = "draft"
    WAITING = "waiting"
    SIGNED = "signed"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    STALE = "stale"


@dataclass(frozen=True)
class SeenPart:
    """A part of one locale, as a list shows it.

    Attributes:
        open_texts: How many of its texts aren't translated, or are in doubt.
        last_day: The last day on which it is signed, or None when it isn't.
        changed: When its newest words were saved here, or None: never.
        author: Who saved them; empty when they came from a file.
        roles: In which roles it is signed as it reads now.
    """

    name: str
    locale: str
    kind: str
    state: State
    needs_two: bool
    texts: int
    open_texts: int
    last_day: date | None
    changed: datetime | None
    author: str
    roles: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class SeenText:
    """A text beside its English.

    Attributes:
        words: Of the locale; empty when it isn't translated.
        is_fuzzy: Whether the English changed after it was translated.
        version: The number to save over; 0 when it was never changed here.
        file: Where the English stands; so does ``line``.
    """

    message_id: str
    locale: str
    source: str
    words: str
    is_fuzzy: bool
    version: int
    author: str
    made: datetime | None
    review: Review | None
    file: str
    line: int


@dataclass(frozen=True)
class Found:
    """A text that has what was searched for."""

    locale: str
    message_id: str
    part: str
    words: str


@dataclass(frozen=True)
class Coverage:
    """How far one locale is; ``states`` counts its parts."""

    locale: str
    texts: int
    translated: int
    fuzzy: int
    missing: int
    states: Mapping[State, int]


def kind_of(part: str) -> str:
    """Return the kind of a part, one of KINDS."""
    first, _, second = part.partition(".")
    if is_rule(part):
        return "rule"
    if first in _QUESTIONS:
        return "check_in"
    return first if second and first in _WITH_PARTS else "interface"


class SeenParts:
    """The parts of all locales as lists show them; only those that changed are looked at again."""

    def __init__(self, index: Index, history: History) -> None:
        self._index, self._history = index, history
        self._lists: dict[str, tuple[object, list[SeenPart]]] = {}
        self._kept: dict[tuple[str, str], tuple[tuple[object, ...], SeenPart]] = {}

    def of(self, locale: str, today: date) -> list[SeenPart]:
        """Return every part of a locale."""
        index, saved = self._index, self._history.revisions
        now = index.revisions[locale], saved.get(locale), saved.get(SOURCE), today
        kept = self._lists.get(locale)
        if kept is None or kept[0] != now:
            kept = self._lists[locale] = now, self._all(locale, today)
        return kept[1]

    def _all(self, locale: str, today: date) -> list[SeenPart]:
        index = self._index
        open_texts = Counter(index.part_of[i] for i in index.open.get(locale, ()))
        newest = _newest(index, self._history, locale)
        return [
            self._one(part, newest.get(name), open_texts[name], today)
            for name, part in index.parts[locale].items()
        ]

    def _one(self, part: Part, newest: Version | None, open_texts: int, today: date) -> SeenPart:
        place = part.name, part.locale
        signatures = self._index.signatures.get(place, ())
        now = part, signatures, newest, open_texts, today
        kept = self._kept.get(place)
        if kept is None or kept[0] != now:
            kept = self._kept[place] = now, _seen(part, signatures, newest, open_texts, today)
        return kept[1]


def seen_text(index: Index, history: History, locale: str, message_id: str) -> SeenText:
    """Return one text with its English and who wrote it."""
    place, words = index.places[message_id], index.words(locale, message_id)
    entry = None if locale == SOURCE else index.entry(locale, message_id)
    latest = history.latest(message_id, locale)
    present = history.present(message_id, locale, words)
    return SeenText(
        message_id=message_id,
        locale=locale,
        source=place.words,
        words=words,
        is_fuzzy=bool(entry and entry.is_fuzzy),
        version=latest.number if latest else 0,
        author=present.author if present else "",
        made=present.made if present else None,
        review=present.review if present else None,
        file=place.file,
        line=place.line,
    )


def search(index: Index, words: str, locales: Iterable[str] = ()) -> list[Found]:
    """Return texts that contain ``words`` in any spelling of case and accents, at most MOST_FOUND.

    A message id finds its text too. Nothing is found by nothing.
    """
    wanted = fold(words.strip())
    if not wanted:
        return []
    found = (
        Found(tag, message_id, index.part_of[message_id], index.words(tag, message_id))
        for tag in locales or index.tags
        for message_id in (
            *([words] if words in index.places else ()),
            *index.with_fold(tag, wanted),
        )
    )
    return [hit for hit, _ in zip(found, range(MOST_FOUND), strict=False)]


def coverage(index: Index, locale: str, parts: Collection[SeenPart]) -> Coverage:
    """Return how far a locale is, of which ``parts`` are all parts."""
    open_ = index.open.get(locale, ())
    fuzzy = len(index.doubtful.get(locale, ()))
    states, texts = Counter(part.state for part in parts), len(index.places)
    return Coverage(locale, texts, texts - len(open_), fuzzy, len(open_) - fuzzy, states)


def _seen(
    part: Part,
    signatures: Collection[Signature],
    newest: Version | None,
    open_texts: int,
    today: date,
) -> SeenPart:
    state, last_day = _state(part, signatures, today)
    return SeenPart(
        name=part.name,
        locale=part.locale,
        kind=kind_of(part.name),
        state=state,
        needs_two=part.is_safety,
        texts=part.texts,
        open_texts=open_texts,
        last_day=last_day,
        changed=newest.made if newest else None,
        author=newest.author if newest else "",
        roles=tuple(
            each.role
            for each in signatures
            if each.fingerprint == part.fingerprint and each.on <= today <= each.until
        ),
        fingerprint=part.fingerprint,
    )


def _newest(index: Index, history: History, locale: str) -> dict[str, Version]:
    """Return the newest version in each part of a locale that was changed here."""
    found: dict[str, Version] = {}
    saved = {(item, locale): each for item, each in history.in_locale(locale).items()}
    saved |= {(item, SOURCE): each for item, each in history.in_locale(SOURCE).items()}
    for (item, tag), version in saved.items():
        kind, _, told = item.partition("/")
        part = told if kind == "part" else index.part_of.get(item, "") if tag == locale else ""
        if part and (part not in found or found[part].id < version.id):
            found[part] = version
    return found


def _state(part: Part, signatures: Collection[Signature], today: date) -> tuple[State, date | None]:
    match state_of(part, signatures, today):
        case Signed.UNSIGNED:
            return State.DRAFT, None
        case Signed.SIGNED:
            days = (each.until for each in signatures if each.until >= today)
            last = max(d for d in days if state_of(part, signatures, d) is Signed.SIGNED)
            return (State.EXPIRING if last <= today + SOON else State.SIGNED), last
        case other:
            return State(str(other)), None
