"""What a request says about its sender: only what this person chose on the page."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import babel
from starlette.requests import Request

from bot.conversation.message import LONGEST, clean
from bot.languages.locales import Locale, propose
from bot.referral.countries import all_countries
from bot.web.public.site import Site, site_of

OTHER = "ZZ"
"""ISO 3166 leaves this code to its users: here, a country that the directory doesn't know."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_FIELDS = 20
IN_CONVERSATION = "conversation"
EMBEDDED = "/embed"
"""The address of the chat inside a partner's page; see bot.web.public.embed."""
KNOWN = "quietline.visitor"
"""Where a request keeps whose page it is, for the page that says that something went wrong."""


@dataclass(frozen=True)
class Visitor:
    """Whose page this is.

    Attributes:
        country: ISO 3166 alpha-2, ``OTHER``, or empty as long as none is chosen.
        token: The key to the conversation, or empty before the first message.
        is_framed: The page stands inside a partner's.
    """

    locale: Locale
    country: str = ""
    token: str = ""
    is_framed: bool = False


@dataclass(frozen=True)
class Posted:
    """One sent form.

    Attributes:
        text: Cleaned, at most ``bot.conversation.message.LONGEST`` characters.
        change: Where only language or country were changed, ``IN_CONVERSATION`` or elsewhere; the
            button ``speak`` of a turn, which names a locale, is such a change.
        proof: A solved challenge, or empty; see bot.web.proof.
        sum: The ticket of a sum and its answer.
        service: The id of the service that the page is about, or empty.
        was_long: There was more text than that.
        was_lost: A token came that can't be one.
    """

    visitor: Visitor
    text: str = ""
    choice: str = ""
    change: str = ""
    service: str = ""
    proof: str = ""
    sum: tuple[str, str] = ("", "")
    was_long: bool = False
    was_lost: bool = False


async def read_posted(request: Request) -> Posted:
    """Return what was sent; whatever makes no sense counts as not sent."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    text = _text(form, "text")
    cleaned = clean(text)
    visitor = visitor_from(form, request)
    request.scope[KNOWN] = visitor
    return Posted(
        visitor=visitor,
        text=cleaned,
        # A button that had to wait goes along, unless words are sent.
        choice=_text(form, "choice") or ("" if cleaned else _text(form, "held_choice")),
        change=IN_CONVERSATION if _text(form, "speak") else _text(form, "change"),
        service=_text(form, "service"),
        proof=_text(form, "proof"),
        sum=(_text(form, "ticket"), _text(form, "sum")),
        was_long=len(text) > LONGEST,
        was_lost=bool(_text(form, "token")) and not visitor.token,
    )


async def read_visitor(request: Request) -> Visitor:
    """Return whose page is asked for, by form or by address."""
    if request.method == "POST":
        return (await read_posted(request)).visitor
    return visitor_from(request.query_params, request)


def visitor_from(values: Mapping[str, Any], request: Request) -> Visitor:
    """Return the visitor that ``values`` describe; the browser only proposes the language."""
    site, token = site_of(request), _text(values, "token")
    country = _text(values, "country").upper()
    return Visitor(
        locale=_locale(site, [_text(values, name) for name in ("speak", "locale")], request),
        country=country if country == OTHER or country in all_countries() else "",
        token=token if TOKEN.fullmatch(token) else "",
        is_framed=request.scope["path"] == EMBEDDED or _text(values, "frame") == "on",
    )


@functools.cache
def country_names(tag: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of every country, sorted as the locale's readers expect."""
    names = babel.Locale.parse(tag, sep="-").territories
    return tuple(sorted(((code, names.get(code, code)) for code in all_countries()), key=_by_name))


def _by_name(country: tuple[str, str]) -> str:
    return unicodedata.normalize("NFKD", country[1]).casefold()


def _locale(site: Site, wanted: list[str], request: Request) -> Locale:
    """Return the first that is wanted and there; a button goes before the list in the page."""
    by_tag = {locale.tag: locale for locale in site.locales}
    chosen = next((by_tag[tag] for tag in wanted if tag in by_tag), None)
    return chosen or propose(request.headers.get("accept-language", ""), site.locales)


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else ""
