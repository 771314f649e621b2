"""Which locales visitors may see: in production only those that are signed to the last text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.errors import NotReady
from bot.languages.catalogs import SOURCE
from bot.languages.locales import Locale
from bot.languages.signoff import Part, SignOff, State
from bot.settings import Settings

MOST_LISTED = 20


def offered(
    locales: Sequence[Locale], settings: Settings, sign_off: SignOff, today: date
) -> tuple[Locale, ...]:
    """Return the locales that visitors may see: in production only those signed to the last text.

    A signature whose last day is over makes a text a draft again, with its banner; it takes no
    help from anybody. Another locale that lacks a signature is left out.

    Raises:
        NotReady: In production, no locale is signed; or a safety text of the source locale isn't.
    """
    if settings.mode != "production":
        return tuple(locales)
    open_ = list(_refused(sign_off, today))
    if open_:
        raise NotReady(_listed(open_))
    signed = tuple(locale for locale in locales if not _lacking(sign_off, locale.tag, today))
    if not signed:
        raise NotReady("No locale is signed to the last text; see: quietline content status")
    return signed


def _lacking(sign_off: SignOff, tag: str, today: date) -> dict[Part, State]:
    """Return the parts that nobody has signed as they read today."""
    states = sign_off.states(tag, today).items()
    return {part: state for part, state in states if state not in (State.SIGNED, State.EXPIRED)}


def _refused(sign_off: SignOff, today: date) -> Iterator[str]:
    """Yield the safety texts of the source locale without which nothing can be shown."""
    lacking = _lacking(sign_off, SOURCE, today).items()
    yield from (f"{SOURCE} {part.name}: {state}" for part, state in lacking if part.is_safety)


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - MOST_LISTED
    rest = [f"and {more} more; see: quietline content status --list"] if more > 0 else []
    first = "Safety texts are not signed; sign them, or set QUIETLINE_MODE=draft."
    return "\n".join([first, *lines[:MOST_LISTED], *rest])
