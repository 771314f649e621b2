"""Whether a form was sent by a person from a page of ours, or by another site in their name."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection, Request

from bot.storage.staff.people import Account
from bot.web.staff.cookies import given_by, is_loopback
from bot.web.staff.sessions import Session
from bot.web.staff.site import staff_of

FIELD: Final = "form_token"
SCOPE: Final = "quietline.signed_in"


@dataclass(frozen=True)
class SignedIn:
    """Whose request this is."""

    account: Account
    session: Session


def signed_in_by(request: HTTPConnection) -> SignedIn | None:
    """Return who signed in, or None."""
    found: SignedIn | None = request.scope.get(SCOPE)
    return found


def form_token(request: HTTPConnection) -> str:
    """Return what every form of this browser carries; a browser without a cookie gets one."""
    signed_in = signed_in_by(request)
    if signed_in:
        return signed_in.session.form_token
    token = given_by(request).token_or_new()
    return hmac.digest(staff_of(request).key, token.encode(), hashlib.sha256).hex()


async def is_forged(request: Request) -> bool:
    """Tell whether a form lacks a sign that it is ours: where it comes from, and its token."""
    if not (_is_from_here(request) and given_by(request).token):
        return True
    token = str((await request.form()).get(FIELD, ""))
    return not hmac.compare_digest(token.encode(), form_token(request).encode())


def _is_from_here(request: Request) -> bool:
    """Ask the browser; one that says nothing of where a form comes from is not trusted."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    host = request.headers.get("host", "")
    schemes = ("http", "https") if is_loopback(host) else ("https",)
    return request.headers.get("origin") in {f"{scheme}://{host}" for scheme in schemes}
