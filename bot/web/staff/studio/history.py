"""Every version of a text or file, and bringing an earlier one back as a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict, UnknownText
from bot.languages.catalogs import SOURCE
from bot.storage.staff.people import Role
from bot.storage.studio_records import Version
from bot.studio.desk import Desk
from bot.studio.differences import Run, differences
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.editing import number
from bot.web.staff.studio.entrance import READERS, in_studio, may_write
from bot.web.staff.studio.naming import FILE, Thing, address, an_item, locale_of
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed


@dataclass(frozen=True)
class Step:
    """A version, and how it differs from the one before."""

    version: Version
    change: tuple[Run, ...]


@in_studio(*READERS)
async def history(at: AtDesk) -> Response:
    """Show every version, the newest first."""
    query = at.request.query_params
    return await _page(at, query.get("locale", SOURCE), query.get("id", ""))


@in_studio(*READERS)
async def bring_back(at: AtDesk) -> Response:
    """Save an earlier version's words as a new version."""
    locale, item = await typed(at.request, "locale"), await typed(at.request, "id")
    wanted, base = await number(at, "version"), await number(at, "base")
    await at.ask(_present, at.desk, locale, item)  # the trail names only what there is
    if not (_may_file(at) if item.startswith(FILE) else may_write(at.person, locale)):
        await audit(at.request, "refused change", f"{locale}/{item}")
        return await _page(at, locale, item, 403, "not_yours")
    versions = {each.number: each for each in await at.ask(at.desk.versions, item, locale)}
    if wanted not in versions:
        return await _page(at, locale, item, 404, "unknown")
    try:
        await _save_again(at, locale, item, versions[wanted].words, base)
    except Conflict:
        return await _page(at, locale, item, 409, "newer")
    except BrokenContent as broken:
        return await _page(at, locale, item, 400, broken.cure)
    now = (await at.ask(at.desk.versions, item, locale))[0].number
    name = f"{locale}/{item}"
    await audit(at.request, f"brought back {wanted}", name, f"version {base}", f"version {now}")
    return go_to(address("history", locale=locale, id=item, done="back"))


async def _save_again(at: AtDesk, locale: str, item: str, words: str, base: int) -> None:
    author, now = at.person.account, staff_of(at.request).clock()
    if item.startswith(FILE):
        path = item.removeprefix(FILE)
        await at.ask(at.desk.save_file, author, path, words, base, now)
    else:
        await at.ask(at.desk.save, author, locale, item, words, base, now)


async def _page(at: AtDesk, locale: str, item: str, status: int = 200, error: str = "") -> Response:
    thing, steps, present = await at.ask(_steps, at.desk, locale, item)
    return render(
        at.request,
        "staff/studio/history.html",
        status,
        errors={"version": error} if error else {},
        thing=thing,
        steps=steps,
        present=present,
        locale=locale_of(at.desk.index, locale),
        base=steps[0].version.number if steps else 0,
        is_file=item.startswith(FILE),
        may_write=_may_file(at) if item.startswith(FILE) else may_write(at.person, locale),
        done=at.request.query_params.get("done", ""),
    )


def _may_file(at: AtDesk) -> bool:
    """Tell whether who asks may replace whole files."""
    return Role.AUTHOR in at.person.roles


def _steps(desk: Desk, locale: str, item: str) -> tuple[Thing, list[Step], str]:
    """Return what this is, its versions, and what stands there now."""
    present = _present(desk, locale, item)
    versions = desk.versions(item, locale)
    return an_item(desk.index, locale, item), list(_changes(versions)), present


def _present(desk: Desk, locale: str, item: str) -> str:
    """Return what a text or file says now.

    Raises:
        UnknownText: There is no such text, or nobody changed such a file here.
    """
    return _file_words(desk, item) if item.startswith(FILE) else desk.text(locale, item).words


def _changes(versions: Sequence[Version]) -> list[Step]:
    earlier = [each.words for each in versions[1:]] + [""] * bool(versions)
    return [
        Step(version, differences(before, version.words) if before else ())
        for version, before in zip(versions, earlier, strict=True)
    ]


def _file_words(desk: Desk, item: str) -> str:
    if not desk.versions(item, SOURCE):
        raise UnknownText("Nobody changed this file here yet.")
    path = desk.root / item.removeprefix(FILE)
    return path.read_text(encoding="utf-8") if path.is_file() else ""


routes = [
    Route("/studio/history", history, methods=["GET"]),
    Route("/studio/history", bring_back, methods=["POST"]),
]
