"""Read the tables of a page as a program would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from bot.web.cells import Naming


@dataclass
class Table:
    """One table.

    Attributes:
        rows: Of its body: the text of each cell.
        scopes: What its heads say that they head.
    """

    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    scopes: set[str] = field(default_factory=set)


def tables_in(html: str) -> list[Table]:
    """Return the tables of a page in order."""
    return _Reader(html).found


def table_of(html: str, title: str) -> Table:
    return next(table for table in tables_in(html) if table.caption.startswith(title))


def said_of(tables: list[Table], naming: Naming, table: str, cell: str) -> str:
    """Return what the number of a cell is shown as."""
    found = next(one for one in tables if one.caption.startswith(plain(naming.table(table))))
    return dict(row[:2] for row in found.rows)[plain(naming.cell(table, cell))]


def plain(text: str) -> str:
    """Return words as a table is read here: each space an ordinary one."""
    return " ".join(text.split())


def figures(text: str) -> str:
    """Return the digits of a number as it is shown."""
    return re.sub(r"\D", "", text)


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Table] = []
        self._into: list[str] | None = None
        self._is_body = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.append(Table())
        elif tag in ("thead", "tbody"):
            self._is_body = tag == "tbody"
        elif tag == "tr" and self._is_body:
            self.found[-1].rows.append([])
        elif tag in ("caption", "th", "td"):
            self._into = []
        if tag == "th":
            self.found[-1].scopes.add(dict(attrs).get("scope") or "")

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("caption", "th", "td") or self._into is None:
            return
        text, self._into = " ".join("".join(self._into).split()), None
        table = self.found[-1]
        if tag == "caption":
            table.caption = text
        elif self._is_body:
            table.rows[-1].append(text)
        else:
            table.heads.append(text)
