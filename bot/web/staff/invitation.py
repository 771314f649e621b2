"""Accept an invitation: choose a password with a code app, or make a passkey instead.

The one-time code is typed into a form, so that it stands in no address and no proxy's log.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BadInvitation, PasskeyRefused
from bot.storage.staff.codes import digest_of, step_of
from bot.storage.staff.people import Invitation, NewPassword
from bot.web.staff import passkeys
from bot.web.staff.access import anybody
from bot.web.staff.code_app import CodeApp, offer
from bot.web.staff.pages import render
from bot.web.staff.sign_in import let_in
from bot.web.staff.site import staff_of
from bot.web.staff.typed import problem_with_password, typed


@anybody
async def ask_for_code(request: Request) -> Response:
    """Ask for the one-time code."""
    return _ask(request)


@anybody
async def accept(request: Request) -> Response:
    """Show what the code invites to; make the account once a way to sign in was chosen."""
    staff, code = staff_of(request), await typed(request, "invitation")
    try:
        invitation = await staff.ask(staff.store.invitation, code, staff.clock())
        match await typed(request, "way"):
            case "password":
                return await _with_password(request, code, invitation)
            case "passkey":
                return await _with_passkey(request, code, invitation)
            case _:
                return _choose(request, code, invitation)
    except BadInvitation:
        return _ask(request, 403, {"invitation": "void"})


async def _with_password(request: Request, code: str, invitation: Invitation) -> Response:
    staff, app = staff_of(request), _app(request, code, invitation)
    password, again = await typed(request, "password"), await typed(request, "again")
    step = step_of(app.secret, await typed(request, "code"), staff.clock())
    wrong = problem_with_password(password, again, invitation.name)
    errors = {"password": wrong} if wrong else {}
    if step is None:
        errors["code"] = "wrong"
    if step is None or errors:
        return _choose(request, code, invitation, 400, errors)
    chosen = NewPassword(password, app.secret, step)
    account = await staff.ask_slowly(staff.store.accept, code, chosen, staff.clock())
    return await let_in(request, account)


async def _with_passkey(request: Request, code: str, invitation: Invitation) -> Response:
    staff = staff_of(request)
    answer, title = await typed(request, "credential"), await typed(request, "title")
    try:
        chosen = passkeys.added(request, answer, title)
        account = await staff.ask(staff.store.accept, code, chosen, staff.clock())
    except PasskeyRefused:
        return _choose(request, code, invitation, 400, {"passkey": "refused"})
    return await let_in(request, account)


def _ask(request: Request, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return render(request, "staff/invitation.html", status, errors=errors)


def _choose(
    request: Request,
    code: str,
    invitation: Invitation,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    context: dict[str, Any] = {"invitation": invitation, "code": code, "errors": errors}
    app, options = _app(request, code, invitation), ""
    if passkeys.may_have_passkeys(request):
        handle = bytes.fromhex(digest_of(code))  # what the account's handle will be
        options = passkeys.ask_to_add(request, invitation.name, handle)
    return render(request, "staff/accept.html", status, app=app, options=options, **context)


def _app(request: Request, code: str, invitation: Invitation) -> CodeApp:
    return offer(staff_of(request), f"invitation/{digest_of(code)}", invitation.name)


routes = [
    Route("/invitation", ask_for_code, methods=["GET"]),
    Route("/invitation", accept, methods=["POST"]),
]
