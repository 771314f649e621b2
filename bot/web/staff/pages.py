"""Render the staff's pages: each template gets what is named here and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from bot.errors import BadSetting
from bot.storage.staff.people import Role
from bot.web.staff.forms import form_token, signed_in_by
from bot.web.staff.site import Staff, staff_of

UNREACHABLE: Final = 503


class Errors(dict[str, str]):
    """What is wrong, by field; a field with nothing wrong gives an empty text."""

    def __missing__(self, field: str) -> str:
        """Return what templates show of a field that isn't there."""
        return ""


def render(
    request: Request,
    template: str,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """Return a page; it knows who signed in, and carries the token for its forms.

    Args:
        request: Whose page it is.
        template: Such as ``staff/x.html``; it extends ``staff/layout.html``.
        status: Of the answer.
        errors: Name of a field to the code of what is wrong with it; others are empty.
        context: What the template gets besides.
    """
    staff, signed_in = staff_of(request), signed_in_by(request)
    frame = {
        "assets": staff.assets,
        "account": signed_in.account if signed_in else None,
        "roles": frozenset(signed_in.account.roles) if signed_in else frozenset(),
        "every_role": tuple(Role),
        "path": request.scope["path"],
        "paths": {getattr(route, "path", "") for route in request.app.routes},
        "form_token": form_token(request),
        "errors": Errors(errors or {}),
    }
    text = staff.templates.get_template(template).render(frame | context)
    return Response(text, status, media_type="text/html")


def problem(request: Request, status: int, what: str = "") -> Response:
    """Return the page of something that can't be done; ``what`` chooses its words."""
    return render(request, "staff/problem.html", status, what=what, code=status)


def go_to(path: str) -> Response:
    """Send the browser to a page of ours after a form, so that a reload sends nothing again."""
    return RedirectResponse(path, 303)


async def for_exception(request: Request, error: Exception) -> Response:
    """Answer a known refusal with its status, a database that is gone with 503, else 500."""
    if isinstance(error, BadSetting):
        return problem(request, UNREACHABLE)
    return problem(request, error.status_code if isinstance(error, HTTPException) else 500)


def refusing(staff: Staff, app: object) -> Callable[[Scope, int], Response]:
    """Return what makes a page outside of any route."""
    spare = staff.templates.get_template("staff/spare.html").render()

    def refuse(scope: Scope, status: int) -> Response:
        try:
            return problem(Request({**scope, "app": app}), status)
        except Exception:  # the page itself is broken: then the one made at the start
            return Response(spare, status, media_type="text/html")

    return refuse
