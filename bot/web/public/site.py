"""Everything that the pages need, in one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from jinja2 import Environment
from starlette.requests import HTTPConnection

from bot.conversation.content import Content
from bot.languages.locales import Locale
from bot.referral.open_data import OpenData, open_data
from bot.settings import Settings
from bot.statistics.counts import Gathering
from bot.web.limits import Limits
from bot.web.public.assets import Asset
from bot.web.public.assistant import Assistant
from bot.web.public.courier import Courier
from bot.web.public.keeper import Keeper
from bot.web.public.minute import Minute


@dataclass(frozen=True, eq=False)
class Site:
    """The running site; with other content it is another.

    Attributes:
        locales: Those on offer; the first is the one to fall back on.
        assets: What /static/ serves, by file name.
        clock: Returns now, aware, in UTC.
        courier: Takes sealed summaries to programmes.
        limits: Whose message is answered now, and whose has to wait.
        signed: Tags of the locales that are signed to the last text; pages of others say draft.
        keeper: Keeps progress for those who ask; None unless an operator turned it on, or has
            turned it off and left the file.
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
    keeper: Keeper | None = None

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
