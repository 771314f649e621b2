"""Everything that the pages need, in one value."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from jinja2 import Environment
from starlette.requests import HTTPConnection

from bot.conversation.content import Content
from bot.errors import NotReady
from bot.languages.catalogs import SOURCE
from bot.languages.locales import Locale
from bot.languages.signoff import SignOff, State
from bot.referral.open_data import OpenData, open_data
from bot.settings import Settings
from bot.statistics.counts import Gathering
from bot.web.public.assets import Asset
from bot.web.public.assistant import Assistant
from bot.web.public.courier import Courier

MOST_LISTED = 20


@dataclass(frozen=True)
class Site:
    """The running site.

    Attributes:
        locales: Those on offer; the first is the one to fall back on.
        assets: What /static/ serves, by file name.
        clock: Returns now, aware, in UTC.
        courier: Takes sealed summaries to programmes.
        signed: Tags of the locales that are signed to the last text; pages of others say draft.
    """

    settings: Settings
    content: Content
    locales: tuple[Locale, ...]
    assistant: Assistant
    gathering: Gathering
    templates: Environment
    assets: Mapping[str, Asset]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    courier: Courier = field(default_factory=Courier)
    signed: frozenset[str] = frozenset()

    @cached_property
    def open_data(self) -> OpenData:
        """The directory as everybody may have it."""
        return open_data(self.content.directory)


def site_of(request: HTTPConnection) -> Site:
    """Return the site that ``request`` came to."""
    site: Site = request.app.state.site
    return site


def offered(
    locales: Sequence[Locale], settings: Settings, sign_off: SignOff, today: date
) -> tuple[Locale, ...]:
    """Return the locales that visitors may see: in production only those signed to the last text.

    Raises:
        NotReady: In production, no locale is; or a safety text isn't signed in the source locale,
            or in one that lacks nothing else.
    """
    if settings.mode != "production":
        return tuple(locales)
    open_ = [line for locale in locales for line in _refused(locale, sign_off, today)]
    if open_:
        raise NotReady(_listed(open_))
    signed = sign_off.signed_locales(today)
    if not signed:
        raise NotReady("No locale is signed to the last text; see: quietline content status")
    return tuple(locale for locale in locales if locale.tag in signed)


def _refused(locale: Locale, sign_off: SignOff, today: date) -> Iterator[str]:
    """Yield the safety texts without which ``locale`` can't be shown, though all else is there."""
    states = sign_off.states(locale.tag, today).items()
    open_ = [(part, state) for part, state in states if state is not State.SIGNED]
    if locale.tag == SOURCE or all(part.is_safety for part, _ in open_):
        yield from (f"{locale.tag} {part.name}: {state}" for part, state in open_ if part.is_safety)


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - MOST_LISTED
    rest = [f"and {more} more; see: quietline content status --list"] if more > 0 else []
    first = "Safety texts are not signed; sign them, or set QUIETLINE_MODE=draft."
    return "\n".join([first, *lines[:MOST_LISTED], *rest])


def new_token() -> str:
    """Return the only key to a new conversation: 32 random bytes, base64url."""
    return secrets.token_urlsafe(32)
