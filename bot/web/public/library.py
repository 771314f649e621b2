"""All modules and exercises as plain pages: readable without the chat, the assistant or scripts."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.modules.module import Module, Shelf
from bot.web.public.pages import page
from bot.web.public.site import site_of
from bot.web.public.visitor import read_posted, read_visitor, visitor_from

FIRST = ("privacy", "investigation", "surroundings", "urges", "first_contact")
"""What most visitors need first; the rest follows by code."""


async def everything(request: Request) -> Response:
    """Show everything there is to read and to do."""
    site, visitor = site_of(request), await read_visitor(request)
    shelf = site.content.shelf
    return page(
        site,
        visitor,
        "library.html",
        modules=in_order(shelf),
        exercises=list(shelf.exercises.values()),
    )


def in_order(shelf: Shelf) -> tuple[Module, ...]:
    """Return the modules, what most need first."""
    needed = [shelf.modules[slug] for slug in FIRST if slug in shelf.modules]
    others = [module for slug, module in shelf.modules.items() if slug not in FIRST]
    return (*needed, *others)


async def read(request: Request) -> Response:
    """Show one module or exercise whole; its name is in the form, so that no address tells it."""
    site = site_of(request)
    if request.method == "POST":
        posted = await read_posted(request)
        visitor, wanted = posted.visitor, posted.choice
    else:
        visitor = visitor_from(request.query_params, request)
        wanted = request.query_params.get("choice", "")
    kind, _, slug = wanted.partition(".")
    if kind == "module" and slug in site.content.shelf.modules:
        return page(site, visitor, "read.html", module=site.content.shelf.modules[slug])
    if kind == "exercise" and slug in site.content.shelf.exercises:
        return page(site, visitor, "do.html", exercise=site.content.shelf.exercises[slug])
    raise HTTPException(404)


BOTH = ["GET", "POST"]
routes = [Route("/library", everything, methods=BOTH), Route("/read", read, methods=BOTH)]
