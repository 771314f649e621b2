"""The chat inside the pages of partners: whose pages may hold it, and what that changes.

One address may be framed, by exact origins, and only when it is opened: what the chat answers
comes to its script, or without scripts in a window of its own, so no answer is ever in a frame's
history. A partner's page can't send anything to us: its forms are refused as everybody's are.
"""

from __future__ import annotations

from starlette.routing import Route
from starlette.types import Scope

from bot.settings import Settings
from bot.web.public.chat import first
from bot.web.public.visitor import EMBEDDED
from bot.web.security import HeadersFor, headers_for

CSP = "Content-Security-Policy"
NOBODY = "frame-ancestors 'none'"


def routes_for(settings: Settings) -> list[Route]:
    """Return the address that partners frame; none without partners."""
    return [Route(EMBEDDED, first, methods=["GET"])] if settings.embed else []


def headers_with(settings: Settings) -> HeadersFor:
    """Return what tells the headers of an answer: the usual ones, but for what may be framed."""
    partners = tuple(settings.embed.split())

    def headers(scope: Scope) -> dict[str, str]:
        usual = headers_for(scope)
        is_framed = scope["path"] == EMBEDDED and scope["method"] in ("GET", "HEAD")
        return _framed(usual, partners) if partners and is_framed else usual

    return headers


def _framed(usual: dict[str, str], partners: tuple[str, ...]) -> dict[str, str]:
    """Return ``usual`` for a page that ``partners`` may frame.

    X-Frame-Options can't name an origin, so it goes; a partner's page may itself be isolated, and
    then frames only what says ``cross-origin``.
    """
    policy = usual[CSP].replace(NOBODY, f"frame-ancestors {' '.join(partners)}")
    changed = {CSP: policy, "Cross-Origin-Resource-Policy": "cross-origin"}
    return {name: usual[name] for name in usual if name != "X-Frame-Options"} | changed
