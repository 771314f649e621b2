"""Warm referral: a visitor may hand a short summary to a programme, sealed to its key.

Only for programmes whose entry has an inbox, and only what the visitor sees and edits on the page.
Nothing of it is written anywhere here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.conversation.message import clean
from bot.referral.service import Service
from bot.referral.spans import babel_locale
from bot.web.public.courier import Delivery
from bot.web.public.directory import counted_as_opened, one_card
from bot.web.public.pages import page
from bot.web.public.site import Site, site_of
from bot.web.public.visitor import Visitor, read_posted

FIELDS: Final = ("language", "wanted", "urgency", "note")
LONGEST: Final = 500  # characters of a field
WISHES: Final = ("talk", "therapy", "meet", "advice")
URGENCIES: Final = ("not_said", "this_week", "today")


async def handover(request: Request) -> Response:
    """Show the summary to edit; when it is sent, seal it, post it, and give its code."""
    site, posted = site_of(request), await read_posted(request)
    service = site.content.directory.services.get(posted.service)
    if service is None or service.handover is None:
        raise HTTPException(404)
    form = await request.form()
    if form.get("step") != "send":
        return counted_as_opened(site, posted.visitor, _form(site, posted.visitor, service))
    code = _code(site, str(form.get("code", "")))
    fields = {name: clean(str(form.get(name, "")))[:LONGEST] for name in FIELDS}
    return await _send(site, posted.visitor, service, {"code": code, **fields})


def _form(site: Site, visitor: Visitor, service: Service) -> Response:
    locale = babel_locale(visitor.locale.tag)
    return page(
        site,
        visitor,
        "handover.html",
        card=one_card(site, visitor, service.id),
        language=locale.get_display_name(locale),
        wishes=WISHES,
        urgencies=URGENCIES,
        longest=LONGEST,
        code=new_code(site.content.code_words),
    )


async def _send(
    site: Site, visitor: Visitor, service: Service, fields: Mapping[str, str]
) -> Response:
    delivery = await _deliver(site, service, fields)
    card = one_card(site, visitor, service.id)
    return page(
        site,
        visitor,
        "handed_over.html",
        card=card,
        code=fields["code"],
        delivery=str(delivery),
    )


async def _deliver(site: Site, service: Service, fields: Mapping[str, str]) -> Delivery:
    # Imported here: no other page should miss anything where this part of a library is missing.
    from bot.storage.handover import seal

    inbox: Any = service.handover
    try:
        sealed = await to_thread.run_sync(seal, fields, inbox.key)
    except ValueError:  # a key that is none
        return Delivery.REFUSED
    return await site.courier.deliver(inbox.address, sealed)


def _code(site: Site, posted: str) -> str:
    """Return the code of the form, so that a second press sends the same; else a new one."""
    ours = set(posted.split()) <= set(site.content.code_words) and len(posted.split()) == 2
    return posted if ours else new_code(site.content.code_words)


def new_code(words: tuple[str, ...]) -> str:
    """Return two words that are easy to say on the telephone."""
    return f"{secrets.choice(words)} {secrets.choice(words)}"


routes = [Route("/handover", handover, methods=["POST"])]
"""A form only: nothing of it stands in an address."""
