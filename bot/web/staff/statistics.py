"""For researchers: what is released, as plots and tables, and nothing below it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import wiring
from bot.release.checking import Kinship, kinship
from bot.storage.staff.people import Role
from bot.web.cells import Naming
from bot.web.charts import Bars, Row, Series, bars, series
from bot.web.released import KINDS
from bot.web.releases import FILES, Broken, Shelved, releases_in
from bot.web.staff.access import audit, needs
from bot.web.staff.asking import Asked, read_asked
from bot.web.staff.pages import render
from bot.web.staff.site import staff_of

LANGUAGE: Final = "en"


@dataclass(frozen=True)
class Newest:
    """The chosen rows in the newest period of the span."""

    period: str
    chart: Bars
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Course:
    """One chosen row in every period of the span."""

    label: str
    chart: Series
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Rule:
    """A line of two releases' privacy.json: the name of a value, and the value in each."""

    name: str
    here: str
    there: str


@dataclass(frozen=True)
class Shown:
    """What a researcher sees of one release.

    Attributes:
        codebook: The rows of codebook.csv, its head first.
        rules: Of both releases, where two are compared.
        kinship: How these two go together.
    """

    asked: Asked
    newest: Newest
    courses: tuple[Course, ...]
    codebook: tuple[tuple[str, ...], ...]
    rules: tuple[Rule, ...] = ()
    kinship: str = ""


@needs(Role.RESEARCHER, Role.ADMINISTRATOR)
async def statistics(request: Request) -> Response:
    """Show one table of one release, in the span that is asked for."""
    there = await to_thread.run_sync(releases_in(staff_of(request).settings.releases).all)
    sound = _sound(there)
    naming = await to_thread.run_sync(_naming)
    asked = read_asked(request.query_params, sound) if sound else None
    return render(
        request,
        "staff/statistics.html",
        shown=await to_thread.run_sync(_shown, asked, naming) if asked else None,
        sound=sound,
        broken=[one for one in there if isinstance(one, Broken)],
        naming=naming,
        kinds=KINDS,
    )


@needs(Role.RESEARCHER, Role.ADMINISTRATOR)
async def file(request: Request) -> Response:
    """Give one file of a release, and note in the trail which."""
    release, name = request.path_params["release"], request.path_params["path"]
    there = await to_thread.run_sync(releases_in(staff_of(request).settings.releases).all)
    found = next((one for one in _sound(there) if one.release.name == release), None)
    path = found.files.get(name) if found else None
    if path is None:
        raise HTTPException(404)
    body = await to_thread.run_sync(path.read_bytes)
    await audit(request, "downloaded", f"{release}/{name}")
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return Response(body, media_type=FILES[name], headers=headers)


def _sound(there: Sequence[Shelved | Broken]) -> list[Shelved]:
    return [one for one in there if isinstance(one, Shelved)]


def _naming() -> Naming:
    return Naming(wiring.content().words, LANGUAGE)


def _shown(asked: Asked, naming: Naming) -> Shown:
    newest, courses = _newest(asked, naming), tuple(_courses(asked, naming))
    codebook = tuple(_codebook(asked.shelved))
    if asked.other is None:
        return Shown(asked, newest, courses, codebook)
    rules = tuple(_rules(asked.shelved, asked.other))
    kin = _kinship(asked.shelved, asked.other)
    return Shown(asked, newest, courses, codebook, rules, kin.name)


def _newest(asked: Asked, naming: Naming) -> Newest:
    period, cut = asked.periods[-1], asked.shelved.release.rules.cut
    table = asked.shelved.numbers.tables(period).get(asked.table, {})
    chosen = {cell: table[cell] for cell in asked.chosen if cell in table}
    rows = naming.rows(asked.table, chosen, cut)
    return Newest(naming.period(asked.kind, period), bars(rows, cut), rows)


def _courses(asked: Asked, naming: Naming) -> Iterator[Course]:
    numbers, cut = asked.shelved.numbers, asked.shelved.release.rules.cut
    for cell in asked.chosen:
        rows = tuple(
            naming.row(naming.period_short(asked.kind, period), number, cut)
            for period in asked.periods
            if (number := numbers.number(period, asked.table, cell))
        )
        label = naming.cell(asked.table, cell)
        yield Course(label, series(rows, cut, naming.number), rows)


def _codebook(shelved: Shelved) -> Iterator[tuple[str, ...]]:
    with shelved.files["codebook.csv"].open(encoding="utf-8", newline="") as lines:
        yield from map(tuple, csv.reader(lines))


def _kinship(one: Shelved, other: Shelved) -> Kinship:
    return kinship(one.files["privacy.json"].parent, other.files["privacy.json"].parent)


def _rules(one: Shelved, other: Shelved) -> Iterator[Rule]:
    here, there = dict(_values(_privacy(one))), dict(_values(_privacy(other)))
    for name in dict.fromkeys((*here, *there)):
        yield Rule(name, here.get(name, ""), there.get(name, ""))


def _privacy(shelved: Shelved) -> Any:
    return json.loads(shelved.files["privacy.json"].read_text(encoding="utf-8"))


def _values(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every single value of a JSON document with the path to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, f"{name}.{key}" if name else str(key))
    else:
        yield name, value if isinstance(value, str) else json.dumps(value)


routes = [
    Route("/statistics", statistics, methods=["GET"]),
    Route("/statistics/files/{release}/{path:path}", file, methods=["GET"]),
]
