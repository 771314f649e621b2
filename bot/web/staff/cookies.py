"""The outermost layer of the staff's pages: the public site's guard, and one cookie past it.

bot.web.security stays as strict as the public site needs it: it drops every cookie that a page
sets. Only what stands in the scope as ``Given.keep`` is put on the answer here, after the guard,
with the few headers that differ where people sign in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.security import HEADERS

SCOPE: Final = "quietline.staff"
NAME: Final = "quietline-staff"
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
LONGEST: Final = 100  # characters of a token of ours, and more

OTHER_HEADERS: Final = {
    # Without a referrer, browsers don't say from which page a form was sent.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": HEADERS["Permissions-Policy"].replace(
        "publickey-credentials-get=()",
        "publickey-credentials-create=(self), publickey-credentials-get=(self)",
    ),
    "Strict-Transport-Security": "max-age=63072000",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass
class Given:
    """The token that the browser came with, and the one that it shall keep from now on.

    Attributes:
        token: Of a session, or of a visitor who hasn't signed in; empty without a cookie.
        keep: The new one, or None where nothing changes; empty ends the cookie.
    """

    token: str
    keep: str | None = None

    def token_or_new(self) -> str:
        """Return the token; a browser without one gets one."""
        if not (self.keep or self.token):
            self.keep = secrets.token_urlsafe(32)
        return self.keep or self.token


class Cookies:
    """Reads the cookie before a request is served, and writes it on the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (see ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_plain = is_loopback(Headers(scope=scope).get("host", ""))
        given = scope[SCOPE] = Given(_token(Headers(scope=scope), _name(is_plain)))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(OTHER_HEADERS)
                if given.keep is not None:
                    headers.append("Set-Cookie", _cookie(given.keep, is_plain))
            await send(message)

        await self._app(scope, receive, sending)


def given_by(request: HTTPConnection) -> Given:
    """Return the tokens of this request."""
    given: Given = request.scope[SCOPE]
    return given


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` (name and port) is this machine; others are reached through TLS."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in LOOPBACK


def _name(is_plain: bool) -> str:
    return NAME if is_plain else f"__Host-{NAME}"


def _cookie(token: str, is_plain: bool) -> str:
    secure, ended = "" if is_plain else "; Secure", "" if token else "; Max-Age=0"
    return f"{_name(is_plain)}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{ended}"


def _token(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value[:LONGEST] if found else ""
