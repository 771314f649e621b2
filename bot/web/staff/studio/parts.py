"""What waits for somebody, all parts, one part, how far each language is, and search."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.languages.catalogs import SOURCE
from bot.storage.studio_records import Signed
from bot.studio.desk import Desk
from bot.studio.differences import Run
from bot.studio.findings import Remark
from bot.studio.needs import WITHDRAWN, Need, Pile, Why
from bot.studio.seeing import KINDS, MOST_FOUND, Coverage, SeenPart, SeenText, State
from bot.studio.structure import file_of
from bot.web.charts import LEAST_STUBS, Bars, Row, bars
from bot.web.staff.pages import render
from bot.web.staff.studio.entrance import READERS, in_studio, may_write
from bot.web.staff.studio.naming import Thing, a_part, an_item, locale_of, title_of
from bot.web.staff.studio.opening import AtDesk

OF_PARTS: Final = (Why.STALE, Why.EXPIRED, Why.SECOND, Why.EXPIRING, Why.UNSIGNED)
FEW: Final = 6  # of each reason on the first page
PER_PAGE: Final = 100
CUT: Final = 100 // LEAST_STUBS
"""With it, a whole bar is 100 percent."""


@dataclass(frozen=True)
class Shown:
    """What waits for one reason; ``shown`` are the first of it."""

    why: Why
    count: int
    shown: tuple[tuple[Need, Thing], ...]


@dataclass(frozen=True)
class Listed:
    """A part with its title."""

    part: SeenPart
    title: str


@dataclass(frozen=True)
class PartView:
    """One part, ready to be shown.

    Attributes:
        signed: Who signed it in the studio, the newest first.
        remarks: What the checks find, by message id.
        changed: Differences to what was last signed, by message id.
        comments: How many open ones each text has.
    """

    seen: SeenPart
    title: str
    texts: list[SeenText]
    remarks: dict[str, list[Remark]]
    changed: dict[str, tuple[Run, ...]]
    signed: list[Signed]
    comments: Counter[str]
    suggestions: Counter[str]


@dataclass(frozen=True)
class Far:
    """How far the languages are, as charts and as a table."""

    rows: tuple[tuple[str, Coverage], ...]
    translated: Bars
    signed: Bars


@in_studio(*READERS)
async def needs(at: AtDesk) -> Response:
    """Show what waits for who asks, the most urgent first."""
    query = at.request.query_params
    locale, why = _known(at.desk, query.get("locale", "")), query.get("why", "")
    one = Why(why) if why in list(Why) else None
    most = PER_PAGE if one else FEW
    found = await at.ask(at.desk.needs, at.person, at.today, most, locale)
    return render(
        at.request,
        "staff/studio/needs.html",
        piles=[_shown(at.desk, pile) for pile in found if one in (None, pile.why)],
        locales=at.desk.index.locales,
        locale=locale,
        why=why,
        person=at.person,
    )


@in_studio(*READERS)
async def parts(at: AtDesk) -> Response:
    """Show the parts of a language, with their states."""
    query = at.request.query_params
    locale = _known(at.desk, query.get("locale", "")) or SOURCE
    kind, state, words = (query.get(name, "") for name in ("kind", "state", "q"))
    every = await at.ask(_listed, at.desk, locale, at.today)
    found = [each for each in every if _fits(each, kind, state, words)]
    page = _number(query.get("page", ""), most=max(1, -(-len(found) // PER_PAGE)))
    return render(
        at.request,
        "staff/studio/parts.html",
        locales=at.desk.index.locales,
        locale=locale,
        kinds=KINDS,
        states=list(State),
        counts=Counter(each.part.state for each in every),
        found=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        number=len(found),
        page=page,
        per_page=PER_PAGE,
        today=at.today,
        kind=kind,
        state=state,
        q=words,
    )


@in_studio(*READERS)
async def part(at: AtDesk) -> Response:
    """Show one part: every text beside its English, with what the checks find."""
    query = at.request.query_params
    locale, name = query.get("locale", SOURCE), query.get("name", "")
    view = await at.ask(_part_view, at.desk, locale, name, at.today)
    return render(
        at.request,
        "staff/studio/part.html",
        view=view,
        locales=at.desk.index.locales,
        locale=locale_of(at.desk.index, locale),
        today=at.today,
        may_write=may_write(at.person, locale),
        is_source=locale == SOURCE,
        form=file_of(name),
    )


@in_studio(*READERS)
async def coverage(at: AtDesk) -> Response:
    """Show how far each language is, as charts and as a table."""
    far = await at.ask(_far, at.desk, at.today)
    return render(at.request, "staff/studio/coverage.html", far=far, states=list(State))


@in_studio(*READERS)
async def search(at: AtDesk) -> Response:
    """Look for words in all languages or in one."""
    query = at.request.query_params
    words, locale = query.get("q", "").strip(), _known(at.desk, query.get("locale", ""))
    found = await at.ask(at.desk.search, words, [locale] if locale else [])
    return render(
        at.request,
        "staff/studio/search.html",
        words=words,
        locale=locale,
        locales=at.desk.index.locales,
        found=[(hit, an_item(at.desk.index, hit.locale, hit.message_id)) for hit in found],
        most=MOST_FOUND,
    )


def _known(desk: Desk, tag: str) -> str:
    """Return the tag of a locale, or empty for anything else."""
    return tag if tag in desk.index.tags else ""


def _number(typed: str, most: int) -> int:
    """Return the number of a page, from 1 to ``most``."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < len(str(most)) + 1
    return min(max(int(typed), 1), most) if is_number else 1


