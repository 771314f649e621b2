"""Try the working copy: the visitor's own page in a frame, a conversation, golden conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.conversation.choices import label
from bot.conversation.content import Content
from bot.conversation.facts import is_rule
from bot.conversation.golden import CONVERSATIONS
from bot.conversation.message import clean
from bot.languages.catalogs import SOURCE
from bot.studio.desk import Desk
from bot.studio.golden import Told, golden
from bot.studio.trying import Exchange, Said, conversation
from bot.web.public.bubbles import TurnView, blocks, view_of
from bot.web.public.chat import DOORS, SUGGESTED
from bot.web.public.visitor import Visitor, country_names
from bot.web.staff.pages import render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.framing import FRAME, SCHEMES
from bot.web.staff.studio.naming import locale_of, title_of
from bot.web.staff.studio.opening import AtDesk

WIDTHS: Final = {"phone": "Phone", "desktop": "Desktop"}
MOST_STEPS: Final = 30
LONGEST: Final = 300  # characters of a typed message
TYPED, PRESSED = "say:", "press:"


@dataclass(frozen=True)
class Shown:
    """One step of a conversation, ready for the visitor's own template."""

    said: Exchange
    turn: TurnView | None


@in_studio(*READERS)
async def preview(here: AtDesk) -> Response:
    """Show a part as visitors would read it, in a frame of its own."""
    query = here.request.query_params
    locale = _known(here, query.get("locale", ""))
    part = query.get("part", "")
    asked = {
        "locale": locale,
        "part": part,
        "country": _country(query.get("country", "")),
        "scheme": query.get("scheme", "") if query.get("scheme") in SCHEMES else "light",
        "scripts": "off" if query.get("scripts") == "off" else "on",
    }
    return render(
        here.request,
        "staff/studio/preview.html",
        asked=asked,
        width=query.get("width", "") if query.get("width") in WIDTHS else "phone",
        widths=WIDTHS,
        schemes=SCHEMES,
        frame=f"{FRAME}?{urlencode(asked)}",
        title=title_of(here.desk.index, locale, part) if part else "",
        parts=[name for name in here.desk.index.parts[locale] if not is_rule(name)],
        locales=here.desk.index.locales,
        countries=country_names(SOURCE),
        title_of=title_of,
        index=here.desk.index,
    )


@in_studio(*READERS)
async def talk(here: AtDesk) -> Response:
    """Have a conversation with the texts of the working copy; nothing of it is kept here."""
    form: Any = await here.request.form() if here.request.method == "POST" else {}
    query = here.request.query_params
    locale = _known(here, str(form.get("locale", query.get("locale", ""))))
    country = _country(str(form.get("country", query.get("country", "GB"))))
    steps = [] if form.get("again") else [str(step) for step in _all(form, "step")]
    is_full = len(steps) >= MOST_STEPS
    steps += [] if is_full or form.get("again") else list(_new_step(form))
    content = await here.ask(here.opened.trial.content)
    now = staff_of(here.request).clock()
    shown = await here.ask(_conversation, here.desk, content, locale, country, steps, now)
    visitor = Visitor(locale_of(here.desk.index, locale), country)
    return render(
        here.request,
        "staff/studio/try.html",
        shown=shown,
        steps=steps,
        is_full=is_full,
        visitor=visitor,
        starts=_starts(content, locale),
        locales=here.desk.index.locales,
        countries=country_names(SOURCE),
        longest=LONGEST,
        t=lambda message_id, **values: content.words.text(locale, message_id, **values),
        blocks=blocks,
    )


@in_studio(*READERS)
async def golden_page(here: AtDesk) -> Response:
    """Show the golden conversations with what the working copy would say differently."""
    locale = _known(here, here.request.query_params.get("locale", ""))
    content = await here.ask(here.opened.trial.content)
    live = await here.ask(here.opened.published.live)
    now = staff_of(here.request).clock()
    found: list[Told] = await here.ask(
        golden, CONVERSATIONS / f"{locale}.yml", live.content, content, now
    )
    return render(
        here.request,
        "staff/studio/golden.html",
        found=found,
        changed=sum(each.is_changed for each in found),
        locale=locale_of(here.desk.index, locale),
        locales=here.desk.index.locales,
    )


def _conversation(
    desk: Desk, content: Content, locale: str, country: str, steps: Sequence[str], now: datetime
) -> list[Shown]:
    visitor = Visitor(locale_of(desk.index, locale), country)
    had = conversation(content, locale, country, map(_said, steps), now)
    return [Shown(each, _view(each, content, visitor, now, desk)) for each in had]


def _view(
    had: Exchange, content: Content, visitor: Visitor, now: datetime, desk: Desk
) -> TurnView | None:
    if had.turn is None:
        return None
    return view_of(had.turn, content, visitor, now, (), desk.index.locales)


def _said(step: str) -> Said:
    if step.startswith(PRESSED):
        return Said(choice=step.removeprefix(PRESSED))
    return Said(text=step.removeprefix(TYPED)[:LONGEST])


def _new_step(form: Any) -> Iterator[str]:
    """Yield what was just pressed or typed."""
    choice, text = str(form.get("choice", "")), clean(str(form.get("text", "")))[:LONGEST]
    if choice:
        yield f"{PRESSED}{choice}"
    elif text:
        yield f"{TYPED}{text}"


def _all(form: Any, name: str) -> list[Any]:
    return form.getlist(name)[:MOST_STEPS] if form else []


def _starts(content: Content, locale: str) -> list[tuple[str, str]]:
    """Return the buttons of the visitor's first page."""
    words = content.words
    found = ((choice, label(choice, content)) for choice in (*SUGGESTED, *DOORS))
    return [(choice, words.text(locale, named)) for choice, named in found if words.has(named)]


def _known(here: AtDesk, tag: str) -> str:
    return tag if tag in here.desk.index.tags else SOURCE


def _country(typed: str) -> str:
    found = typed.upper()
    return found if found in dict(country_names(SOURCE)) else "GB"


BOTH = ["GET", "POST"]
routes = [
    Route("/studio/preview", preview, methods=["GET"]),
    Route("/studio/try", talk, methods=BOTH),
    Route("/studio/golden", golden_page, methods=["GET"]),
]
