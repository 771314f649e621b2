"""Keep progress and go on with a number: opt-in, off unless an operator turns it on.

The way is made of forms only, so nothing of it stands in an address. What is to be kept lies in the
page until it is saved; the conversation isn't asked for anything (decision 0012).
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from babel.dates import format_date
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.conversation import progress
from bot.errors import BadSetting
from bot.referral.spans import babel_locale
from bot.web.public.keeper import Keeper
from bot.web.public.library import in_order
from bot.web.public.pages import page
from bot.web.public.site import Site, site_of
from bot.web.public.visitor import Visitor, read_posted

if TYPE_CHECKING:
    from bot.storage.progress import Kept, Key, ProgressStore

Answer = TypeVar("Answer")
MOST_FIELDS: Final = 300
RETRY_AFTER: Final = "120"  # seconds


class Notice(StrEnum):
    """Why something wasn't done: the message id that says so."""

    WRONG = "progress.wrong"
    OTHER = "progress.other"
    TOO_MANY = "progress.too_many"
    UNAVAILABLE = "progress.unavailable"


BUSY: Final = (Notice.TOO_MANY, Notice.UNAVAILABLE)


@dataclass(frozen=True)
class Sheet:
    """What one form of this way brings along.

    Attributes:
        kept: Ids of bot.conversation.progress; nothing else of a form is ever kept.
        number: 24 digits, or empty.
        ticket: Leave to keep something under that number; see bot.web.public.tickets.
        typed: The digits of the group that was typed again.
        group: Which group was asked for, from 0.
        sender: The token of the conversation, for bot.web.tries, if it is one of ours, else empty.
    """

    visitor: Visitor
    kept: tuple[str, ...]
    number: str = field(repr=False)
    ticket: str = field(repr=False)
    typed: str = field(repr=False)
    group: int
    sender: bytes = field(repr=False)


async def walk(request: Request) -> Response:
    """Do the step that was pressed; without one, say what can be kept.

    Turned off by an operator who kept the file, there is only the way to delete.
    """
    site = site_of(request)
    if site.keeper is None:
        raise HTTPException(404)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    sheet = _read(site, (await read_posted(request)).visitor, form)
    steps, first = (STEPS, offer) if site.keeper.is_on else (LAST_STEPS, enter)
    step = steps.get(str(form.get("step", "")), first)
    return await step(site, site.keeper, sheet)


