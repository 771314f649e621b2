"""What every answer carries and what no request may do, whichever page it is for.

Nothing here logs, and no error leaves: what goes wrong becomes a page with the help block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import anyio
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_BODY: Final = 16 * 1024  # bytes
LONGEST_HEAD: Final = 16 * 1024  # bytes of names and values
MOST_HEADERS: Final = 100
DRAINED: Final = 1024 * 1024  # bytes read and dropped, so that the sender gets to see the reply
BODY_SECONDS: Final = 10
METHODS: Final = ("GET", "HEAD", "POST")
OWN_SITES: Final = (None, "same-origin", "none")
DROPPED: Final = ("server", "etag", "last-modified", "set-cookie")

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types quietline"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), "
        "display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), "
        "gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), picture-in-picture=(), "
        "publickey-credentials-get=(), screen-wake-lock=(), serial=(), storage-access=(), "
        "usb=(), window-management=(), xr-spatial-tracking=()"
    ),
    "Cache-Control": "no-store",
    "X-DNS-Prefetch-Control": "off",
}
POLICY_OF_DATA: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""For what isn't made to be seen: opened in a browser, it is nobody's page and can do nothing."""
SHOWN: Final = ("text/html", "text/css", "text/javascript", "image/svg+xml")
SECURE_TRANSPORT: Final = "max-age=63072000; includeSubDomains; preload"

Refuse = Callable[[Scope, int], Response]
"""Makes the page for a request that gets no other: its scope and the status to answer with."""
Longest = Callable[[Scope], int]
"""Tells how many bytes the body of a request may have."""
HeadersFor = Callable[[Scope], dict[str, str]]
"""Tells which headers the answer to a request carries."""


class BodyTooLarge(HTTPException):
    """More came than a message can need."""

    def __init__(self) -> None:
        super().__init__(413)


def of_a_message(_: Scope) -> int:
    """Return how many bytes a visitor may send."""
    return LONGEST_BODY


def headers_for(scope: Scope) -> dict[str, str]:
    """Return the headers of the answer; an onion address needs no word about TLS."""
    landing = scope["path"] == "/"
    robots = "noarchive, nosnippet" if landing else "noindex, noarchive, nosnippet"
    onion = Headers(scope=scope).get("host", "").split(":")[0].endswith(".onion")
    transport = {} if onion else {"Strict-Transport-Security": SECURE_TRANSPORT}
    return HEADERS | transport | {"X-Robots-Tag": robots}


class Guard:
    """The outermost layer: checks the request, adds the headers, catches every error.

    Args:
        takes_parts: Whether forms may come in parts (multipart), as those of the studio do.
    """

    def __init__(
        self,
        app: ASGIApp,
        refuse: Refuse,
        longest: Longest = of_a_message,
        headers: HeadersFor = headers_for,
        *,
        takes_parts: bool = False,
    ) -> None:
        self._app, self._refuse, self._longest, self._headers = app, refuse, longest, headers
        self._takes_parts = takes_parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (see ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = _Sending(self._headers(scope), send)
        longest = self._longest(scope)
        status = refusal(scope, longest, self._takes_parts)
        if status == 413:
            await _drain(receive)
        if status:
            await self._refuse(scope, status)(scope, receive, sending)
            return
        await self._serve(scope, _capped(receive, longest), sending)

    async def _serve(self, scope: Scope, receive: Receive, sending: _Sending) -> None:
        try:
            await self._app(scope, receive, sending)
        except Exception:  # a page is all that may come of it: no log, no trace
            if not sending.started:
                await self._refuse(scope, 500)(scope, receive, sending)


def refusal(scope: Scope, longest: int = LONGEST_BODY, takes_parts: bool = False) -> int:
    """Return the status with which to refuse a request by its head alone, or 0."""
    headers = Headers(scope=scope)
    if scope["method"] not in METHODS:
        return 405
    if scope["method"] == "POST" and headers.get("sec-fetch-site") not in OWN_SITES:
        return 403
    if _is_bomb(scope):
        return 431
    if headers.get("content-encoding", "identity") != "identity":
        return 415  # nothing that is sent here is unpacked
    if not _is_readable(headers.get("content-type", ""), takes_parts):
        return 415
    length = headers.get("content-length", "0")
    return 0 if length.isdecimal() and int(length) <= longest else 413


def _is_readable(content_type: str, takes_parts: bool) -> bool:
    """Tell whether a body may be read.

    Python keeps each name of an encoding that it was asked for, for ever. Browsers send none.
    """
    kind, options = parse_options_header(content_type)
    return kind != b"multipart/form-data" or (takes_parts and b"charset" not in options)


def _is_bomb(scope: Scope) -> bool:
    headers = scope["headers"]
    size = sum(len(name) + len(value) for name, value in headers) + len(scope["query_string"])
    return len(headers) > MOST_HEADERS or size > LONGEST_HEAD


class _Sending:
    """Sends, with our headers, and remembers whether anything has gone out."""

    def __init__(self, headers: dict[str, str], send: Send) -> None:
        self._headers, self._send = headers, send
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            headers.update(self._headers)
            for name in DROPPED:
                del headers[name]
            if not headers.get("content-type", SHOWN[0]).startswith(SHOWN):
                headers["Content-Security-Policy"] = POLICY_OF_DATA
        await self._send(message)


def _capped(receive: Receive, longest: int) -> Receive:
    taken = 0

    async def capped() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > longest:
            if message.get("more_body"):
                await _drain(receive)
            raise BodyTooLarge
        return message

    return capped


async def _drain(receive: Receive) -> None:
    left = DRAINED
    with anyio.move_on_after(BODY_SECONDS):
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body"):
                return
