"""Order, buttons, kinds and minutes in a form: tried as often as one likes, and saved once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict, UnknownText
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.differences import Run, by_line
from bot.studio.structure import (
    FIXED,
    Parts,
    has_form,
    in_order,
    kinds,
    offered,
    parts,
    with_entry,
    with_value,
)
from bot.studio.writing import tidy
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.editing import number
from bot.web.staff.studio.entrance import (
    LONGEST_FILE,
    LONGEST_WORDS,
    READERS,
    STRUCTURE,
    in_studio,
    keeping_words,
)
from bot.web.staff.studio.naming import address, as_words, title_of
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.studio.whole_files import known_file
from bot.web.staff.typed import typed

ACT: Final = re.compile(r"(up|down|out):([a-z]+):(\d{1,3})")
NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
CODE: Final = re.compile(r"[A-Z]\d{1,3}")
MINUTES: Final = range(1, 61)
ID: Final = "Write a short name: small letters, figures and _."


@dataclass(frozen=True)
class View:
    """A file's structure as it would be, ready to be shown.

    Attributes:
        words: The whole file as it would be.
        now: How visitors would meet it, with what changed, line by line.
        lines: The same of the file.
        offered: Name of a list to what may be added to it.
    """

    file: str
    words: str
    would_be: Parts
    now: tuple[Run, ...]
    lines: tuple[Run, ...]
    offered: Mapping[str, list[tuple[str, str]]]
    titles: Mapping[str, str]
    newest: int

    @property
    def is_changed(self) -> bool:
        """Whether anything would be another."""
        return any(run.change != "same" for run in self.lines)


@in_studio(*READERS)
async def structure(at: AtDesk) -> Response:
    """Show the order of a file's parts."""
    query = at.request.query_params
    return await _page(at, query.get("path", ""), done=query.get("done", ""))


@keeping_words
@in_studio(Role.AUTHOR)
async def change(at: AtDesk) -> Response:
    """Try one change, or save all that were tried."""
    path, base = await typed(at.request, "file"), await number(at, "base")
    words = (await typed(at.request, "words", LONGEST_FILE)).replace("\r\n", "\n")
    do = await typed(at.request, "do")
    await at.ask(_with_form, at.desk, path)
    try:
        words = await _with_values(at, path, words)
        if do == "save":
            return await _save(at, path, words, base)
        words = await _tried(at, do, path, words)
    except BrokenContent as error:
        return await _page(at, path, 400, words, base, error.cure)
    return await _page(at, path, 200, words, base)


async def _save(at: AtDesk, path: str, words: str, base: int) -> Response:
    now = staff_of(at.request).clock()
    try:
        await at.ask(at.desk.save_file, at.person.account, path, words, base, now)
    except Conflict:
        await audit(at.request, "met a conflict", path, f"version {base}")
        return await _page(at, path, 409, words, base, conflict=True)
    after = await at.ask(at.desk.file_version, path)
    if after != base:
        await audit(at.request, "changed structure", path, f"version {base}", f"version {after}")
    return go_to(address("structure", path=path, done="saved"))


async def _tried(at: AtDesk, do: str, path: str, words: str) -> str:
    """Return the file with one change; anything unknown changes nothing.

    Raises:
        BrokenContent: It can't be made.
    """
    act, verb, name = ACT.fullmatch(do), *do.partition(":")[::2]
    lists = parts(path, words).lists
    if act and act[2] in lists:
        return _moved(words, act[1], act[2], int(act[3]), len(lists[act[2]]))
    if verb == "add" and name in lists:
        chosen = await typed(at.request, f"new-{name}")
        known = offered(at.desk.index, name, (entry.id for entry in lists[name]))
        return with_entry(words, name, chosen) if chosen in known else words
    if do == "screen" and "screens" in lists:
        return with_entry(words, "screens", await _screen(at))
    return words


def _moved(words: str, verb: str, name: str, at: int, count: int) -> str:
    order = list(range(count))
    other = at - 1 if verb == "up" else at + 1
    if verb == "out":
        is_kept = name in FIXED or count < 2 or at >= count
        return words if is_kept else in_order(words, name, [n for n in order if n != at])
    if not (0 <= at < count and 0 <= other < count):
        return words
    order[at], order[other] = other, at
    return in_order(words, name, order)


