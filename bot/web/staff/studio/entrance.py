"""Who may open a page of the studio, and what they are told when the desk refuses.

``in_studio`` wraps an endpoint as ``access.needs`` does, and gives it the desk.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from bot.errors import BadSetting, BotError, BrokenContent, NotReady, UnknownText
from bot.languages.catalogs import SOURCE
from bot.storage.staff.people import Role
from bot.studio.signing import Person
from bot.web.security import LONGEST_BODY
from bot.web.staff.access import Endpoint, needs
from bot.web.staff.forms import is_forged
from bot.web.staff.pages import problem, render
from bot.web.staff.studio.opening import NO_COPY, AtDesk, at_desk
from bot.web.staff.typed import typed

Page = Callable[[AtDesk], Awaitable[Response]]

READERS: Final = (Role.AUTHOR, Role.SIGNER, Role.TRANSLATOR, Role.ADMINISTRATOR)
"""Who may look at everything, and remark on it."""

KEPT: Final = ("locale", "id", "file", "base", "do", "topic", "intent", "q", "old")
"""The fields that say where words belong."""
REFUSED: Final = (401, 403, 404, 503)
"""The answers after which words that came with a form would be gone."""
LONGEST_FORM: Final = 64 * 1024  # bytes
LONGEST_WORDS: Final = 15_000  # characters; they fit into a form in any script
LONGEST_FILE: Final = 192 * 1024  # bytes: the longest list of phrases, with room to grow
FILE: Final = "/studio/file"
STRUCTURE: Final = "/studio/structure"


def in_studio(*roles: Role) -> Callable[[Page], Endpoint]:
    """Return a wrapper for the studio's pages of those who have one of ``roles``."""

    def wrap(page: Page) -> Endpoint:
        @needs(*roles)
        @functools.wraps(page)
        async def opened(request: Request) -> Response:
            try:
                return await page(await at_desk(request))
            except (UnknownText, BrokenContent, NotReady, HTTPException) as error:
                return refused(request, error)

        return opened

    return wrap


def refused(request: Request, error: BotError | HTTPException) -> Response:
    """Return the page that says why the desk refused."""
    if isinstance(error, HTTPException) and error.detail != NO_COPY:
        raise error
    said = str(error) if isinstance(error, BotError) else NO_COPY
    status = 404 if isinstance(error, UnknownText) else 409
    return render(request, "staff/studio/refused.html", status, said=said, no_copy=NO_COPY)


def keeping_words(endpoint: Endpoint) -> Endpoint:
    """Wrap an endpoint that saves words: what stops it gives them back, to be sent again."""

    @functools.wraps(endpoint)
    async def kept(request: Request) -> Response:
        try:
            answer = await endpoint(request)
        except BadSetting:
            answer = problem(request, 503)
        has_words = b'name="words"' in bytes(answer.body)
        if answer.status_code not in REFUSED or has_words or not _is_own_form(request):
            return answer
        fields = [
            (name, value)
            for name, value in (await request.form()).multi_items()
            if isinstance(value, str) and name in KEPT
        ]
        words = await typed(request, "words", LONGEST_FILE)
        if not words:
            return answer
        return render(
            request,
            "staff/studio/kept.html",
            answer.status_code,
            words=words,
            fields=fields,
            code=answer.status_code,
            is_stale=answer.status_code == 403 and await is_forged(request),
        )

    return kept


def may_write(person: Person, locale: str) -> bool:
    """Tell whether somebody may change texts of a language: translators leave the source alone."""
    return Role.AUTHOR in person.roles or (Role.TRANSLATOR in person.roles and locale != SOURCE)


def longest_body(scope: Scope) -> int:
    """Return how many bytes a form may have; only the studio's hold long texts."""
    path = scope["path"]
    if path in (FILE, STRUCTURE):
        return LONGEST_FILE
    return LONGEST_FORM if path.startswith("/studio/") else LONGEST_BODY


def _is_own_form(request: Request) -> bool:
    """Tell whether the browser says that a page of ours sent this."""
    return request.headers.get("sec-fetch-site") == "same-origin"
