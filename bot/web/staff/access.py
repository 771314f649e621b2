"""Who may open a page: wrap every endpoint in ``needs(...)``, or in ``anybody``.

Both refuse forms that another site sent. Inside of ``needs``, ``signed_in`` tells who asks, and
``audit`` writes what they did into the trail.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.storage.staff.people import Account, Role
from bot.storage.staff.store import NOBODY
from bot.storage.staff.trail import Act
from bot.web.staff.cookies import given_by
from bot.web.staff.forms import SCOPE, SignedIn, is_forged, signed_in_by
from bot.web.staff.pages import go_to, problem
from bot.web.staff.sessions import Session
from bot.web.staff.site import staff_of

SIGN_IN: Final = "/sign-in"

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Person:
    """Who signed in, as pages need to know it."""

    name: str
    roles: frozenset[Role]


def needs(*roles: Role) -> Callable[[Endpoint], Endpoint]:
    """Return a wrapper for pages of those who have one of ``roles``; without any, of everybody.

    Who isn't signed in is sent to the sign-in page; a role that isn't allowed gets 403 and a
    line in the trail, as does a form that another site sent.
    """

    def wrap(endpoint: Endpoint) -> Endpoint:
        @functools.wraps(endpoint)
        async def checked(request: Request) -> Response:
            found = await _find(request)
            if found is None:
                return _ask_to_sign_in(request)
            request.scope[SCOPE] = found
            refused = await _refused(request, found.account, frozenset(roles))
            if refused:
                await audit(request, refused, endpoint.__name__)
                return problem(request, 403, refused)
            return await endpoint(request)

        return _marked(checked)

    return wrap


def anybody(endpoint: Endpoint) -> Endpoint:
    """Wrap a page that needs no account; its forms must still be our own."""

    @functools.wraps(endpoint)
    async def checked(request: Request) -> Response:
        found = await _find(request)
        if found:
            request.scope[SCOPE] = found
        if request.method == "POST" and await is_forged(request):
            return problem(request, 403, FORGED)
        return await endpoint(request)

    return _marked(checked)


def signed_in(request: Request) -> Person:
    """Return who asks; only inside of ``needs``."""
    account = account_of(request)
    return Person(account.name, account.roles)


def account_of(request: Request) -> Account:
    """Return the account of who asks; only inside of ``needs``."""
    return _known(request).account


def session_of(request: Request) -> Session:
    """Return the session of who asks; only inside of ``needs``."""
    return _known(request).session


async def audit(request: Request, what: str, on: str, before: str = "", after: str = "") -> None:
    """Add a line to the audit trail; what somebody typed is made plain and short.

    Args:
        request: Whose it is: who signed in, or nobody.
        what: What was done, in a few small words: ``downloaded``.
        on: What it was done to: the name of a page, file, account; never a content.
        before: The earlier state in a word, where one was changed.
        after: The later state.
    """
    found = signed_in_by(request)
    who = found.account.name if found else NOBODY
    act = Act(who, *map(_plain, (what, on, before, after)))
    staff = staff_of(request)
    await staff.ask(staff.store.note, act, staff.clock())


def begin_session(request: Request, account: Account) -> None:
    """Give the browser a new session, in place of what it had."""
    staff, given = staff_of(request), given_by(request)
    staff.sessions.end(given.token)
    given.keep = staff.sessions.begin(account)


def has_mark(endpoint: object) -> bool:
    """Tell whether an endpoint was wrapped here."""
    return getattr(endpoint, _MARK, False) is True


def _plain(text: str) -> str:
    """Return ``text`` without signs that can't be seen, in one line of at most LONGEST."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split())[:LONGEST]


async def _find(request: Request) -> SignedIn | None:
    staff, given = staff_of(request), given_by(request)
    session = staff.sessions.find(given.token)
    if session is None:
        return None
    account = await staff.ask(staff.store.account, session.account_id)
    if account is None or account.generation != session.generation:
        staff.sessions.end(given.token)
        return None
    given.keep = staff.sessions.renewed(given.token)
    return SignedIn(account, session)


async def _refused(request: Request, account: Account, roles: frozenset[Role]) -> str:
    """Return why a request is refused, as the trail says it, or empty."""
    if request.method == "POST" and await is_forged(request):
        return FORGED
    return NOT_ALLOWED if roles and not roles & account.roles else ""


def _ask_to_sign_in(request: Request) -> Response:
    return problem(request, 401) if request.method == "POST" else go_to(SIGN_IN)


def _known(request: Request) -> SignedIn:
    found = signed_in_by(request)
    if found is None:
        raise RuntimeError("this endpoint isn't wrapped in needs()")
    return found


def _marked(endpoint: Endpoint) -> Endpoint:
    setattr(endpoint, _MARK, True)
    return endpoint


_MARK: Final = "checks_access"
LONGEST: Final = 200  # characters of each field of a line of the audit trail
FORGED: Final = "refused form"
NOT_ALLOWED: Final = "refused page"
