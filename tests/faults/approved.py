"""Which texts may stand in a turn: those of the catalogs, and what the directory makes of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from html.parser import HTMLParser

from bot.conversation.content import Content
from bot.languages.locales import Locale
from bot.referral.card import card
from bot.referral.duties import duty_words
from bot.referral.service import EVERYWHERE
from bot.web.public.bubbles import blocks
from tests.builders import content, tags

TURN = re.compile(r'<article class="turn".*?</article>', re.S)
FEWEST_LETTERS = 3
"""A text with placeholders must have so many letters around them, or it would allow anything."""


def strange_texts(html: str, locale: Locale, country: str, now: datetime) -> list[str]:
    """Return what the turn on a page says that no catalog and no entry of the directory has."""
    reader = _Texts()
    reader.feed("".join(TURN.findall(html)))
    fixed, patterns = _said_in(locale.tag)
    left = {text for text in map(_plain, reader.texts) if text} - fixed - _OFFERED
    left = {text for text in left if not any(one.fullmatch(text) for one in patterns)}
    return sorted(left - _told_of_services(locale.tag, country, now)) if left else []


class _Texts(HTMLParser):
    """Collects what stands between tags."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@functools.cache
def _said_in(tag: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return the texts of a locale's catalogs, and patterns for those with placeholders."""
    words = content().words
    parts = [
        part
        for messages in words.source.values()
        for message_id in messages
        for part in _parts(words.text(tag, message_id))
    ]
    patterns = (_pattern(part) for part in parts if "{" in part)
    return frozenset(parts), tuple(filter(None, patterns))


def _parts(text: str) -> Iterator[str]:
    yield _plain(text)
    yield from (_plain(part) for block in blocks(text) for part in block.texts)


def _pattern(text: str) -> re.Pattern[str] | None:
    fixed = re.split(r"\{\w+\}", text)
    if sum(letter.isalpha() for letter in "".join(fixed)) < FEWEST_LETTERS:
        return None
    return re.compile("(.{1,80})".join(map(re.escape, fixed)))


@functools.cache
def _told_of_services(tag: str, country: str, now: datetime) -> frozenset[str]:
    """Return the texts of the cards that a visitor of ``country`` may get at this moment."""
    known = content()
    label = known.words.text(tag, "first.language")
    texts = {str(number) for number in range(101)}  # of a scale
    texts.add(duty_words(known.duties, known.words, tag, country))
    for service in known.directory.services.values():
        if {country, EVERYWHERE} & {*service.countries}:
            made = card(service, known.words, tag, country, now)
            texts |= set(_texts_of(made))
            texts.add(f"{label}: {', '.join(made.languages)}")
            texts.add(known.words.text(tag, "help.checked", date=made.checked))
    return frozenset(map(_plain, texts))


def _texts_of(made: object) -> Iterator[str]:
    for name in (field.name for field in fields(made)):  # type: ignore[arg-type]
        value = getattr(made, name)
        if isinstance(value, str):
            yield value
        elif name == "reasons":
            yield from value
        elif name == "contacts":
            for contact in value:
                yield from _texts_of(contact)


def _offered_languages(known: Content) -> frozenset[str]:
    """Return what is said to whom another language was noticed, in that language."""
    ids = [name for name in known.words.source["interface"] if name.startswith("language.")]
    return frozenset(_plain(known.words.text(tag, name)) for tag in tags() for name in ids)


def _plain(text: str) -> str:
    return " ".join(text.split())


_OFFERED = _offered_languages(content())
