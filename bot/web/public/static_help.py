"""Help pages that need no process: files that the proxy shows while the site is down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.languages.locales import Locale
from bot.referral.service import EVERYWHERE
from bot.web.public.help_block import ON_EVERY_PAGE, Section, sections
from bot.web.public.site import Site
from bot.web.public.visitor import Visitor, country_names

PLACE: Final = "/offline/"
"""Where the proxy serves the folder; named in full, because pages also stand in for ``/``."""
STYLE: Final = "site.css"
INDEX: Final = "index.html"
"""The page in the first locale, for browsers that ask for none that is there."""
NO_HOUR: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Out of bot.referral.hours.PLAUSIBLE: these pages say usual hours, never "open now"."""


@dataclass(frozen=True)
class Country:
    """A country with the services of its own; those for everyone stand once on the page."""

    name: str
    sections: tuple[Section, ...]


def write_pages(site: Site, folder: Path) -> tuple[str, ...]:
    """Write a page for each locale on offer, and the style sheet; return the files' names.

    Each file is there whole or not at all, also while the proxy reads it. Pages in languages that
    are no longer on offer go: nobody would look after their numbers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(_files(site))
    for name, body in files.items():
        fresh = folder / f".{name}.new"
        fresh.write_bytes(body)
        os.replace(fresh, folder / name)
    for path in set(folder.glob("*.html")) - {folder / name for name in files}:
        path.unlink()
    return tuple(files)


def _files(site: Site) -> Iterator[tuple[str, bytes]]:
    pages = {locale.tag: page_in(site, locale).encode() for locale in site.locales}
    yield STYLE, site.assets[STYLE].body
    yield INDEX, pages[site.locales[0].tag]
    yield from ((f"{tag}.html", body) for tag, body in pages.items())


def page_in(site: Site, locale: Locale) -> str:
    """Return the page: whom to call anywhere, then country by country."""
    visitor = Visitor(locale)

    def t(message_id: str, **values: object) -> str:
        return site.content.words.text(locale.tag, message_id, **values)

    return site.templates.get_template("static_help.html").render(
        t=t,
        title=site.settings.title,
        exit_url=site.settings.exit_url,
        style=site.assets[STYLE],
        place=PLACE,
        visitor=visitor,
        locales=site.locales,
        is_draft=locale.tag not in site.signed,
        anywhere=sections(ON_EVERY_PAGE, site.content, visitor, NO_HOUR),
        countries=tuple(_countries(site, locale)),
    )


def _countries(site: Site, locale: Locale) -> Iterator[Country]:
    services = site.content.directory.services.values()
    served = {code for service in services for code in service.countries}
    for code, name in country_names(locale.tag):
        if code not in served:
            continue
        visitor = Visitor(locale, code)
        found = sections(ON_EVERY_PAGE, site.content, visitor, NO_HOUR)
        own = tuple(filter(None, (_own(site, section) for section in found)))
        if own:
            yield Country(name, own)


def _own(site: Site, section: Section) -> Section | None:
    """Return the section with the country's own services, or None without any."""
    known = site.content.directory.services
    cards = tuple(card for card in section.cards if EVERYWHERE not in known[card.id].countries)
    return Section(section.need, cards) if cards else None