async def _screen(at: AtDesk) -> dict[str, str]:
    """Return a new screen as it was typed.

    Raises:
        BrokenContent: Its name, title or text is missing.
    """
    names = ("id", "title", "text", "do")
    found = {n: tidy(await typed(at.request, f"screen-{n}", LONGEST_WORDS)) for n in names}
    if not NAME.fullmatch(found["id"]):
        raise BrokenContent("", None, ID)
    if not found["title"] or not found["text"]:
        raise BrokenContent("", None, "Write a title and a text for the new screen.")
    return {name: words for name, words in found.items() if words}


async def _with_values(at: AtDesk, path: str, words: str) -> str:
    """Return the file with the place on the shelf, kind and minutes that stand in the form.

    Raises:
        BrokenContent: One of them can't be.
    """
    found = parts(path, words)
    for field, old, form in (("code", found.code, CODE), ("kind", found.kind, NAME)):
        new = (await typed(at.request, field)).strip()
        if old and new and new != old:
            if not form.fullmatch(new):
                raise BrokenContent("", None, "Write a capital letter and a number, like M8.")
            words = with_value(words, (field,), new)
    for place, step in enumerate(found.lists.get("steps", ())):
        new = (await typed(at.request, f"minutes-{step.id}")).strip()
        if step.minutes and new and new != step.minutes:
            if not (new.isascii() and new.isdecimal() and int(new[:4]) in MINUTES):
                raise BrokenContent("", None, "Write 1 to 60 minutes.")
            words = with_value(words, ("steps", place, "minutes"), int(new))
    return words


async def _page(
    at: AtDesk,
    path: str,
    status: int = 200,
    words: str | None = None,
    base: int | None = None,
    error: str = "",
    conflict: bool = False,
    done: str = "",
) -> Response:
    await at.ask(_with_form, at.desk, path)
    view = await at.ask(_view, at.desk, path, words)
    return render(
        at.request,
        "staff/studio/structure.html",
        status,
        errors={"do": error} if error else {},
        view=view,
        base=view.newest if base is None else base,
        conflict=conflict,
        kinds=kinds(),
        fixed=FIXED,
        may_write=Role.AUTHOR in at.person.roles,
        done=done,
    )


def _with_form(desk: Desk, path: str) -> None:
    """Refuse a file that has no form.

    Raises:
        UnknownText: It has none, or isn't there.
    """
    known_file(desk, path)
    if not has_form(path):
        raise UnknownText(f"{path} has no form; change it as a file.")


def _view(desk: Desk, path: str, words: str | None) -> View:
    desk.refresh()
    saved = (desk.root / path).read_text(encoding="utf-8")
    text = saved if words is None else words
    before = parts(path, saved)
    try:
        would_be = parts(path, text)
    except BrokenContent:
        text, would_be = saved, before
    every = [(name, entry) for name, found in would_be.lists.items() for entry in found]
    return View(
        file=path,
        words=text,
        would_be=would_be,
        now=by_line(*("\n".join(_met(desk, each)) + "\n" for each in (before, would_be))),
        lines=by_line(saved, text),
        offered={
            name: [(each, _title(desk, each)) for each in offered(desk.index, name, _ids(found))]
            for name, found in would_be.lists.items()
            if name in ("choices", "services")
        },
        titles={entry.id: entry.title or _title(desk, entry.id) for _, entry in every},
        newest=desk.file_version(path),
    )


def _met(desk: Desk, found: Parts) -> Iterator[str]:
    """Yield what visitors meet, one line each, in its order."""
    if found.code:
        yield f"Place on the shelf: {found.code}"
    if found.kind:
        yield f"Kind: {found.kind}"
    for name, entries in found.lists.items():
        for entry in entries:
            minutes = f" ({entry.minutes} min)" if entry.minutes else ""
            yield f"{as_words(name)}: {entry.title or _title(desk, entry.id)}{minutes}"


def _ids(entries: tuple[object, ...]) -> list[str]:
    return [str(getattr(entry, "id", "")) for entry in entries]


def _title(desk: Desk, name: str) -> str:
    """Return what a button or a kind of services is called here."""
    has_own = f"{name}.title" in desk.index.places
    return title_of(desk.index, "en", name) if has_own else as_words(name)


routes = [
    Route(STRUCTURE, structure, methods=["GET"]),
    Route(STRUCTURE, change, methods=["POST"]),
]
