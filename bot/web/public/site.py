"""Everything that the pages need, in one value."""

from __future__ import annotations

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
from bot.languages.signoff import Part, SignOff, State
from bot.referral.open_data import OpenData, open_data
from bot.settings import Settings
from bot.statistics.counts import Gathering
from bot.web.limits import Limits
from bot.web.public.assets import Asset
from bot.web.public.assistant import Assistant
from bot.web.public.courier import Courier
from bot.web.public.minute import Minute

MOST_LISTED = 20


@dataclass(frozen=True)
class Site:
    """The running site.

    Attributes:
        locales: Those on offer; the first is the one to fall back on.
        assets: What /static/ serves, by file name.
        clock: Returns now, aware, in UTC.
        courier: Takes sealed summaries to programmes.
        limits: Whose message is answered now, and whose has to wait.
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
    limits: Limits = field(default_factory=Limits)
    signed: frozenset[str] = frozenset()

    @cached_property
    def open_data(self) -> OpenData:
        """The directory as everybody may have it."""
        return open_data(self.content.directory)

    @cached_property
    def minute(self) -> Minute:
        """What everybody is shown alike; a site with other content begins anew."""
        return Minute()


def site_of(request: HTTPConnection) -> Site:
    """Return the site that ``request`` came to."""
    site: Site = request.app.state.site
    return site


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
