"""One text: its English beside it, what the checks find, and saving it over what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict
from bot.languages.catalogs import SOURCE
from bot.languages.locales import Locale
from bot.storage.studio_records import Comment, Draft, Suggestion
from bot.studio.desk import Desk
from bot.studio.differences import Run, differences
from bot.studio.findings import Remark
from bot.studio.seeing import SeenText
from bot.studio.writing import tidy
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import (
    LONGEST_FORM,
    LONGEST_WORDS,
    READERS,
    in_studio,
    keeping_words,
    may_write,
)
from bot.web.staff.studio.naming import Thing, a_part, address, an_item, locale_of
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

LONGEST_NUMBER: Final = 9  # digits


@dataclass(frozen=True)
class Sent:
    """What came with the form of a text.

    Attributes:
        base: The version that its author saw.
    """

    locale: str
    id: str
    words: str
    base: int

    @property
    def name(self) -> str:
        """What the trail calls this text."""
        return f"{self.locale}/{self.id}"


@dataclass(frozen=True)
class TextView:
    """One text, ready to be shown.

    Attributes:
        words: What stands in the box.
        base: The version that is saved over.
        draft: What who asks typed earlier and didn't save.
        earlier: Differences to what was last signed.
        before: The text above in its part; ``after`` is the one below.
    """

    seen: SeenText
    locale: Locale
    part: Thing
    own: Thing
    words: str
    base: int
    draft: Draft | None
    remarks: list[Remark]
    change: tuple[Run, ...]
    earlier: tuple[Run, ...]
    comments: list[Comment]
    suggestions: list[tuple[Suggestion, tuple[Run, ...]]]
    before: Thing | None
    after: Thing | None


@in_studio(*READERS)
async def text(at: AtDesk) -> Response:
    """Show one text, with what who asks typed before."""
    query = at.request.query_params
    locale, message_id = query.get("locale", SOURCE), query.get("id", "")
    return await text_page(at, locale, message_id, done=query.get("done", ""))


@keeping_words
@in_studio(*READERS)
async def change(at: AtDesk) -> Response:
    """Save a text, keep it as a draft, suggest it, or forget the draft."""
    sent, do = await _sent(at), await typed(at.request, "do")
    if do == "suggest":
        return await _suggest(at, sent)
    if do in _PRIVATE:
        return await _PRIVATE[do](at, sent)
    if not may_write(at.person, sent.locale):
        await at.ask(at.desk.text, sent.locale, sent.id)  # the trail names only what there is
        await audit(at.request, "refused change", sent.name)
        return await text_page(at, sent.locale, sent.id, sent=sent, status=403, error="not_yours")
    return await _save(at, sent, goes_on=do == "next")


@in_studio(*READERS)
async def while_typing(at: AtDesk) -> Response:
    """Keep what is being typed, and tell the script what the checks find in it."""
    sent = await _sent(at)
    told = await at.ask(_typed, at.desk, at.person.account, sent, _now(at))
    return JSONResponse(told)


async def text_page(
    at: AtDesk,
    locale: str,
    message_id: str,
    sent: Sent | None = None,
    status: int = 200,
    error: str = "",
    conflict: Conflict | None = None,
    done: str = "",
) -> Response:
    """Return the page of a text; ``sent`` is what somebody wanted to save."""
    view = await at.ask(_view, at.desk, at.person.account, locale, message_id, sent, conflict)
    return render(
        at.request,
        "staff/studio/edit.html",
        status,
        errors={"words": error} if error else {},
        view=view,
        conflict=conflict,
        theirs=differences(view.words, conflict.words) if conflict else (),
        may_write=may_write(at.person, locale),
        is_source=locale == SOURCE,
        person=at.person,
        today=at.today,
        done=done,
        longest=LONGEST_WORDS,
    )


async def number(at: AtDesk, name: str) -> int:
    """Return a field that holds a number; 0 for anything else."""
    value = await typed(at.request, name)
    is_number = value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER
    return int(value) if is_number else 0


async def _sent(at: AtDesk) -> Sent:
    return Sent(
        locale=await typed(at.request, "locale"),
        id=await typed(at.request, "id"),
        words=await typed(at.request, "words", LONGEST_FORM),
        base=await number(at, "base"),
    )


async def _save(at: AtDesk, sent: Sent, goes_on: bool) -> Response:
    author, now = at.person.account, _now(at)
    try:
        saved = await at.ask(at.desk.save, author, sent.locale, sent.id, sent.words, sent.base, now)
    except Conflict as conflict:
        await audit(at.request, "met a conflict", sent.name, _version(sent.base))
        return await text_page(at, sent.locale, sent.id, sent, 409, conflict=conflict)
    except BrokenContent as broken:
        return await text_page(at, sent.locale, sent.id, sent, 400, error=broken.cure)
    if saved.version != sent.base:
        await audit(
            at.request, "changed text", sent.name, _version(sent.base), _version(saved.version)
        )
    view = await at.ask(_neighbours, at.desk, sent.locale, sent.id)
    if goes_on and view[1]:
        return go_to(f"{view[1].address}&done=saved_before")
    return go_to(address("text", locale=sent.locale, id=sent.id, done="saved"))


async def _keep(at: AtDesk, sent: Sent) -> Response:
    await at.ask(_typed, at.desk, at.person.account, sent, _now(at))
    await audit(at.request, "kept a draft", sent.name, _version(sent.base))
    return go_to(address("text", locale=sent.locale, id=sent.id, done="kept"))


async def _discard(at: AtDesk, sent: Sent) -> Response:
    await at.ask(at.desk.text, sent.locale, sent.id)
    await at.ask(at.desk.store.drop_draft, at.person.account, sent.id, sent.locale)
    await audit(at.request, "dropped a draft", sent.name, _version(sent.base))
    return go_to(address("text", locale=sent.locale, id=sent.id, done="dropped"))


async def _suggest(at: AtDesk, sent: Sent) -> Response:
    seen, words = await at.ask(at.desk.text, sent.locale, sent.id), tidy(sent.words)
    if not words or words == seen.words:
        return await text_page(at, sent.locale, sent.id, sent, 400, error="same")
    author = at.person.account
    await at.ask(at.desk.store.suggest, sent.id, sent.locale, words, author, _now(at))
    await at.ask(at.desk.store.drop_draft, author, sent.id, sent.locale)
    await audit(at.request, "suggested words", sent.name, _version(seen.version))
    return go_to(address("text", locale=sent.locale, id=sent.id, done="suggested"))


def _typed(desk: Desk, account: str, sent: Sent, now: datetime) -> Mapping[str, object]:
    """Keep a draft, unless it says what is saved, and return what the checks find in it."""
    seen = desk.text(sent.locale, sent.id)
    if tidy(sent.words) == seen.words:
        desk.store.drop_draft(account, sent.id, sent.locale)
    else:
        draft = Draft(account, sent.id, sent.locale, sent.words, sent.base, now)
        desk.store.keep_draft(draft)
    return {
        "newest": seen.version,
        "findings": [asdict(each) for each in desk.findings(sent.locale, sent.id, sent.words)],
        "change": [asdict(run) for run in differences(seen.words, tidy(sent.words))],
    }


def _view(
    desk: Desk,
    account: str,
    locale: str,
    message_id: str,
    sent: Sent | None,
    conflict: Conflict | None,
) -> TextView:
    seen = desk.text(locale, message_id)
    part = desk.index.part_of[message_id]
    kept = [d for d in desk.store.drafts(account) if (d.item, d.locale) == (message_id, locale)]
    draft = kept[0] if kept else None
    words = sent.words if sent else draft.words if draft else seen.words
    base = sent.base if sent else draft.based_on if draft else seen.version
    before, after = _neighbours(desk, locale, message_id)
    return TextView(
        seen=seen,
        locale=locale_of(desk.index, locale),
        part=a_part(desk.index, locale, part),
        own=an_item(desk.index, locale, message_id),
        words=words,
        base=conflict.number if conflict else base,
        draft=draft,
        remarks=desk.findings(locale, message_id, words),
        change=differences(seen.words, tidy(words)) if tidy(words) != seen.words else (),
        earlier=desk.since_signed(locale, part).get(message_id, ()),
        comments=desk.store.comments(message_id, locale),
        suggestions=[
            (each, differences(seen.words, each.words))
            for each in desk.store.suggestions(message_id, locale)
        ],
        before=before,
        after=after,
    )


def _neighbours(desk: Desk, locale: str, message_id: str) -> tuple[Thing | None, Thing | None]:
    """Return the texts above and below in the same part."""
    members = desk.index.members[desk.index.part_of[message_id]]
    here = members.index(message_id)
    above, below = members[max(0, here - 1) : here], members[here + 1 : here + 2]
    things = ([an_item(desk.index, locale, each) for each in some] for some in (above, below))
    first, second = ((some[0] if some else None) for some in things)
    return first, second


def _now(at: AtDesk) -> datetime:
    return staff_of(at.request).clock()


def _version(number: int) -> str:
    return f"version {number}"


_PRIVATE: Final = {"draft": _keep, "discard": _discard}

routes = [
    Route("/studio/text", text, methods=["GET"]),
    Route("/studio/text", change, methods=["POST"]),
    Route("/studio/typed", while_typing, methods=["POST"]),
]
