"""The open statistics: the newest release as charts and tables, and its files.

Everything is read from the release's own folder; nothing here knows the database of the counters.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.languages.locales import Locale
from bot.statistics.release import Rules
from bot.web.cells import Naming
from bot.web.charts import Bars, Row, Series, bars, series
from bot.web.public.pages import page
from bot.web.public.site import Site, site_of
from bot.web.public.visitor import Visitor, read_posted, visitor_from
from bot.web.released import FUNNEL
from bot.web.releases import FILES, Shelved, releases_in

OVER_TIME = "began"
"""The step that is shown over time: every conversation."""
ONE_CELL = ("showing",)
"""Tables whose only number the funnel shows already."""
ONE_AT_A_TIME = CapacityLimiter(1)
"""So many are worked out at once; whoever comes together waits, and gets the same."""
MOST_KEPT = 32
"""So many worked-out pages are kept, of whichever languages and periods were asked for last."""


@dataclass(frozen=True)
class Part:
    """One table with its chart."""

    id: str
    title: str
    chart: Bars
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class OverTime:
    """The conversations of every week."""

    chart: Series
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Shown:
    """A release, worded for one visitor.

    Attributes:
        newest: The newest week that it holds.
        key: The period that is shown, and ``period`` its name.
        weeks: Key and name of each week that can be chosen, the newest first.
        months: The same of months.
    """

    is_synthetic: bool
    has_survey: bool
    made_on: str
    newest: str
    key: str
    period: str
    weeks: tuple[tuple[str, str], ...]
    months: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    over_time: OverTime
    files: tuple[str, ...]


async def statistics(request: Request) -> Response:
    """Show the newest release, in the week or month that is asked for; the newest week first."""
    site, visitor, wanted = await _asked(request)
    found = await to_thread.run_sync(releases_in(site.settings.releases).newest)
    naming = Naming(site.content.words, visitor.locale.tag)
    cut = found.release.rules.cut if found else Rules().cut
    return page(
        site,
        visitor,
        "statistics.html",
        shown=await _worked_out(site, found, visitor.locale, wanted) if found else None,
        cut=naming.number(cut),
        write=naming.number,
    )


async def file(request: Request) -> Response:
    """Serve one file of the newest release, byte for byte."""
    name = request.path_params["path"]
    found = await to_thread.run_sync(releases_in(site_of(request).settings.releases).newest)
    path = found.files.get(name) if found else None
    if path is None:
        raise HTTPException(404)
    body = await to_thread.run_sync(path.read_bytes)
    return Response(body, media_type=FILES[name])


async def _asked(request: Request) -> tuple[Site, Visitor, str]:
    site = site_of(request)
    if request.method == "POST":
        posted = await read_posted(request)
        return site, posted.visitor, posted.choice
    query = request.query_params
    return site, visitor_from(query, request), query.get("choice", "")


async def _worked_out(site: Site, found: Shelved, locale: Locale, wanted: str) -> Shown:
    """Return what is shown, worked out beside the pages that others wait for.

    The margins of a month's sums take seconds where epsilon is small.
    """
    weeks, months = found.numbers.periods("weeks"), found.numbers.periods("months")
    key = wanted if wanted in (*weeks, *months) else weeks[-1]
    return await to_thread.run_sync(_shown, site, found, locale, key, limiter=ONE_AT_A_TIME)


def forget() -> None:
    """Let go of pages in words that were published before; nobody would get one any more."""
    _shown.cache_clear()


@functools.lru_cache(MOST_KEPT)
def _shown(site: Site, found: Shelved, locale: Locale, key: str) -> Shown:
    release, numbers = found.release, found.numbers
    naming = Naming(site.content.words, locale.tag)
    weeks, months = numbers.periods("weeks"), numbers.periods("months")
    return Shown(
        is_synthetic=release.is_synthetic,
        has_survey=numbers.has_survey,
        made_on=naming.day(release.made_on, "long"),
        newest=naming.day(date.fromisoformat(weeks[-1]), "long"),
        key=key,
        period=naming.period(numbers.kind_of(key), key),
        weeks=tuple((week, naming.period("weeks", week)) for week in reversed(weeks)),
        months=tuple((month, naming.period("months", month)) for month in reversed(months)),
        parts=tuple(_parts(found, naming, locale, key)),
        over_time=_over_time(found, naming, locale),
        files=tuple(found.files),
    )


def _parts(found: Shelved, naming: Naming, locale: Locale, key: str) -> Iterator[Part]:
    cut = found.release.rules.cut
    for name, table in found.numbers.tables(key).items():
        if name not in ONE_CELL:
            rows = naming.rows(name, table, cut)
            chart = bars(rows, cut, is_mirrored=_is_mirrored(locale))
            yield Part(name.replace("_", "-"), naming.table(name), chart, rows)


def _over_time(found: Shelved, naming: Naming, locale: Locale) -> OverTime:
    cut, numbers = found.release.rules.cut, found.numbers
    rows = tuple(
        naming.row(naming.period_short("weeks", week), number, cut)
        for week in numbers.periods("weeks")
        if (number := numbers.number(week, FUNNEL, OVER_TIME))
    )
    mirrored = _is_mirrored(locale)
    return OverTime(series(rows, cut, naming.number, is_mirrored=mirrored), rows)


def _is_mirrored(locale: Locale) -> bool:
    return locale.direction == "rtl"


BOTH = ["GET", "POST"]
routes = [
    Route("/statistics", statistics, methods=BOTH),
    Route("/statistics/files/{path:path}", file, methods=["GET"]),
]
