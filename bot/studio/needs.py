"""What waits for somebody: the first page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.languages.catalogs import SOURCE
from bot.languages.signoff import DECIDING
from bot.storage.staff.people import Role
from bot.storage.studio_records import Comment, Draft, Suggestion
from bot.studio.index import Index
from bot.studio.seeing import SeenPart, State
from bot.studio.signing import Person


class Why(StrEnum):
    """Why something waits, the most urgent first."""

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
        item: A part for the first five reasons, else a message id or a file.
        number: Of the comment or suggestion; 0 otherwise.
    """

    why: Why
    locale: str
    item: str
    number: int = 0


_TO_SIGN: Final = {
    State.STALE: Why.STALE,
    State.EXPIRED: Why.EXPIRED,
    State.WAITING: Why.SECOND,
    State.EXPIRING: Why.EXPIRING,
    State.DRAFT: Why.UNSIGNED,
}


@dataclass(frozen=True)
class Waiting:
    """A part that isn't signed for good.

    Attributes:
        writers: The accounts that wrote its present words.
        signers: Role to the account that signed it as it reads now.
    """

    part: SeenPart
    writers: frozenset[str]
    signers: dict[str, str]


def to_sign(person: Person, waiting: Iterable[Waiting]) -> Iterator[Need]:
    """Yield the parts that ``person`` may sign now, in any of their roles."""
    if Role.SIGNER not in person.roles or not person.signing_roles:
        return
    for each in waiting:
        if each.part.state in _TO_SIGN and person.works_in(each.part.locale) and _may(person, each):
            yield Need(_TO_SIGN[each.part.state], each.part.locale, each.part.name)


def to_translate(person: Person, index: Index) -> Iterator[Need]:
    """Yield the texts that a translator's languages lack."""
    if Role.TRANSLATOR not in person.roles:
        return
    for tag in (tag for tag in index.translated if person.works_in(tag)):
        for message_id in sorted(index.open[tag]):
            entry = index.entry(tag, message_id)
            why = Why.FUZZY if entry and entry.words else Why.UNTRANSLATED
            yield Need(why, tag, message_id)


def to_answer(
    person: Person, comments: Iterable[Comment], suggestions: Iterable[Suggestion]
) -> Iterator[Need]:
    """Yield open comments and suggestions in languages that ``person`` writes."""
    for suggestion in suggestions:
        if suggestion.author != person.account and _writes(person, suggestion.locale):
            yield Need(Why.SUGGESTION, suggestion.locale, suggestion.item, suggestion.id)
    for comment in comments:
        if comment.author != person.account and _writes(person, comment.locale):
            yield Need(Why.COMMENT, comment.locale, comment.item, comment.id)


def to_finish(drafts: Iterable[Draft]) -> Iterator[Need]:
    """Yield what somebody typed and didn't save."""
    return (Need(Why.UNSAVED, draft.locale, draft.item) for draft in drafts)


def in_order(needs: Iterable[Need]) -> list[Need]:
    """Return needs with the most urgent first."""
    ranks = {why: rank for rank, why in enumerate(Why)}
    return sorted(needs, key=lambda need: ranks[need.why])


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
