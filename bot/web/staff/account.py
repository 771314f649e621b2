"""The first page, and one's own account: password, code app, passkeys."""

from __future__ import annotations

import math
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from bot.errors import PasskeyRefused
from bot.storage.staff.codes import step_of
from bot.storage.staff.people import Account, NewPassword
from bot.web.staff import passkeys
from bot.web.staff.access import account_of, needs, session_of
from bot.web.staff.code_app import CodeApp, offer
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.typed import problem_with_password, typed

OWN_PASSWORD = "own password of "  # noqa: S105 (before a name: no sign-in name has a space)


@needs()
async def first(request: Request) -> Response:
    """Show what one's roles may do."""
    return render(request, "staff/first.html")


@needs()
async def account(request: Request) -> Response:
    """Show one's own account."""
    return _page(request)


@needs()
async def change_password(request: Request) -> Response:
    """Replace the password of who knows it."""
    errors = await _unproved(request)
    password, again = await typed(request, "password"), await typed(request, "again")
    wrong = problem_with_password(password, again, account_of(request).name)
    if errors or wrong:
        return _page(request, 400, errors | ({"password": wrong} if wrong else {}), "password")
    staff, owner = staff_of(request), account_of(request).id
    changed = await staff.ask_slowly(staff.store.change_password, owner, password, staff.clock())
    return _done(request, changed, "password")


@needs()
async def change_code(request: Request) -> Response:
    """Set up another code app, for who knows the password."""
    errors, staff, app = await _unproved(request), staff_of(request), _app(request)
    step = step_of(app.secret, await typed(request, "code"), staff.clock())
    if step is None:
        errors["code"] = "wrong"
    if step is None or errors:
        return _page(request, 400, errors, "code")
    owner = account_of(request).id
    changed = await staff.ask(staff.store.change_code, owner, app.secret, step, staff.clock())
    return _done(request, changed, "code")


@needs()
async def add_password(request: Request) -> Response:
    """Give an account that has only passkeys a password and a code app too."""
    staff, app, owner = staff_of(request), _app(request), account_of(request)
    password, again = await typed(request, "password"), await typed(request, "again")
    step = step_of(app.secret, await typed(request, "code"), staff.clock())
    wrong = problem_with_password(password, again, owner.name)
    errors = _unless_recent(request) | ({"password": wrong} if wrong else {})
    if step is None:
        errors["code"] = "wrong"
    if step is None or errors or owner.has_password:
        return _page(request, 400, errors, "first_password")
    chosen = NewPassword(password, app.secret, step)
    changed = await staff.ask_slowly(staff.store.add, owner.id, chosen, staff.clock())
    return _done(request, changed, "password")


@needs()
async def add_passkey(request: Request) -> Response:
    """Add the passkey that the browser made."""
    staff, errors = staff_of(request), _unless_recent(request)
    if errors:
        return _page(request, 400, errors, "passkey")
    answer, title = await typed(request, "credential"), await typed(request, "title")
    try:
        chosen = passkeys.added(request, answer, title)
        owner = account_of(request).id
        changed = await staff.ask(staff.store.add, owner, chosen, staff.clock())
    except PasskeyRefused:
        return _page(request, 400, {"passkey": "refused"}, "passkey")
    return _done(request, changed, "passkey")


@needs()
async def remove_passkey(request: Request) -> Response:
    """Remove a passkey, unless it is the only way to sign in."""
    staff, owner = staff_of(request), account_of(request)
    try:
        chosen = base64url_to_bytes(await typed(request, "passkey"))
    except ValueError:
        chosen = b""
    if not owner.has_password and len(owner.passkeys) < 2:
        return _page(request, 400, {"passkey": "last"}, "passkey")
    changed = await staff.ask(staff.store.remove_passkey, owner.id, chosen, staff.clock())
    return _done(request, changed, "removed")


async def _unproved(request: Request) -> dict[str, str]:
    """Return what is wrong with the password that one has now; guessing is slow here too."""
    staff, owner = staff_of(request), account_of(request)
    wait = staff.delays.attempt(OWN_PASSWORD + owner.name)
    if wait:
        return {"now": "wait", "wait": str(math.ceil(wait))}
    password = await typed(request, "now")
    if await staff.ask_slowly(staff.store.has_password, owner.id, password):
        staff.delays.succeeded(OWN_PASSWORD + owner.name)
        return {}
    return {"now": "wrong"}


def _unless_recent(request: Request) -> dict[str, str]:
    """Ask who signed in long ago to do so again: the browser may have been left alone."""
    is_recent = staff_of(request).sessions.is_recent(session_of(request))
    return {} if is_recent else {"passkey": "old", "recent": "old"}


def _done(request: Request, changed: Account, what: str) -> Response:
    """Go on; this session lives, all others of the account are over."""
    session_of(request).generation = changed.generation
    return go_to(f"/account?done={what}")


def _page(
    request: Request,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    form: str = "",
) -> Response:
    owner = account_of(request)
    options = ""
    if passkeys.may_have_passkeys(request):
        options = passkeys.ask_to_add(request, owner.name, owner.handle, owner.passkeys)
    return render(
        request,
        "staff/account.html",
        status,
        errors=errors,
        form=form,
        app=_app(request),
        options=options,
        passkeys=[(bytes_to_base64url(each.id), each) for each in owner.passkeys],
        done=request.query_params.get("done", ""),
    )


def _app(request: Request) -> CodeApp:
    owner, session = account_of(request), session_of(request)
    return offer(staff_of(request), f"{session.form_token}/{owner.generation}", owner.name)


routes = [
    Route("/", first, methods=["GET"]),
    Route("/account", account, methods=["GET"]),
    Route("/account/password", change_password, methods=["POST"]),
    Route("/account/code", change_code, methods=["POST"]),
    Route("/account/first-password", add_password, methods=["POST"]),
    Route("/account/passkey", add_passkey, methods=["POST"]),
    Route("/account/passkey/remove", remove_passkey, methods=["POST"]),
]
