"""For administrators: the audit trail, to read and to download, with its chain checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.storage.staff.people import Role
from bot.storage.staff.trail import LINE, Line
from bot.web.staff.access import audit, needs
from bot.web.staff.pages import render
from bot.web.staff.site import staff_of

COMPUTED: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a formula may begin with; such a cell begins with an apostrophe in the download."""


@needs(Role.ADMINISTRATOR)
async def trail(request: Request) -> Response:
    """Show one month; without a month that has lines, the latest."""
    staff = staff_of(request)
    months = await staff.ask(staff.store.months)
    month = _month(request, months)
    return render(
        request,
        "staff/audit.html",
        months=months,
        month=month,
        lines=await staff.ask(staff.store.lines, month),
        checked=await staff.ask(staff.store.check),
    )


@needs(Role.ADMINISTRATOR)
async def download(request: Request) -> Response:
    """Give one month as CSV, the earliest line first."""
    staff = staff_of(request)
    month = _month(request, await staff.ask(staff.store.months))
    await audit(request, "downloaded", f"audit-{month}.csv")
    lines = await staff.ask(staff.store.lines, month)
    named = f'attachment; filename="audit-{month}.csv"'
    headers = {"Content-Disposition": named}
    return Response(_csv(reversed(lines)), media_type="text/csv", headers=headers)


def _month(request: Request, months: list[str]) -> str:
    asked = request.query_params.get("month", "")
    return asked if asked in months else next(iter(months), "")


def _csv(lines: Iterable[Line]) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(LINE)
    rows.writerows([_cell(getattr(line, name)) for name in LINE] for line in lines)
    return out.getvalue()


def _cell(value: object) -> str:
    """Return a cell that a table program shows, and never computes."""
    text = str(value)
    return f"'{text}" if text.startswith(COMPUTED) else text


routes = [
    Route("/audit", trail, methods=["GET"]),
    Route("/audit.csv", download, methods=["GET"]),
]
