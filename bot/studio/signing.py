"""Who may sign what: two pairs of eyes, and never one's own words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.errors import CannotSign
from bot.languages.signoff import DECIDING, LONGEST, Part, Signature
from bot.storage.staff.people import Role
from bot.storage.studio_records import Signed


@dataclass(frozen=True)
class Person:
    """Somebody at work.

    Attributes:
        account: The name of their account.
        roles: What they may do here, of bot.storage.staff.people.Role.
        signing_roles: In which roles they may sign, of bot.languages.signoff.ROLES.
        locales: The languages they work in; none means all.
    """

    account: str
    roles: frozenset[str] = frozenset()
    signing_roles: frozenset[str] = frozenset()
    locales: frozenset[str] = frozenset()

    @property
    def may_publish(self) -> bool:
        """Whether they decide what visitors see: an administrator, or who signs as something."""
        is_signer = Role.SIGNER in self.roles and bool(self.signing_roles)
        return is_signer or Role.ADMINISTRATOR in self.roles

    def works_in(self, locale: str) -> bool:
        """Tell whether a language is one of theirs."""
        return not self.locales or locale in self.locales


def refusals(
    person: Person, role: str, part: Part, writers: Collection[str], given: Iterable[Signed]
) -> Iterator[str]:
    """Yield why ``person`` may not sign ``part`` in ``role``; nothing when they may.

    Args:
        person: Who wants to sign.
        role: One of bot.languages.signoff.ROLES.
        part: As it reads now.
        writers: The accounts that wrote its present words, numbers or thresholds.
        given: The signatures under it as it reads now that count today.
    """
    if Role.SIGNER not in person.roles or role not in person.signing_roles:
        yield f"you don't sign as {role}; ask an administrator"
    if person.account in writers:
        yield "you wrote a part of these words; somebody else has to sign them"
    others = {signed.role: signed.account for signed in given if signed.role != role}
    if not part.is_safety or not others:
        return
    if person.account in others.values():
        yield "you have signed this in another role; a second person has to sign it"
    if not DECIDING & {role, *others}:
        yield "one of the two has to sign as clinician or child_protection"


def refuse_other(part: Part, seen: str) -> None:
    """Refuse a part that isn't as it was read.

    Raises:
        CannotSign: Its fingerprint is not ``seen``.
    """
    if seen != part.fingerprint:
        raise CannotSign(f"{part.name} changed while you read it; read it again, then sign.")


def refuse(
    person: Person,
    role: str,
    part: Part,
    writers: Collection[str],
    given: Iterable[Signed],
    until: date,
    today: date,
) -> None:
    """Refuse a signature that may not be given; the arguments are those of ``refusals``.

    Raises:
        CannotSign: Says why.
    """
    why = [*refusals(person, role, part, writers, given), bad_day(until, today)]
    if any(why):
        raise CannotSign(f"{part.name} can't be signed: {next(filter(None, why))}.")


def bad_day(until: date, today: date) -> str:
    """Return what is wrong with the last day of a signature, or empty."""
    if today <= until <= today + LONGEST:
        return ""
    return f"the day of the next review must be within {LONGEST.days} days from today"


def counting(
    part: Part, known: Iterable[Signed], ledger: Iterable[Signature], today: date
) -> list[Signed]:
    """Return the signatures under ``part`` as it reads now, one a role, with their accounts.

    One that was taken out of the ledger doesn't count. One that only the ledger has was given
    without the studio: its account is empty.
    """
    people = {(each.role, each.fingerprint, each.on, each.until): each for each in known}
    return [
        people.get((each.role, each.fingerprint, each.on, each.until))
        or Signed(part.name, part.locale, each.fingerprint, each.role, "", each.on, each.until)
        for each in ledger
        if each.fingerprint == part.fingerprint and each.on <= today <= each.until
    ]
