"""Put the staff's pages together; nothing of them is ever mounted in the public site."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.errors import BadSetting
from bot.web.security import Guard
from bot.web.staff import (
    account,
    administration,
    audit_trail,
    invitation,
    sign_in,
    statistics,
)
from bot.web.staff.cookies import Cookies
from bot.web.staff.pages import for_exception, refusing
from bot.web.staff.site import Staff, staff_of
from bot.web.staff.studio import (
    bundles,
    comments,
    editing,
    framing,
    history,
    parts,
    publishing,
    recognition,
    recognition_examples,
    recognition_phrases,
    recognition_thresholds,
    services,
    signers,
    signing,
    structure,
    trying,
    whole_files,
    withdrawing,
)
from bot.web.staff.studio.entrance import longest_body
from bot.web.staff.studio.framing import Framing
from bot.web.staff.studio.opening import Opening


def create_app(staff: Staff, opening: Opening | None = None) -> ASGIApp:
    """Return the staff's pages as one ASGI application; ``opening`` has the studio's desk."""
    app = Starlette(
        routes=all_routes(),
        exception_handlers={
            HTTPException: for_exception,
            BadSetting: for_exception,
            Exception: for_exception,
        },
    )
    app.state.staff = staff
    app.state.opening = opening or Opening(staff.settings)
    return Cookies(Framing(Guard(app, refusing(staff, app), longest_body, takes_parts=True)))


def all_routes() -> list[Route]:
    """Return every route; each endpoint but the static files checks who may open it."""
    return [
        *sign_in.routes,
        *invitation.routes,
        *account.routes,
        *administration.routes,
        *audit_trail.routes,
        *statistics.routes,
        *parts.routes,
        *editing.routes,
        *comments.routes,
        *history.routes,
        *whole_files.routes,
        *structure.routes,
        *signing.routes,
        *signers.routes,
        *publishing.routes,
        *bundles.routes,
        *trying.routes,
        *framing.routes,
        *services.routes,
        *withdrawing.routes,
        *recognition.routes,
        *recognition_examples.routes,
        *recognition_phrases.routes,
        *recognition_thresholds.routes,
        *routes,
    ]


async def asset(request: Request) -> Response:
    """Serve one static file from memory."""
    found = staff_of(request).assets.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return Response(found.body, media_type=found.media_type)


routes = [Route("/static/{name}", asset, methods=["GET"])]
