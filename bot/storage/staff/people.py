"""Who may sign in, as plain values; rows and secrets stay in the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.errors import BadName

NAME: Final = re.compile(r"[^\W_][\w.-]{1,39}")


RESERVED: Final = frozenset({"shell", "nobody"})
"""What the audit trail calls the operator's commands, and strangers."""


class Role(StrEnum):
    """What somebody may do; an account has one or more."""

    AUTHOR = "author"
    SIGNER = "signer"
    TRANSLATOR = "translator"
    RESEARCHER = "researcher"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Passkey:
    """A key of a device that signs in without a password.

    Attributes:
        sign_count: How often the device says it was used; it never falls.
        title: What its owner calls it.
    """

    id: bytes
    public_key: bytes
    sign_count: int
    title: str
    added: datetime


@dataclass(frozen=True)
class Account:
    """One person who may sign in.

    Attributes:
        handle: 32 random bytes that name the account to a passkey.
        generation: Grows when ways to sign in change; sessions of an earlier one are over.
    """

    id: int
    name: str
    roles: frozenset[Role]
    handle: bytes
    generation: int
    has_password: bool
    passkeys: tuple[Passkey, ...]
    created: datetime
    closed: datetime | None = None


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that was just made and checked."""

    id: bytes
    public_key: bytes
    sign_count: int
    title: str


@dataclass(frozen=True)
class NewPassword:
    """A password with the secret of a code app, and the step of the code that proved it.

    Attributes:
        secret: Base32, as code apps take it.
        step: Number of the 30 seconds whose code was given; it counts as used.
    """

    password: str
    secret: str
    step: int

    def __repr__(self) -> str:
        return "NewPassword(...)"


@dataclass(frozen=True)
class Invitation:
    """A name and roles that wait for the person; its code is nowhere kept."""

    name: str
    roles: frozenset[Role]
    expires: datetime


def tidy_name(typed: str) -> str:
    """Return ``typed`` as names are kept and compared: in small letters, without spaces around."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def checked_name(typed: str) -> str:
    """Return the tidy name.

    Raises:
        BadName: It is no name that an account can have.
    """
    name = tidy_name(typed)
    if name in RESERVED:
        raise BadName(f"The audit trail uses {name} for itself; choose another name.")
    if not NAME.fullmatch(name):
        raise BadName(
            "A name has 2 to 40 letters, digits, dots, hyphens or low lines, and begins with "
            "a letter or digit."
        )
    return name


def in_words(roles: Iterable[Role]) -> str:
    """Return roles as they are stored, printed and audited: in the order of Role."""
    chosen = set(roles)
    return " ".join(role for role in Role if role in chosen)


def stamp(moment: datetime) -> str:
    """Return a moment as it is stored: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(stamped: str) -> datetime:
    """Return the moment that ``stamp`` wrote."""
    return datetime.strptime(stamped, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