async def offer(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Say what is kept, for how long and what a note risks; let the visitor tick."""
    return _page(site, sheet, "progress.html", **_boxes(site))


async def enter(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Ask for a number."""
    return _enter(site, sheet)


async def make(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Show a new number, this once; nothing is kept yet."""
    number, group = progress.new_number(), secrets.randbelow(progress.GROUPS)
    ticket = keeper.tickets.new(number)
    return _number(site, replace(sheet, number=number, ticket=ticket, group=group))


async def confirm(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Keep what was ticked, once a group of the number was typed again.

    A page that is sent again, or too late, keeps nothing: what is there or deleted stays so.
    """
    if not sheet.number:
        return await offer(site, keeper, sheet)
    if sheet.typed != progress.groups(sheet.number)[sheet.group]:
        return _number(site, sheet, Notice.OTHER)
    if not keeper.tickets.holds(sheet.ticket, sheet.number):
        return await _again(site, keeper, sheet)
    plain, today = progress.to_bytes(site.content.shelf, sheet.kept), _today(site)
    has_room, notice = await _try(keeper, sheet, lambda store, key: store.add(key, plain, today))
    if notice in BUSY:
        return _number(site, sheet, notice)
    if has_room:
        keeper.tickets.use(sheet.ticket)
    return _done(site, sheet, "kept" if has_room else "full")


async def open_kept(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Show what is kept under a number, with what was ticked before it was typed."""
    today = _today(site)
    kept, notice = await _try(keeper, sheet, lambda store, key: store.get(key, today))
    return _opened(site, sheet, kept) if kept else _enter(site, sheet, notice)


async def save(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Keep what is ticked now in place of what was kept; what was deleted stays deleted."""
    plain, today = progress.to_bytes(site.content.shelf, sheet.kept), _today(site)
    done, notice = await _try(keeper, sheet, lambda store, key: store.replace(key, plain, today))
    return _done(site, sheet, "kept") if done else _enter(site, sheet, notice)


async def delete(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Delete what is kept under a number."""
    today = _today(site)
    done, notice = await _try(keeper, sheet, lambda store, key: store.delete(key, today))
    return _done(site, sheet, "deleted") if done else _enter(site, sheet, notice)


async def _again(site: Site, keeper: Keeper, sheet: Sheet) -> Response:
    """Say what is kept already under a number; if nothing is, another one can be made."""
    today = _today(site)
    kept, notice = await _try(keeper, sheet, lambda store, key: store.get(key, today))
    if notice in BUSY:
        return _number(site, sheet, notice)
    if kept is None:
        return _page(site, sheet, "progress.html", notice, **_boxes(site))
    return _done(site, sheet, "kept", kept.ends)


async def _try(
    keeper: Keeper, sheet: Sheet, work: Callable[[ProgressStore, Key], Answer]
) -> tuple[Answer | None, Notice]:
    """Return what ``work`` finds, or why there is nothing; wrong and expired are the same."""
    if not sheet.number:
        return None, Notice.WRONG
    if not keeper.tries.begin(sheet.sender):
        return None, Notice.TOO_MANY
    try:
        found = await keeper.ask(sheet.number, work)
    except BadSetting:
        return None, Notice.UNAVAILABLE
    if found:
        keeper.tries.was_right(sheet.sender)
    return found, Notice.WRONG


def _read(site: Site, visitor: Visitor, form: FormData) -> Sheet:
    asked = progress.read_digits(str(form.get("asked", "")))
    return Sheet(
        visitor=visitor,
        kept=progress.only_ours(site.content.shelf, map(str, form.getlist("kept"))),
        number=progress.read_number(str(form.get("number", ""))),
        ticket=str(form.get("ticket", "")),
        typed=progress.read_digits(str(form.get("typed", ""))),
        group=int(asked[:2] or 0) % progress.GROUPS,
        sender=visitor.token.encode() if site.limits.is_ours(visitor.token) else b"",
    )


def _enter(site: Site, sheet: Sheet, notice: Notice | None = None) -> Response:
    return _page(site, sheet, "progress_enter.html", notice)


def _number(site: Site, sheet: Sheet, notice: Notice | None = None) -> Response:
    groups = progress.groups(sheet.number)
    return _page(site, sheet, "progress_number.html", notice, groups=groups)


def _opened(site: Site, sheet: Sheet, kept: Kept) -> Response:
    shelf = site.content.shelf
    known = progress.from_bytes(shelf, kept.plain)
    both = replace(sheet, kept=progress.only_ours(shelf, (*known, *sheet.kept)))
    undone = (m for m in in_order(shelf) if f"module.{m.slug}" not in both.kept)
    return _page(
        site,
        both,
        "progress_opened.html",
        day=_day(sheet.visitor, kept.ends),
        following=next(undone, None),
        **_boxes(site),
    )


def _done(site: Site, sheet: Sheet, outcome: str, ends: date | None = None) -> Response:
    # Imported here for the reason that bot.web.public.keeper gives.
    from bot.storage.progress import LIFE

    day = _day(sheet.visitor, ends or _today(site) + LIFE)
    return _page(site, sheet, "progress_done.html", outcome=outcome, day=day)


def _page(
    site: Site, sheet: Sheet, template: str, notice: Notice | None = None, **context: Any
) -> Response:
    status = 503 if notice in BUSY else 200
    whole = {"sheet": sheet, "notice": notice and str(notice), **context}
    answer = page(site, sheet.visitor, template, status, **whole)
    if status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _boxes(site: Site) -> dict[str, Any]:
    """Return what can be ticked, as the library orders it."""
    shelf = site.content.shelf
    return {
        "modules": in_order(shelf),
        "exercises": tuple(shelf.exercises.values()),
        "checklists": progress.checklists(shelf),
    }


def _today(site: Site) -> date:
    return site.clock().date()


def _day(visitor: Visitor, day: date) -> str:
    return str(format_date(day, "long", locale=babel_locale(visitor.locale.tag)))


Step = Callable[[Site, Keeper, Sheet], Awaitable[Response]]
STEPS: Final[dict[str, Step]] = {
    "enter": enter,
    "make": make,
    "confirm": confirm,
    "open": open_kept,
    "save": save,
    "delete": delete,
}
LAST_STEPS: Final[dict[str, Step]] = {"delete": delete}
routes = [Route("/progress", walk, methods=["POST"])]