def _shown(desk: Desk, pile: Pile) -> Shown:
    return Shown(pile.why, pile.count, tuple((need, _thing(desk, need)) for need in pile.first))


def _thing(desk: Desk, need: Need) -> Thing:
    if need.why is Why.WITHDRAWN:
        return Thing(need.item.removeprefix(WITHDRAWN), need.item, "/studio/services#withdrawn")
    name = a_part if need.why in OF_PARTS else an_item
    return name(desk.index, need.locale, need.item)


def _listed(desk: Desk, locale: str, today: date) -> list[Listed]:
    found = desk.parts(locale, today)
    return [Listed(each, title_of(desk.index, locale, each.name)) for each in found]


def _fits(listed: Listed, kind: str, state: str, words: str) -> bool:
    seen, wanted = listed.part, words.strip().casefold()
    return (
        (kind not in KINDS or seen.kind == kind)
        and (state not in list(State) or seen.state == state)
        and (wanted in listed.title.casefold() or wanted in seen.name)
    )


def _part_view(desk: Desk, locale: str, name: str, today: date) -> PartView:
    seen = desk.part(locale, name, today)
    texts = desk.texts(locale, name)
    own = {text.message_id for text in texts}
    comments = desk.store.comments()
    suggestions = desk.store.suggestions()
    return PartView(
        seen=seen,
        title=title_of(desk.index, locale, name),
        texts=texts,
        remarks=desk.part_findings(locale, name),
        changed=desk.since_signed(locale, name),
        signed=desk.history.signed(name, locale)[::-1],
        comments=Counter(c.item for c in comments if c.locale == locale and c.item in own),
        suggestions=Counter(s.item for s in suggestions if s.locale == locale and s.item in own),
    )


def _far(desk: Desk, today: date) -> Far:
    names = {locale.tag: locale.name for locale in desk.index.locales}
    rows = tuple((names[each.locale], each) for each in desk.coverage(today))
    return Far(
        rows,
        bars([_share(name, each.translated, each.texts) for name, each in rows], CUT),
        bars([_share(name, _signed(each), sum(each.states.values())) for name, each in rows], CUT),
    )


def _signed(of_locale: Coverage) -> int:
    return sum(of_locale.states.get(state, 0) for state in (State.SIGNED, State.EXPIRING))


def _share(name: str, number: int, of: int) -> Row:
    """Return a bar of whole percents; less than all is never shown as 100."""
    percent = number * 100 // max(1, of)
    return Row(name, f"{percent} %", percent)


routes = [
    Route("/studio", needs, methods=["GET"]),
    Route("/studio/parts", parts, methods=["GET"]),
    Route("/studio/part", part, methods=["GET"]),
    Route("/studio/coverage", coverage, methods=["GET"]),
    Route("/studio/search", search, methods=["GET"]),
]
