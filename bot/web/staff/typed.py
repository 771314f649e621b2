"""What came with a form, and what is wrong with it; the words for that are in the templates."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final

from starlette.requests import Request

from bot.storage.staff.people import Role

LONGEST: Final = 8_000  # characters of any field; a passkey's answer is the longest
SHORTEST_PASSWORD: Final = 12  # characters
LONGEST_PASSWORD: Final = 200  # characters
FEWEST_DIFFERENT: Final = 5  # characters
BESIDE_NAME: Final = 8  # characters that a password has besides the name
COMMONEST: Final = (
    "123456789012", "1234567890123", "1q2w3e4r5t6y", "abcdefghijkl", "adminadminadmin",
    "changemechangeme", "iloveyouiloveyou", "letmeinletmein", "password1234", "password12345",
    "password123456", "passwordpassword", "qwertyqwerty", "qwertyuiop12", "qwertyuiop123",
    "qwertyuiopasdf", "welcome12345", "welcomewelcome",
)  # fmt: skip


async def typed(request: Request, name: str, longest: int = LONGEST) -> str:
    """Return one field of a posted form, or empty."""
    value = (await request.form()).get(name, "")
    return value[:longest] if isinstance(value, str) else ""


def day_of(words: str) -> date | None:
    """Return the day that a date field names, or None."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


async def ticked_roles(request: Request) -> frozenset[Role]:
    """Return the roles that were ticked."""
    values = (await request.form()).getlist("role")
    return frozenset(role for role in Role if role.value in values)


def problem_with_password(password: str, again: str, name: str) -> str:
    """Return the code of what is wrong with a new password, or empty."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < SHORTEST_PASSWORD:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    if len(plain.replace(name, "")) < BESIDE_NAME:
        return "name"
    if plain in COMMONEST or len(set(plain)) < FEWEST_DIFFERENT:
        return "common"
    return "" if password == again else "different"
