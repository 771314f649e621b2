"""Listed phrases of a language: tried on every known sentence before they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict, UnknownText
from bot.languages.catalogs import SOURCE
from bot.safety.phrases import fold
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.recognition import phrases
from bot.studio.recognition.phrases import Heard, Phrase, file_of
from bot.studio.recognition.room import Room
from bot.studio.writing import tidy
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.editing import number
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.naming import address
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

PAGE: Final = "/studio/recognition/phrases"
LONGEST: Final = 200  # characters of a phrase
SHOWN: Final = 20  # sentences of each sort below a phrase that was tried
FIELDS: Final = ("locale", "list", "words", "old", "do")


@dataclass(frozen=True)
class Wanted:
    """A phrase that somebody wants in a list.

    Attributes:
        old: The words that it takes the place of, or empty.
    """

    topic: str
    outcome: str
    words: str
    old: str


@in_studio(*READERS)
async def page(at: AtDesk) -> Response:
    """List the phrases of a language."""
    query = at.request.query_params
    return await _page(at, _locale(at, query), done=query.get("done", ""))


@in_studio(*READERS)
async def change(at: AtDesk) -> Response:
    """Try a phrase; or add, change or take out one, as an author."""
    form = {name: await typed(at.request, name) for name in FIELDS}
    topic, _, outcome = form["list"].partition("/")
    words = " ".join(tidy(form["words"]).split())[:LONGEST]
    wanted, locale = Wanted(topic, outcome, words, form["old"]), _locale(at, form)
    try:
        if form["do"] == "try":
            found = await at.ask(_tried, at.opened.room, at.desk, locale, wanted)
            return await _page(at, locale, wanted, found)
        if Role.AUTHOR not in at.person.roles:
            return await _page(at, locale, wanted, status=403, refused="Only authors change these.")
        is_removed = form["do"] == "remove"
        base = await number(at, "base")
        await at.ask(_save, at, locale, wanted, is_removed, base)
    except (UnknownText, BrokenContent) as error:
        said = error.cure if isinstance(error, BrokenContent) else str(error)
        return await _page(at, locale, wanted, status=409, refused=said)
    except Conflict:
        said = "Somebody changed this file meanwhile; look at the list, then save again."
        return await _page(at, locale, wanted, status=409, refused=said)
    what = "removed phrase" if is_removed else "changed phrase" if wanted.old else "added phrase"
    await audit(at.request, what, f"{locale} {form['list']}", f"version {base}")
    return go_to(address("recognition/phrases", locale=locale, done="saved"))


async def _page(
    at: AtDesk,
    locale: str,
    wanted: Wanted | None = None,
    found: Heard | None = None,
    status: int = 200,
    refused: str = "",
    done: str = "",
) -> Response:
    text = await at.ask(_text, at.desk, locale)
    lists: dict[str, list[Phrase]] = {}
    for each in phrases.read(text):
        lists.setdefault(f"{each.topic}/{each.outcome}", []).append(each)
    return render(
        at.request,
        "staff/studio/recognition_phrases.html",
        status,
        errors={"words": refused} if refused else {},
        locale=locale,
        locales=[each for each in at.desk.index.locales if _has_list(at, each.tag)],
        lists=lists,
        wanted=wanted,
        heard=found,
        most=SHOWN,
        longest=LONGEST,
        base=await at.ask(at.desk.file_version, file_of(locale)),
        file=file_of(locale),
        may_write=Role.AUTHOR in at.person.roles,
        done=done,
    )


def _locale(at: AtDesk, fields: Mapping[str, Any]) -> str:
    tag = str(fields.get("locale", ""))
    return tag if tag in at.desk.index.tags and _has_list(at, tag) else SOURCE


def _has_list(at: AtDesk, tag: str) -> bool:
    return (at.desk.root / file_of(tag)).exists()


def _text(desk: Desk, locale: str) -> str:
    return (desk.root / file_of(locale)).read_text(encoding="utf-8")


def _tried(room: Room, desk: Desk, locale: str, wanted: Wanted) -> Heard:
    alone = phrases.alone(_text(desk, locale), wanted.topic, wanted.outcome, wanted.words)
    return phrases.heard(alone, wanted.topic, room.sentences())


def _save(at: AtDesk, locale: str, wanted: Wanted, is_removed: bool, base: int) -> None:
    """Save the file with or without a phrase.

    Raises:
        BrokenContent: It can't be a phrase; says why.
        UnknownText: The phrase that it replaces isn't there any more.
        Conflict: Somebody saved the file meanwhile.
    """
    text, file = _text(at.desk, locale), file_of(locale)
    if not is_removed and not fold(wanted.words):
        raise BrokenContent(file, None, "write a phrase; it has no letters")
    if wanted.old:
        new = "" if is_removed else wanted.words
        text = phrases.changed(text, file, _listed(text, wanted), new)
    else:
        text = phrases.added(text, file, wanted.topic, wanted.outcome, wanted.words)
    now = staff_of(at.request).clock()
    at.desk.save_file(at.person.account, file, text, base, now)


def _listed(text: str, wanted: Wanted) -> Phrase:
    for each in phrases.read(text):
        if (each.topic, each.outcome, each.words) == (wanted.topic, wanted.outcome, wanted.old):
            return each
    raise UnknownText("This phrase isn't in the list any more; open the page again.")


routes = [
    Route(PAGE, page, methods=["GET"]),
    Route(PAGE, change, methods=["POST"]),
]
