"""The directory for everybody: how far it reaches, how old it is, and all of it as open data."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import AssistantUnavailable
from bot.referral.card import Card
from bot.referral.coverage import NEEDED, Coverage, coverage
from bot.referral.service import EVERYWHERE
from bot.referral.spans import babel_locale
from bot.settings import ROOT
from bot.web.limits import Entry, Verdict
from bot.web.public.assistant import Asked
from bot.web.public.bubbles import cards
from bot.web.public.pages import page
from bot.web.public.qr import qr_code
from bot.web.public.site import Site, site_of
from bot.web.public.visitor import Visitor, read_posted, read_visitor, visitor_from

SCHEMA = ROOT / "content" / "services.schema.json"


@dataclass(frozen=True)
class Row:
    """A country's line in the table of what there is."""

    name: str
    found: Coverage


async def reach(request: Request) -> Response:
    """Show what each country has and lacks, and the age of every entry."""
    site, visitor = site_of(request), await read_visitor(request)
    found = coverage(site.content.directory, site.clock().date())
    rows = sorted((_row(one, visitor) for one in found), key=lambda row: row.name)
    return page(
        site,
        visitor,
        "directory.html",
        rows=rows,
        total=len(NEEDED),
        version=site.open_data.version,
    )


async def to_take(request: Request) -> Response:
    """Show one service to print, copy or scan."""
    site = site_of(request)
    wanted, visitor = await _wanted(request)
    card = one_card(site, visitor, wanted)
    codes = [qr_code(contact) for contact in card.contacts]
    shown = page(site, visitor, "card.html", card=card, codes=codes)
    return counted_as_opened(site, visitor, shown) if request.method == "POST" else shown


def counted_as_opened(site: Site, visitor: Visitor, shown: Response) -> Response:
    """Let the conversation count, once ``shown`` is sent, that a service was opened."""
    if site.limits.is_ours(visitor.token):
        shown.background = BackgroundTask(_count_opened, site, visitor)
    return shown


async def _count_opened(site: Site, visitor: Visitor) -> None:
    """Count it where there is a place for it; it is no message that anybody waits for."""
    verdict, place = await site.limits.admit(Entry(visitor.token))
    if verdict is not Verdict.IN:
        return
    try:
        await _note_opened(site, visitor)
    finally:
        place.leave()


async def _note_opened(site: Site, visitor: Visitor) -> None:
    asked = Asked("", "opened", visitor.locale.tag, visitor.country)
    with suppress(AssistantUnavailable):
        answered = await site.assistant.turn(visitor.token, asked)
        if answered.known:
            site.gathering.note(answered.turn.counts)
        else:  # its conversation was over, and this was none
            await site.assistant.forget(visitor.token)


def one_card(site: Site, visitor: Visitor, service_id: str) -> Card:
    """Return the card of the service that was asked for, or refuse with 404."""
    found = cards((service_id,), site.content, visitor, site.clock())
    if not found:
        raise HTTPException(404)
    return found[0]


async def open_json(request: Request) -> Response:
    """Return the whole directory as JSON."""
    return Response(site_of(request).open_data.json, media_type="application/json")


async def open_csv(request: Request) -> Response:
    """Return the whole directory as CSV."""
    return Response(site_of(request).open_data.csv, media_type="text/csv; charset=utf-8")


async def open_schema(request: Request) -> Response:
    """Return the JSON Schema of the open data."""
    return Response(_schema(), media_type="application/schema+json")


@cache
def _schema() -> bytes:
    return SCHEMA.read_bytes()


async def _wanted(request: Request) -> tuple[str, Visitor]:
    if request.method == "POST":
        posted = await read_posted(request)
        return posted.service, posted.visitor
    return request.query_params.get("service", ""), visitor_from(request.query_params, request)


def _row(found: Coverage, visitor: Visitor) -> Row:
    names = babel_locale(visitor.locale.tag).territories
    code = "001" if found.country == EVERYWHERE else found.country
    return Row(names.get(code, code), found)


BOTH = ["GET", "POST"]
routes = [
    Route("/directory", reach, methods=BOTH),
    Route("/card", to_take, methods=BOTH),
    Route("/services.json", open_json, methods=["GET"]),
    Route("/services.csv", open_csv, methods=["GET"]),
    Route("/services.schema.json", open_schema, methods=["GET"]),
]
