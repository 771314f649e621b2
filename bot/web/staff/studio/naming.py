"""What parts and texts are called on the pages: by their own titles where they have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bot.languages.catalogs import SOURCE
from bot.languages.locales import Locale
from bot.studio.index import Index

FILE: Final = "file/"


@dataclass(frozen=True)
class Thing:
    """Something that a list links to: a part, a text or a file.

    Attributes:
        title: Words of its own, or its id as words.
        id: As the program calls it.
        address: Of its page.
    """

    title: str
    id: str
    address: str


def title_of(index: Index, locale: str, part: str) -> str:
    """Return the title that visitors read above a part, or the end of its name as words."""
    own = f"{part}.title"
    if own in index.places:
        return index.words(locale, own) or index.words(SOURCE, own)
    return as_words(part.rpartition(".")[2])


def as_words(name: str) -> str:
    """Return a name of the program as a reader's: ``suicide_risk`` is ``Suicide risk``."""
    spaced = name.replace("_", " ").replace("-", " ").replace(".", " · ")
    return spaced[:1].upper() + spaced[1:]


def a_part(index: Index, locale: str, part: str) -> Thing:
    """Return a part of a locale as a list shows it."""
    return Thing(title_of(index, locale, part), part, address("part", locale=locale, name=part))


def an_item(index: Index, locale: str, item: str) -> Thing:
    """Return a text, or what ``file/`` and a path name."""
    if item.startswith(FILE):
        path = item.removeprefix(FILE)
        return Thing(path, item, address("file", path=path))
    part = index.part_of.get(item, "")
    rest = as_words(item.removeprefix(f"{part}."))
    title = f"{title_of(index, locale, part)}: {rest}" if part else rest
    return Thing(title, item, address("text", locale=locale, id=item))


def address(page: str, **query: str) -> str:
    """Return the address of one of the studio's pages."""
    return f"/studio/{page}?{urlencode(query)}"


def locale_of(index: Index, tag: str) -> Locale:
    """Return the locale of a known tag."""
    return next(locale for locale in index.locales if locale.tag == tag)
