"""Read the tables of a page as a program would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


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
