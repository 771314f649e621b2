"""Talk about a text: remarks, and words that somebody proposes."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to
from bot.web.staff.site import staff_of
from bot.web.staff.studio.editing import number, text_page
from bot.web.staff.studio.entrance import READERS, in_studio, keeping_words, may_write
from bot.web.staff.studio.naming import address
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

LONGEST: Final = 4_000  # characters


@keeping_words
@in_studio(*READERS)
async def comment(at: AtDesk) -> Response:
    """Keep a remark about a text."""
    locale, message_id = await _place(at)
    words = (await typed(at.request, "words", LONGEST)).strip()
    await at.ask(at.desk.text, locale, message_id)
    if not words:
        return await text_page(at, locale, message_id, status=400, error="no_comment")
    now = staff_of(at.request).clock()
    await at.ask(at.desk.store.comment, message_id, locale, words, at.person.account, now)
    await audit(at.request, "commented", f"{locale}/{message_id}")
    return _back(locale, message_id, "commented")


@in_studio(*READERS)
async def resolve(at: AtDesk) -> Response:
    """Close a remark."""
    locale, message_id = await _place(at)
    await at.ask(at.desk.text, locale, message_id)
    now, which = staff_of(at.request).clock(), await number(at, "number")
    open_ = {each.id for each in await at.ask(at.desk.store.comments, message_id, locale)}
    if which in open_:
        await at.ask(at.desk.store.resolve, which, at.person.account, now)
        await audit(at.request, "resolved a comment", f"{locale}/{message_id}", str(which))
    return _back(locale, message_id, "resolved")


@in_studio(*READERS)
async def decide(at: AtDesk) -> Response:
    """Take suggested words, or refuse them."""
    locale, message_id = await _place(at)
    await at.ask(at.desk.text, locale, message_id)
    if not may_write(at.person, locale):
        await audit(at.request, "refused change", f"{locale}/{message_id}")
        return await text_page(at, locale, message_id, status=403, error="not_yours")
    which, takes = await number(at, "number"), await typed(at.request, "do") == "take"
    offered = {each.id for each in await at.ask(at.desk.store.suggestions, message_id, locale)}
    if which in offered and takes:
        return await _take(at, locale, message_id, which)
    if which in offered:
        now = staff_of(at.request).clock()
        await at.ask(at.desk.store.decide, which, at.person.account, False, now)
        await audit(at.request, "refused a suggestion", f"{locale}/{message_id}", str(which))
    return _back(locale, message_id, "refused")


async def _take(at: AtDesk, locale: str, message_id: str, which: int) -> Response:
    now, base = staff_of(at.request).clock(), await number(at, "base")
    try:
        saved = await at.ask(at.desk.take, which, at.person.account, base, now)
    except Conflict:
        return await text_page(at, locale, message_id, status=409, error="newer")
    except BrokenContent as broken:
        return await text_page(at, locale, message_id, status=400, error=broken.cure)
    before, after = f"version {base}", f"version {saved.version}"
    await audit(at.request, "took a suggestion", f"{locale}/{message_id}", before, after)
    return _back(locale, message_id, "taken")


async def _place(at: AtDesk) -> tuple[str, str]:
    return await typed(at.request, "locale"), await typed(at.request, "id")


def _back(locale: str, message_id: str, done: str) -> Response:
    return go_to(address("text", locale=locale, id=message_id, done=done))


routes = [
    Route("/studio/comment", comment, methods=["POST"]),
    Route("/studio/comment/resolve", resolve, methods=["POST"]),
    Route("/studio/suggestion", decide, methods=["POST"]),
]
