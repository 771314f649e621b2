"""Pages beside the conversation: services by need, about this site, privacy."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.referral.duties import duty_words
from bot.web.public.help_block import ON_ITS_OWN_PAGE
from bot.web.public.pages import page, same_page, services_for
from bot.web.public.site import Site, site_of
from bot.web.public.visitor import Visitor, read_visitor


async def services(request: Request) -> Response:
    """Show who helps in the chosen country; it never needs the assistant."""
    site, visitor = site_of(request), await read_visitor(request)
    return same_page(site, visitor, "help.html", help_block=(), **who_helps(site, visitor))


def who_helps(site: Site, visitor: Visitor) -> dict[str, Any]:
    """Return what ``needs.html`` shows: every need with its services, and what must be reported."""
    content, country = site.content, visitor.country
    return {
        "sections": services_for(site, visitor, ON_ITS_OWN_PAGE),
        "duty": duty_words(content.duties, content.words, visitor.locale.tag, country),
        "lacks_own": content.lacks_own(country),
    }


async def about(request: Request) -> Response:
    """Say what this site is and who owns its words."""
    return page(site_of(request), await read_visitor(request), "about.html")


async def privacy(request: Request) -> Response:
    """Say what is kept, for how long, and what is out of our hands."""
    return page(site_of(request), await read_visitor(request), "privacy.html")


BOTH = ["GET", "POST"]
routes = [
    Route("/help", services, methods=BOTH),
    Route("/about", about, methods=BOTH),
    Route("/privacy", privacy, methods=BOTH),
]
