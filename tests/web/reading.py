"""Read pages as a visitor or a program would."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

FETCH = {"X-Requested-With": "fetch"}


def has_help_block(html: str) -> bool:
    """Tell whether the page holds the help block with an emergency entry."""
    return 'id="help"' in html and "need urgent" in html


def token_in(html: str) -> str:
    """Return the conversation's token from the hidden field."""
    found = re.search(r'name="token" value="([^"]*)"', html)
    return found.group(1) if found else ""


def choices_in(html: str) -> list[str]:
    """Return the ids of the buttons on the page."""
    return re.findall(r'name="choice" value="([^"]+)"', html)


def words_in(html: str) -> str:
    """Return the text of the page, roughly as it is read."""
    return " ".join(unescape(re.sub(r"<!--.*?-->|<[^>]+>", " ", html, flags=re.S)).split())


class Attributes(HTMLParser):
    """Collects every attribute of every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs]
