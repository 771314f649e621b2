"""Publish: what would change for visitors, what of it nobody signed, and the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BadBundle, BadSetting, NotReady, Outdated
from bot.languages.catalogs import SOURCE, Words
from bot.storage.bundles import current_name
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.differences import Run
from bot.studio.kept import Kept, kept
from bot.studio.publishing import publish
from bot.studio.seeing import SeenPart
from bot.studio.unpublished import (
    SIGNED,
    Changed,
    Live,
    Published,
    as_seen,
    changes,
    ending,
    unsigned,
    words_of,
)
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, problem, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.naming import title_of
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

PAGE: Final = "/studio/publish"
BUNDLES: Final = "/studio/bundles"
PUBLISHERS: Final = (Role.SIGNER, Role.ADMINISTRATOR)
MOST_SHOWN: Final = 100  # changed parts, and lines of what has to be mended
LONGEST_NOTE: Final = 200  # characters
NO_ROLE: Final = "You have no signing role yet; ask an administrator."


@dataclass(frozen=True)
class Titled:
    """A changed part with its title, and how each of its texts changes, by message id."""

    changed: Changed
    title: str
    texts: dict[str, tuple[Run, ...]]


@dataclass(frozen=True)
class Publication:
    """What a publication would do.

    Attributes:
        shown: The changed parts, safety first, at most MOST_SHOWN.
        unsigned: How many of all changed parts nobody has signed, and how many of these are about
            safety.
        staying: Titles of parts that wait for translators and stay as visitors have them, with
            the locales in which they do.
        lacking: Texts that must be translated first, by locale; as long as there are any, it is
            refused.
        left: How many parts of all aren't signed, changed or not.
        ending: Whose signature ends soon or is over.
        seen: A hash of all that this tells of; it is published as it was seen, or not at all.
    """

    live: str
    shown: list[Titled]
    number: int
    unsigned: tuple[int, int]
    staying: dict[str, list[str]]
    lacking: dict[str, list[str]]
    left: int
    ending: list[SeenPart]
    seen: str

    @property
    def needs_sure(self) -> bool:
        """Whether somebody has to say that unsigned words may be shown."""
        return self.unsigned[0] > 0


@in_studio(*READERS)
async def publish_page(here: AtDesk) -> Response:
    """Show what visitors would read differently."""
    return await _page(here)


@in_studio(*PUBLISHERS)
async def publish_now(here: AtDesk) -> Response:
    """Check the working copy, make the bundle, and show it to visitors."""
    note = " ".join((await typed(here.request, "note")).split())[:LONGEST_NOTE]
    is_sure = await typed(here.request, "sure") == "yes"
    seen = await typed(here.request, "seen")
    if not here.person.may_publish:
        return await _page(here, 403, {"bundle": NO_ROLE}, note)
    proposed = await here.ask(_proposed, here.desk, here.opened.published, here.today)
    errors = {} if note else {"note": "Say in a line what is new; colleagues read it later."}
    if proposed.needs_sure and not is_sure:
        errors["sure"] = "Tick that you know of the unsigned parts, or have them signed first."
    if errors:
        return await _page(here, 400, errors, note)
    return await _publish(here, note, seen)


async def _publish(here: AtDesk, note: str, seen: str) -> Response:
    staff, store, who = staff_of(here.request), here.desk.store, here.person.account
    before = current_name(staff.settings.bundles)
    try:
        done = await here.ask(publish, staff.settings, store, who, note, staff.clock(), seen)
    except Outdated as error:
        await audit(here.request, "refused publication", "outdated", before, before)
        return await _page(here, 409, {"bundle": f"{error} Look again."}, note)
    except NotReady as error:
        await audit(here.request, "refused publication", "checks", before, before)
        return await _page(here, 409, {"checks": "checks"}, note, str(error).splitlines())
    except BadBundle as error:
        return await _page(here, 409, {"bundle": str(error)}, note)
    except BadSetting:
        return problem(here.request, 503)
    await audit(here.request, "published", done.bundle, before, done.bundle)
    return after(here, done.bundle, "published" if done.is_recorded else "")


def after(here: AtDesk, bundle: str, done: str) -> Response:
    """Go to the list of bundles, which says what was done.

    Where that isn't recorded yet, ``done`` is empty: the database is gone, so that no other page of
    the studio would open, and this answer says it by itself.
    """
    if done:
        return go_to(f"{BUNDLES}?done={done}")
    return render(here.request, "staff/studio/shown.html", bundle=bundle)


async def _page(
    here: AtDesk,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    note: str = "",
    problems: list[str] | None = None,
) -> Response:
    proposed = await here.ask(_proposed, here.desk, here.opened.published, here.today)
    return render(
        here.request,
        "staff/studio/publish.html",
        status,
        errors=errors,
        it=proposed,
        note=note,
        problems=(problems or [])[:MOST_SHOWN],
        problem_count=len(problems or ()),
        may_publish=here.person.may_publish,
        signed=SIGNED,
        index=here.desk.index,
        today=here.today,
        title_of=title_of,
    )


def _proposed(desk: Desk, published: Published, today: date) -> Publication:
    seen = desk.digest(today)  # first: what changes while this is worked out is noticed later
    live, parts = published.live(), desk.all_parts(today)
    staying = kept(desk.index, live, today)
    moving = [part for part in parts if part.name not in staying.get(part.locale, {})]
    found, own = changes(desk, live, moving), desk.index.all_words()
    lacking = [each for each in found if not each.is_gone and each.state not in SIGNED]
    return Publication(
        live=live.bundle,
        shown=[_titled(desk, live, own, each) for each in found[:MOST_SHOWN]],
        number=len(found),
        unsigned=(len(lacking), sum(each.needs_two for each in lacking)),
        staying=_staying(desk, staying),
        lacking=_lacking(desk, staying),
        left=len(unsigned(moving)),
        ending=ending(parts),
        seen=as_seen(seen, live.bundle),
    )


def _staying(desk: Desk, staying: Kept) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag, parts in staying.items():
        for name in parts:
            found.setdefault(title_of(desk.index, SOURCE, name), []).append(tag)
    return found


def _lacking(desk: Desk, staying: Kept) -> dict[str, list[str]]:
    index = desk.index
    found = {
        tag: sorted(i for i in lacking if index.part_of[i] not in staying.get(tag, {}))
        for tag, lacking in index.open.items()
    }
    return {tag: ids for tag, ids in found.items() if ids}


def _titled(desk: Desk, live: Live, own: Words, each: Changed) -> Titled:
    title = title_of(desk.index, each.locale, each.part)
    return Titled(each, title, words_of(desk, live, own, each))


routes = [
    Route(PAGE, publish_page, methods=["GET"]),
    Route(PAGE, publish_now, methods=["POST"]),
]
