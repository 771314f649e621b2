"""What visitors would see of the working copy, in a frame inside of a page of the studio.

Only these two kinds of answers have another policy than the rest: the page that holds a frame may
hold one of ours, and what is in it may be framed by us. Nothing in it can be sent anywhere: its
forms have nowhere to go, and its script may ask nobody.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.conversation.content import Content
from bot.statistics.counts import Gathering
from bot.studio.trying import Said, conversation
from bot.web.public.assets import Asset
from bot.web.public.assistant import Asked
from bot.web.public.bubbles import cards, view_of
from bot.web.public.chat import first_screen
from bot.web.public.help import who_helps
from bot.web.public.library import in_order
from bot.web.public.pages import page
from bot.web.public.qr import qr_code
from bot.web.public.site import Site
from bot.web.public.visitor import OTHER, Visitor
from bot.web.security import HEADERS
from bot.web.staff.site import Staff, staff_of
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.opening import AtDesk

FRAME: Final = "/studio/frame"
HOLDERS: Final = (
    "/studio/preview",
    "/studio/services/one",
    "/studio/services/check",
    "/studio/services/change",
    "/studio/services/country",
)
"""The pages that hold a frame."""
CSP: Final = "Content-Security-Policy"
MAY_HOLD: Final = {CSP: f"{HEADERS[CSP]}; frame-src 'self'"}
MAY_BE_HELD: Final = {
    CSP: (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
        "require-trusted-types-for 'script'; trusted-types quietline"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
STILL: Final = {CSP: MAY_BE_HELD[CSP].replace("script-src 'self'; ", "")} | {
    "X-Frame-Options": "SAMEORIGIN"
}
"""As ``MAY_BE_HELD``, for somebody whose browser runs no scripts."""
SCHEMES: Final = ("light", "dark")
DARK: Final = b"(prefers-color-scheme: dark)"
AS_ASKED: Final = {"light": b"not all", "dark": b"all"}


class Framing:
    """Gives the few answers that frames need their own policy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (see ASGI)."""
        headers = policy_of(scope) if scope["type"] == "http" else {}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, sending if headers else send)


def policy_of(scope: Scope) -> Mapping[str, str]:
    """Return the headers that differ for an address."""
    if scope["path"] == FRAME:
        return STILL if b"scripts=off" in scope["query_string"] else MAY_BE_HELD
    return MAY_HOLD if scope["path"] in HOLDERS else {}


class Nobody:
    """Stands where the site's assistant is: a frame never asks it."""

    async def turn(self, token: str, asked: Asked) -> Any:
        """Refuse."""
        raise HTTPException(404)

    async def forget(self, token: str) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Wanted:
    """What a frame is to show: the page of a part, or for ``help`` that of a country.

    Attributes:
        scheme: One of SCHEMES, or empty: as the browser has it.
    """

    view: str
    locale: str
    country: str
    part: str
    scheme: str


@in_studio(*READERS)
async def frame(here: AtDesk) -> Response:
    """Show the visitor's own page with the texts of the working copy."""
    staff = staff_of(here.request)
    content = await here.ask(here.opened.trial.content)
    wanted = read_wanted(here)
    return await here.ask(_framed, staff, here, content, wanted)


def read_wanted(here: AtDesk) -> Wanted:
    """Return what is asked for; whatever makes no sense counts as not asked."""
    asked = here.request.query_params
    scheme, country = asked.get("scheme", ""), asked.get("country", "").upper()
    return Wanted(
        view=asked.get("view", "part"),
        locale=asked.get("locale", "en"),
        country=country if country.isalpha() and len(country) == 2 else "",
        part=asked.get("part", ""),
        scheme=scheme if scheme in SCHEMES else "",
    )


def _framed(staff: Staff, here: AtDesk, content: Content, wanted: Wanted) -> Response:
    site = site_with(staff, content, here)
    known = {locale.tag: locale for locale in here.desk.index.locales}
    if wanted.locale not in known:
        raise HTTPException(404)
    visitor = Visitor(known[wanted.locale], wanted.country)
    return _in_scheme(shown(site, visitor, wanted), wanted, staff.assets)


def site_with(staff: Staff, content: Content, here: AtDesk) -> Site:
    """Return the visitor's site with the content of the working copy; it has no assistant."""
    locales = here.desk.index.locales
    return Site(
        settings=staff.settings,
        content=content,
        locales=locales,
        assistant=Nobody(),
        gathering=Gathering(),
        templates=staff.templates,
        assets=staff.assets,
        clock=staff.clock,
        signed=frozenset(locale.tag for locale in locales),
    )


