"""Everything that the pages need, in one value."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jinja2 import Environment
from starlette.requests import HTTPConnection

from bot.conversation.content import Content
from bot.errors import NotReady
from bot.languages.locales import Locale
from bot.settings import Settings
from bot.statistics.counts import Gathering
from bot.web.public.assets import Asset
from bot.web.public.assistant import Assistant


@dataclass(frozen=True)
class Site:
    """The running site.

    Attributes:
        locales: Those on offer; the first is the one to fall back on.
        assets: What /static/ serves, by file name.
        clock: Returns now, aware, in UTC.
    """

    settings: Settings
    content: Content
    locales: tuple[Locale, ...]
    assistant: Assistant
    gathering: Gathering
    templates: Environment
    assets: Mapping[str, Asset]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


def site_of(request: HTTPConnection) -> Site:
    """Return the site that ``request`` came to."""
    site: Site = request.app.state.site
    return site


def offered(locales: Sequence[Locale], settings: Settings) -> tuple[Locale, ...]:
    """Return the locales that visitors may see: in production only what is signed.

    Raises:
        NotReady: No locale is signed.
    """
    if settings.mode != "production":
        return tuple(locales)
    signed = tuple(locale for locale in locales if locale.signed)
    if not signed:
        raise NotReady("No locale is signed in locales/locales.yml; set QUIETLINE_MODE=draft.")
    return signed


def new_token() -> str:
    """Return the only key to a new conversation: 32 random bytes, base64url."""
    return secrets.token_urlsafe(32)
