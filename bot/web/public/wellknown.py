"""Where to report a weakness of this site: /.well-known/security.txt, as RFC 9116 has it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.settings import Settings

GOOD_FOR: Final = timedelta(days=360)
"""The standard advises less than a year; whoever never restarts the site lets it run out."""


def routes_for(settings: Settings, today: date) -> list[Route]:
    """Return the file's route; none without an address to report to.

    ``today`` is the day in UTC on which the site starts; no time of the start can be read.
    """
    if not settings.security_contact:
        return []
    text = security_txt(settings.security_contact, today)

    async def show(request: Request) -> Response:
        return PlainTextResponse(text)

    return [Route("/.well-known/security.txt", show, methods=["GET"])]


def security_txt(contact: str, today: date) -> str:
    """Return the file; staff read English."""
    expires = f"{today + GOOD_FOR:%Y-%m-%d}T00:00:00Z"
    return f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n"
