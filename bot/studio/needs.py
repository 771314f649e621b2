"""What waits for somebody: the first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from bot.languages.catalogs import SOURCE
from bot.languages.signoff import DECIDING
from bot.storage.staff.people import Role
from bot.storage.studio_records import Comment, Draft, Suggestion
from bot.studio.eyes import InLocale, Waiting
from bot.studio.index import Index
from bot.studio.seeing import State
from bot.studio.signing import Person


class Why(StrEnum):
    """Why something waits, the most urgent first."""

    WITHDRAWN = "withdrawn"
    STALE = "stale"
    EXPIRED = "expired"
    SECOND = "second"
    EXPIRING = "expiring"
    UNSIGNED = "unsigned"
    FUZZY = "fuzzy"
    UNTRANSLATED = "untranslated"
    SUGGESTION = "suggestion"
    COMMENT = "comment"
    UNSAVED = "unsaved"


@dataclass(frozen=True)
class Need:
    """Something that waits.

    Attributes:
        item: A part for what is to be signed, else a message id or a file; of what was withdrawn,
            WITHDRAWN and the service.
        number: Of the comment or suggestion; 0 otherwise.
    """

    why: Why
    locale: str
    item: str
    number: int = 0


WITHDRAWN: Final = "withdrawn/"
"""With a service's id, the item of the remark that asks somebody to look after it."""

_TO_SIGN: Final = {
    State.STALE: Why.STALE,
    State.EXPIRED: Why.EXPIRED,
    State.WAITING: Why.SECOND,
    State.EXPIRING: Why.EXPIRING,
    State.DRAFT: Why.UNSIGNED,
}


Run = tuple[Why, int, Iterable[Need]]
"""What waits for one reason: how much it is, and it, worked out only as far as it is looked at."""


@dataclass(frozen=True)
class Pile:
    """Everything that waits for one reason.

    Attributes:
        first: As many of it as were asked for.
    """

    why: Why
    count: int
    first: tuple[Need, ...]


def to_sign(person: Person, locale: str, waiting: InLocale) -> Iterator[Run]:
    """Yield the parts of a locale that ``person`` may sign now, in any of their roles."""
    if Role.SIGNER not in person.roles or not person.signing_roles:
        return
    for state, names in waiting.free.items():
        yield _TO_SIGN[state], len(names), _needs(_TO_SIGN[state], locale, names)
    for each in waiting.others:
        if _may(person, each):
            yield _one(Need(_TO_SIGN[each.part.state], locale, each.part.name))


def to_translate(person: Person, locale: str, index: Index) -> Iterator[Run]:
    """Yield the texts that a language lacks, for its translators."""
    if Role.TRANSLATOR not in person.roles or locale == SOURCE:
        return
    lacking, doubtful = index.open[locale], index.doubtful[locale]
    yield Why.FUZZY, len(doubtful), _needs(Why.FUZZY, locale, doubtful)
    missing = len(lacking) - len(doubtful)
    yield Why.UNTRANSLATED, missing, _missing(locale, lacking, doubtful)


def to_answer(
    person: Person, comments: Iterable[Comment], suggestions: Iterable[Suggestion]
) -> Iterator[Need]:
    """Yield open comments and suggestions in languages that ``person`` writes."""
    for suggestion in suggestions:
        if suggestion.author != person.account and _writes(person, suggestion.locale):
            yield Need(Why.SUGGESTION, suggestion.locale, suggestion.item, suggestion.id)
    for comment in comments:
        is_withdrawn = comment.item.startswith(WITHDRAWN)
        if comment.author == person.account:
            continue
        if is_withdrawn and Role.SIGNER in person.roles and person.signing_roles:
            yield Need(Why.WITHDRAWN, comment.locale, comment.item, comment.id)
        elif not is_withdrawn and _writes(person, comment.locale):
            yield Need(Why.COMMENT, comment.locale, comment.item, comment.id)


def to_finish(drafts: Iterable[Draft]) -> Iterator[Need]:
    """Yield what somebody typed and didn't save."""
    return (Need(Why.UNSAVED, draft.locale, draft.item) for draft in drafts)


def piles(runs: Iterable[Run], singles: Iterable[Need], most: int) -> list[Pile]:
    """Return what waits by reason, the most urgent first, with the first ``most`` of each."""
    counts: Counter[Why] = Counter()
    first: dict[Why, list[Need]] = {why: [] for why in Why}
    for why, count, needs in (*runs, *map(_one, singles)):
        counts[why] += count
        first[why] += islice(needs, most - len(first[why]))
    return [Pile(why, counts[why], tuple(first[why])) for why in Why if counts[why]]


def _one(need: Need) -> Run:
    return need.why, 1, (need,)


def _needs(why: Why, locale: str, items: Collection[str]) -> Iterator[Need]:
    yield from (Need(why, locale, item) for item in sorted(items))


def _missing(locale: str, lacking: set[str], doubtful: set[str]) -> Iterator[Need]:
    yield from _needs(Why.UNTRANSLATED, locale, lacking - doubtful)


def _writes(person: Person, locale: str) -> bool:
    if Role.AUTHOR in person.roles:
        return person.works_in(locale)
    return Role.TRANSLATOR in person.roles and locale != SOURCE and person.works_in(locale)


def _may(person: Person, waiting: Waiting) -> bool:
    """Tell whether a signature of ``person`` would help; a quick form of signing.refusals."""
    if person.account in waiting.writers:
        return False
    if not waiting.part.needs_two:
        return True
    if waiting.part.state is State.WAITING:
        roles = person.signing_roles - waiting.signers.keys()
        is_enough = bool(DECIDING & (roles | waiting.signers.keys()))
        return person.account not in waiting.signers.values() and bool(roles) and is_enough
    return True
