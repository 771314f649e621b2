"""Whole files, for what has neither a text nor a form of its own."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict, UnknownText
from bot.languages.catalogs import SOURCE
from bot.storage.staff.people import Role
from bot.storage.studio_records import Draft
from bot.studio.desk import Desk
from bot.studio.staging import refuse_other_paths
from bot.studio.structure import has_form
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.editing import number
from bot.web.staff.studio.entrance import FILE, LONGEST_FILE, READERS, in_studio, keeping_words
from bot.web.staff.studio.naming import address
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

QUOTED: Final = re.compile(r"'([^']+)'")
NEAR: Final = 2  # lines shown above and below the one with an error


@in_studio(*READERS)
async def files(at: AtDesk) -> Response:
    """List the files, by folder."""
    return render(at.request, "staff/studio/files.html", folders=await at.ask(_by_folder, at.desk))


@in_studio(*READERS)
async def file(at: AtDesk) -> Response:
    """Show one file."""
    query = at.request.query_params
    return await _page(at, query.get("path", ""), done=query.get("done", ""))


@keeping_words
@in_studio(Role.AUTHOR)
async def change(at: AtDesk) -> Response:
    """Replace a file by what was typed, if the product can use it; or keep that as a draft."""
    path, base = await typed(at.request, "file"), await number(at, "base")
    text = (await typed(at.request, "words", LONGEST_FILE)).replace("\r\n", "\n")
    do, item, account = await typed(at.request, "do"), f"file/{path}", at.person.account
    now = staff_of(at.request).clock()
    await at.ask(known_file, at.desk, path)
    if do == "draft":
        await at.ask(at.desk.store.keep_draft, Draft(account, item, SOURCE, text, base, now))
        await audit(at.request, "kept a draft", path, f"version {base}")
        return go_to(address("file", path=path, done="kept"))
    if do == "discard":
        await at.ask(at.desk.store.drop_draft, account, item, SOURCE)
        await audit(at.request, "dropped a draft", path)
        return go_to(address("file", path=path, done="dropped"))
    return await _save(at, path, text, base)


async def _save(at: AtDesk, path: str, text: str, base: int) -> Response:
    account, now = at.person.account, staff_of(at.request).clock()
    try:
        await at.ask(at.desk.save_file, account, path, text, base, now)
    except Conflict as conflict:
        await audit(at.request, "met a conflict", path, f"version {base}")
        return await _page(at, path, 409, text, conflict=conflict)
    except BrokenContent as broken:
        return await _page(at, path, 400, text, base, broken=broken)
    after = await at.ask(at.desk.file_version, path)
    if after != base:
        await audit(at.request, "changed file", path, f"version {base}", f"version {after}")
    return go_to(address("file", path=path, done="saved"))


async def _page(
    at: AtDesk,
    path: str,
    status: int = 200,
    text: str | None = None,
    base: int | None = None,
    broken: BrokenContent | None = None,
    conflict: Conflict | None = None,
    done: str = "",
) -> Response:
    await at.ask(known_file, at.desk, path)
    saved = await at.ask((at.desk.root / path).read_text, "utf-8")
    drafts = await at.ask(at.desk.store.drafts, at.person.account)
    draft = next((each for each in drafts if each.item == f"file/{path}"), None)
    newest = await at.ask(at.desk.file_version, path)
    shown = text if text is not None else draft.words if draft else saved
    if conflict or base is None:
        base = draft.based_on if draft and not conflict else newest
    return render(
        at.request,
        "staff/studio/file.html",
        status,
        errors={"words": broken.cure} if broken else {},
        file=path,
        has_form=has_form(path),
        words=shown,
        saved=saved,
        base=base,
        newest=newest,
        draft=draft,
        broken=broken,
        line=(line := _line(broken, path, shown, saved) if broken else 0),
        near=_near(shown, line) if line else (),
        conflict=conflict,
        may_write=Role.AUTHOR in at.person.roles,
        done=done,
    )


def _line(broken: BrokenContent, path: str, text: str, saved: str) -> int:
    """Return the line of an error; if only a value is named, of the change that brought it."""
    if broken.line and broken.path == path:
        return broken.line
    before, named = set(saved.split("\n")), QUOTED.findall(broken.cure)
    changed = ((at, line) for at, line in enumerate(text.split("\n"), 1) if line not in before)
    return next((at for at, line in changed if any(word in line for word in named)), 0)


def _near(text: str, line: int) -> tuple[tuple[int, str], ...]:
    """Return some lines around one, with their numbers."""
    numbered = list(enumerate(text.split("\n"), start=1))
    return tuple(numbered[max(0, line - 1 - NEAR) : line + NEAR])


def _by_folder(desk: Desk) -> dict[str, list[PurePosixPath]]:
    """Return the paths of all files that may be changed, by folder."""
    found: dict[str, list[PurePosixPath]] = {}
    for path in sorted((desk.root / "content").rglob("*.yml")):
        inner = PurePosixPath(path.relative_to(desk.root).as_posix())
        if _may_change(inner.as_posix()):
            found.setdefault(inner.parent.as_posix(), []).append(inner)
    for path in sorted((desk.root / "locales").glob("*/glossary.yml")):
        inner = PurePosixPath(path.relative_to(desk.root).as_posix())
        found.setdefault("locales", []).append(inner)
    return found


def _may_change(path: str) -> bool:
    try:
        refuse_other_paths({path: ""})
    except BrokenContent:
        return False
    return True


def known_file(desk: Desk, path: str) -> None:
    """Refuse what isn't in the list.

    Raises:
        UnknownText: It isn't a file of words, or isn't there.
    """
    if not any(str(each) == path for some in _by_folder(desk).values() for each in some):
        raise UnknownText(f"There is no file {path} here; choose one from the list.")


routes = [
    Route("/studio/files", files, methods=["GET"]),
    Route(FILE, file, methods=["GET"]),
    Route(FILE, change, methods=["POST"]),
]
