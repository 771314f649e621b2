"""Sign in with name, password and code on one page, or with a passkey; and sign out."""

from __future__ import annotations

import math
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import PasskeyRefused
from bot.storage.staff.people import Account, tidy_name
from bot.storage.staff.trail import Act
from bot.web.staff import passkeys
from bot.web.staff.access import anybody, begin_session, needs
from bot.web.staff.cookies import given_by
from bot.web.staff.forms import signed_in_by
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.typed import typed

LONGEST_NAME: Final = 40  # characters, as of any account; waits are remembered by name


@anybody
async def show(request: Request) -> Response:
    """Show the sign-in page; who signed in already goes on."""
    return go_to("/") if signed_in_by(request) else _page(request)


@anybody
async def enter(request: Request) -> Response:
    """Sign in; what was wrong of the three is not said."""
    name = tidy_name(await typed(request, "name"))[:LONGEST_NAME]
    staff = staff_of(request)
    wait = staff.delays.attempt(name)
    if wait:
        return _page(request, 429, name, wait=math.ceil(wait))
    password, code = await typed(request, "password"), await typed(request, "code")
    account = await staff.ask_slowly(staff.store.sign_in, name, password, code, staff.clock())
    if account is None:
        await _note_refusal(request, name)
        return _page(request, 403, name, problem="wrong")
    staff.delays.succeeded(name)
    return await let_in(request, account)


@anybody
async def enter_with_passkey(request: Request) -> Response:
    """Sign in with a passkey that the browser chose."""
    try:
        account = await _owner(request, await typed(request, "credential"))
    except PasskeyRefused:
        await _note_refusal(request, "")
        return _page(request, 403, problem="passkey")
    return await let_in(request, account)


@needs()
async def leave(request: Request) -> Response:
    """Sign out."""
    staff, given = staff_of(request), given_by(request)
    signed_in = signed_in_by(request)
    if signed_in:
        await staff.ask(staff.store.note, _act(signed_in.account, "signed out"), staff.clock())
    staff.sessions.end(given.token)
    given.keep = ""
    return go_to("/sign-in")


async def let_in(request: Request, account: Account) -> Response:
    """Begin a session and go to the first page."""
    staff = staff_of(request)
    await staff.ask(staff.store.note, _act(account, "signed in"), staff.clock())
    begin_session(request, account)
    return go_to("/")


async def _owner(request: Request, answer: str) -> Account:
    staff = staff_of(request)
    chosen = passkeys.id_in(answer)
    account = await staff.ask(staff.store.account_of_passkey, chosen)
    passkey = (
        next((each for each in account.passkeys if each.id == chosen), None) if account else None
    )
    if account is None or passkey is None:
        raise PasskeyRefused
    count = passkeys.signed(request, answer, passkey)
    if not await staff.ask(staff.store.used_passkey, chosen, count):
        raise PasskeyRefused
    return account


async def _note_refusal(request: Request, name: str) -> None:
    """Write a refusal down; an unknown name isn't, for it may be a password in the wrong field."""
    staff = staff_of(request)
    item = name if await staff.ask(staff.store.knows, name) else "unknown"
    await staff.ask(staff.store.note, Act("nobody", "refused sign-in", item), staff.clock())


def _page(
    request: Request, status: int = 200, name: str = "", problem: str = "", wait: int = 0
) -> Response:
    can = passkeys.may_have_passkeys(request)
    return render(
        request,
        "staff/sign_in.html",
        status,
        name=name,
        problem=problem,
        wait=wait,
        options=passkeys.ask_to_sign_in(request) if can else "",
    )


def _act(account: Account, what: str) -> Act:
    return Act(account.name, what, account.name)


routes = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", enter, methods=["POST"]),
    Route("/sign-in/passkey", enter_with_passkey, methods=["POST"]),
    Route("/sign-out", leave, methods=["POST"]),
]
