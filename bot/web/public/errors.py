"""What a visitor sees when something went wrong: a plain sentence and the help block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

from bot import logs
from bot.conversation.turn import Turn
from bot.web.public.bubbles import view_of
from bot.web.public.pages import fragment, page
from bot.web.public.site import Site
from bot.web.public.visitor import KNOWN, Visitor, visitor_from

WORDS: Final = {404: "error.page", 413: "chat.too_long"}
OTHERWISE: Final = "error.server"


def problem(request: Request, site: Site, status: int) -> Response:
    """Return the page for ``status``, for the visitor's country where the form was read."""
    visitor = request.scope.get(KNOWN) or visitor_from({}, request)
    words = WORDS.get(status, OTHERWISE)
    if request.headers.get("x-requested-with") == "fetch":
        turn = view_of(Turn(visitor.locale.tag), site.content, visitor, site.clock(), (words,))
        return fragment(site, visitor, turn, status)
    return page(site, visitor, "error.html", status, message=words)


async def for_exception(request: Request, error: Exception) -> Response:
    """Answer a known refusal with its status, and anything else with 500, which is noted."""
    if isinstance(error, HTTPException):
        return problem(request, request.app.state.site, error.status_code)
    if not isinstance(error, ClientDisconnect):  # who leaves while they send is no fault
        logs.note("page.failed", **logs.where(error))
    return problem(request, request.app.state.site, 500)


def refusing(app: Starlette) -> Callable[[Scope, int], Response]:
    """Return what makes a page outside of any route; it can't fail, whatever else does."""
    spare = last_resort(app.state.site)

    def refuse(scope: Scope, status: int) -> Response:
        try:
            return problem(Request({**scope, "app": app}), app.state.site, status)
        except Exception:  # the page itself is broken: then the one made at the start
            return Response(spare, status, media_type="text/html")

    return refuse


def last_resort(site: Site) -> bytes:
    """Return an error page made in advance, in the first locale, for no country."""
    visitor = Visitor(site.locales[0])
    return bytes(page(site, visitor, "error.html", 500, message=OTHERWISE).body)
