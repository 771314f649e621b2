"""The tables of a release as columns and rows: the source of its CSV files and their schemas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.release.codebook import entries, steps
from bot.statistics.release import Period, Release, funnel, months, totals, years

Value = str | int | date | None


@dataclass(frozen=True)
class Column:
    """One column; ``kind`` is a type of the Table Schema standard."""

    name: str
    kind: str
    meaning: str
    is_always_there: bool = True


@dataclass(frozen=True)
class Sheet:
    """One CSV file.

    Attributes:
        path: Below the release's folder.
        key: The columns that name a row.
    """

    path: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


WEEK: Final = Column("week", "date", "The Monday of the week in which the conversations began")
TABLE: Final = Column("table", "string", "The table; codebook.csv says what it means")
CELL: Final = Column("cell", "string", "The cell of the table; codebook.csv says what it means")
NUMBER: Final = Column(
    "conversations",
    "integer",
    "Conversations, or showings in the table showing; with noise, rounded; empty when suppressed",
    is_always_there=False,
)
SUM: Final = Column(
    "conversations",
    "integer",
    "The sum of the published numbers alone; empty when there is none",
    is_always_there=False,
)
STATUS: Final = Column("status", "string", "published or suppressed")
ORIGIN: Final = Column("origin", "string", "synthetic: made up by a program, no visitor behind it")


def sheets(release: Release) -> tuple[Sheet, ...]:
    """Return every table of ``release``, each row marked when the release is synthetic."""
    found = (*_numbers(release), _codebook())
    return tuple(map(_marked, found)) if release.is_synthetic else found


def csv_of(sheet: Sheet) -> str:
    """Return ``sheet`` as CSV: commas, line feeds, a header, dates as in ISO 8601."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in sheet.columns)
    writer.writerows(sheet.rows)
    return text.getvalue()


def _numbers(release: Release) -> tuple[Sheet, ...]:
    cells = release.weeks
    return (
        Sheet(
            "data/weeks.csv",
            "Every cell by week",
            (WEEK, TABLE, CELL, NUMBER, STATUS),
            ("week", "table", "cell"),
            tuple(
                (each.week, each.table, each.cell, each.conversations, _status(each.conversations))
                for each in cells
            ),
        ),
        _periods("month", "yearmonth", months(cells)),
        _periods("year", "year", years(cells)),
        Sheet(
            "data/totals.csv",
            "Each table's sum by week",
            (WEEK, TABLE, SUM),
            ("week", "table"),
            tuple((each.week, each.table, each.conversations) for each in totals(cells)),
        ),
        _funnel(release),
    )


def _periods(name: str, kind: str, periods: Iterable[Period]) -> Sheet:
    columns = (
        Column(name, kind, f"The {name} that the Thursdays of the weeks lie in"),
        TABLE,
        CELL,
        SUM,
        Column("weeks_published", "integer", "How many weeks are in the sum"),
        Column("weeks", "integer", f"How many weeks of the {name} are in the release"),
    )
    rows = tuple(
        (each.name, each.table, each.cell, each.conversations, each.weeks_published, each.weeks)
        for each in periods
    )
    key = (name, "table", "cell")
    return Sheet(f"data/{name}s.csv", f"Every cell by {name}", columns, key, rows)


def _funnel(release: Release) -> Sheet:
    suppressed = Column("cells_suppressed", "integer", "Cells that are missing from the sum")
    step = Column("step", "string", "The step; codebook.csv says what it means, as table funnel")
    return Sheet(
        "data/funnel.csv",
        "How far conversations came, by week",
        (WEEK, step, SUM, suppressed),
        ("week", "step"),
        tuple(
            (each.week, each.name, each.conversations, each.cells_suppressed)
            for each in funnel(release.weeks)
        ),
    )


def _codebook() -> Sheet:
    columns = (
        TABLE,
        Column("label", "string", "The table's name for people"),
        Column("unit", "string", "What is counted once"),
        Column("table_meaning", "string", "What the table means"),
        Column("cell", "string", "The cell, or the step of the funnel"),
        Column("meaning", "string", "What the cell means"),
    )
    rows: list[Sequence[Value]] = [
        (each.table, each.label, each.unit, each.meaning, cell, meaning)
        for each in entries().values()
        for cell, meaning in each.cells.items()
    ]
    funnel_of = ("funnel", "Funnel", "one conversation", "Sums of the table outcome, by step")
    rows += [(*funnel_of, step, meaning) for step, meaning in steps().items()]
    return Sheet(
        "codebook.csv",
        "What every table and cell means",
        columns,
        ("table", "cell"),
        tuple(map(tuple, rows)),
    )


def _marked(sheet: Sheet) -> Sheet:
    rows = tuple((*row, "synthetic") for row in sheet.rows)
    return replace(sheet, columns=(*sheet.columns, ORIGIN), rows=rows)


def _status(conversations: int | None) -> str:
    return "suppressed" if conversations is None else "published"
