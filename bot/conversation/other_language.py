"""Offer to go on in the language that a visitor writes in, once for each language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.conversation.content import Content
from bot.conversation.script import Script
from bot.conversation.state import State
from bot.languages.catalogs import SOURCE, Words

OFFER = "language.offer"
CHANGE = "language.change"
MISSING = "language.missing"
WORLDWIDE = ("helpline", "suicide_line")
"""For someone whose language we don't have: those directories of crisis lines name languages."""
WORLDWIDE_FOR_MINORS = ("child_line",)


def notice(
    content: Content, state: State, script: Script, language: str, now: datetime
) -> tuple[State, Script]:
    """Add the offer of ``language`` (empty: none was noticed), unless the visitor knows of it."""
    here = _language_of(state.locale)
    known = tuple(dict.fromkeys((*state.noticed, here)))
    if not language or language in known:
        return state.but(noticed=known), script
    seen = state.but(noticed=(*known, language))
    locale = _locale_of(language, content.words)
    if locale:
        return seen, replace(script, speaks=locale)
    return seen, _with_the_world(content, seen, replace(script, speaks=language), now)


def lines(page: str, speaks: str, tags: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return what is said about the language ``speaks``: message ids, and a locale for each.

    Args:
        page: The locale of the page.
        speaks: Out of ``tags``, or a language that has no locale, or empty.
        tags: The locales that there are.
    """
    if not speaks:
        return ()
    if speaks in tags:
        return ((OFFER, speaks),)
    return tuple((MISSING, tag) for tag in dict.fromkeys((page, SOURCE)))


def _with_the_world(content: Content, state: State, script: Script, now: datetime) -> Script:
    """Add services for every country, first those that speak the language, behind the turn's."""
    kinds = WORLDWIDE_FOR_MINORS if state.door == "under_18" else WORLDWIDE
    anywhere = state.but(country="", locale=script.speaks)
    services = (*script.services, *content.services(kinds, anywhere, now))
    return replace(
        script,
        kinds=tuple(dict.fromkeys((*script.kinds, *kinds))),
        services=tuple(dict.fromkeys(services)),
    )


def _locale_of(language: str, words: Words) -> str:
    """Return the first locale of ``language``, e.g. ``pt-BR`` for ``pt``; or empty."""
    tags = (SOURCE, *words.translations)
    return next((tag for tag in tags if _language_of(tag) == language), "")


def _language_of(tag: str) -> str:
    return tag.partition("-")[0].lower()
