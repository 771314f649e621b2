"""For administrators: who has an account, who was invited, and with which roles."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BadName, ClosedName, UnknownAccount
from bot.storage.staff.people import Role, tidy_name
from bot.storage.studio import forget_signer
from bot.web.staff.access import needs, signed_in
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.typed import ticked_roles, typed

administrator = needs(Role.ADMINISTRATOR)


@administrator
async def accounts(request: Request) -> Response:
    """Show every account and open invitation."""
    return await _page(request)


@administrator
async def invite(request: Request) -> Response:
    """Invite somebody, and show the one-time code: once, here and nowhere else."""
    staff, name, roles = (
        staff_of(request),
        await typed(request, "name"),
        await ticked_roles(request),
    )
    if not roles:
        return await _page(request, 400, {"role": "none"}, name=name)
    by = signed_in(request).name
    is_again = await typed(request, "again") == "yes"
    try:
        code = await staff.ask(staff.store.invite, name, roles, by, staff.clock(), is_again)
    except ClosedName:
        return await _page(request, 400, {"name": "closed"}, name=name, ticked=roles)
    except BadName:
        return await _page(request, 400, {"name": "bad"}, name=name, ticked=roles)
    return render(request, "staff/invited.html", name=tidy_name(name), code=code, chosen=roles)


@administrator
async def withdraw(request: Request) -> Response:
    """Make an invitation void."""
    staff, by = staff_of(request), signed_in(request).name
    await staff.ask(staff.store.withdraw, await typed(request, "name"), by, staff.clock())
    return go_to("/accounts?done=withdrawn")


@administrator
async def give_roles(request: Request) -> Response:
    """Change somebody's roles; nobody stops being an administrator by their own hand."""
    staff, by, name = staff_of(request), signed_in(request).name, await typed(request, "name")
    roles = await ticked_roles(request)
    if not roles or (tidy_name(name) == by and Role.ADMINISTRATOR not in roles):
        return await _page(request, 400, {"change": "self" if roles else "none"})
    try:
        await staff.ask(staff.store.give_roles, name, roles, by, staff.clock())
    except UnknownAccount:
        return await _page(request, 400, {"change": "unknown"})
    return go_to("/accounts?done=roles")


@administrator
async def close(request: Request) -> Response:
    """Close somebody's account and end their sessions; nobody closes their own."""
    staff, by, name = staff_of(request), signed_in(request).name, await typed(request, "name")
    if tidy_name(name) == by or await typed(request, "sure") != "yes":
        return await _page(request, 400, {"change": "self" if tidy_name(name) == by else "sure"})
    try:
        await staff.ask(forget_signer, staff.settings.studio_database, name)
        await staff.ask(staff.store.close, name, by, staff.clock())
    except UnknownAccount:
        return await _page(request, 400, {"change": "unknown"})
    return go_to("/accounts?done=closed")


async def _page(
    request: Request,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    name: str = "",
    ticked: frozenset[Role] = frozenset(),
) -> Response:
    staff = staff_of(request)
    return render(
        request,
        "staff/accounts.html",
        status,
        accounts=await staff.ask(staff.store.accounts),
        invitations=await staff.ask(staff.store.invitations, staff.clock()),
        errors=errors,
        name=name,
        ticked=ticked,
        done=request.query_params.get("done", ""),
    )


routes = [
    Route("/accounts", accounts, methods=["GET"]),
    Route("/accounts/invite", invite, methods=["POST"]),
    Route("/accounts/withdraw", withdraw, methods=["POST"]),
    Route("/accounts/roles", give_roles, methods=["POST"]),
    Route("/accounts/close", close, methods=["POST"]),
]