def shown(site: Site, visitor: Visitor, wanted: Wanted) -> Response:
    """Return the page on which a visitor reads a part."""
    if wanted.view == "help":
        return _help(site, visitor)
    kind, _, slug = wanted.part.partition(".")
    content = site.content
    if kind == "module" and slug in content.shelf.modules:
        return page(site, visitor, "read.html", module=content.shelf.modules[slug])
    if kind == "exercise" and slug in content.shelf.exercises:
        return page(site, visitor, "do.html", exercise=content.shelf.exercises[slug])
    if kind == "service" and slug in content.directory.services:
        return _card(site, visitor, slug)
    if kind == "answer" and slug in content.answers:
        return talked(site, visitor, (Said(meant=slug),))
    if kind == "check_in":
        return talked(site, visitor, (Said(choice="check_in.start"),))
    return _page_of(site, visitor, kind)


def _page_of(site: Site, visitor: Visitor, kind: str) -> Response:
    if kind in ("help", "referral", "service"):
        return _help(site, visitor)
    if kind in ("about", "privacy"):
        return page(site, visitor, f"{kind}.html")
    if kind in ("library", "module", "exercise"):
        return _library(site, visitor)
    if kind in ("chat", "choice", "offer"):
        return talked(site, visitor, (Said(choice="menu"),))
    return first_screen(site, visitor)


def _help(site: Site, visitor: Visitor) -> Response:
    return page(site, visitor, "help.html", help_block=(), **who_helps(site, visitor))


def _library(site: Site, visitor: Visitor) -> Response:
    shelf = site.content.shelf
    exercises = list(shelf.exercises.values())
    return page(site, visitor, "library.html", modules=in_order(shelf), exercises=exercises)


def _card(site: Site, visitor: Visitor, service_id: str) -> Response:
    service = site.content.directory.services[service_id]
    country = visitor.country or service.home or OTHER
    visitor = replace(visitor, country=country)
    found = cards((service_id,), site.content, visitor, site.clock())[0]
    codes = [qr_code(contact) for contact in found.contacts]
    return page(site, visitor, "card.html", card=found, codes=codes)


def talked(site: Site, visitor: Visitor, steps: tuple[Said, ...]) -> Response:
    """Show the answer to the last of ``steps``, as a page without scripts does."""
    now, tag = site.clock(), visitor.locale.tag
    had = conversation(site.content, tag, visitor.country, steps, now)
    if not had or had[-1].turn is None:
        raise HTTPException(404)
    turn = view_of(had[-1].turn, site.content, visitor, now, (), site.locales)
    return page(site, visitor, "conversation.html", turn=turn, said=had[-1].visitor)


def _in_scheme(answer: Response, wanted: Wanted, assets: Mapping[str, Asset]) -> Response:
    """Return the page with a style sheet that doesn't ask for the browser's own scheme."""
    text, name = bytes(answer.body).decode(), sheet_name(wanted.scheme)
    own = f'href="/static/site.css" integrity="{assets["site.css"].integrity}"'
    ours = f'href="{FRAME}/{name}" integrity="{sheets(assets)[name].integrity}"'
    text = text.replace(own, ours, 1)
    if wanted.scheme:
        told = '<meta name="color-scheme" content="light dark">'
        text = text.replace(told, told.replace("light dark", wanted.scheme), 1)
    return Response(text, answer.status_code, media_type="text/html")


def sheet_name(scheme: str) -> str:
    """Return the name of the style sheet for a scheme."""
    return f"{scheme or 'site'}.css"


def sheets(assets: Mapping[str, Asset]) -> dict[str, Asset]:
    """Return the visitor's style sheet as it is, and as browsers in each scheme read it."""
    body = assets["site.css"].body
    made = {sheet_name(""): assets["site.css"]}
    return made | {sheet_name(each): _sheet(body.replace(DARK, AS_ASKED[each])) for each in SCHEMES}


def _sheet(body: bytes) -> Asset:
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    return Asset(body, "text/css", f"sha384-{digest}")


@in_studio(*READERS)
async def sheet(here: AtDesk) -> Response:
    """Give a style sheet of the frame."""
    found = sheets(staff_of(here.request).assets).get(here.request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return Response(found.body, media_type=found.media_type)


routes = [
    Route(FRAME, frame, methods=["GET"]),
    Route(f"{FRAME}/{{name}}", sheet, methods=["GET"]),
]
