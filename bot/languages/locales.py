"""The locales that a visitor can choose, and which one to propose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import babel

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml


@dataclass(frozen=True)
class Locale:
    """One language of the interface.

    Attributes:
        tag: BCP 47, e.g. ``de``.
        name: Its own name for itself, e.g. ``Deutsch``.
        direction: ``ltr`` or ``rtl``.
    """

    tag: str
    name: str
    direction: str


def read_locales(path: Path) -> tuple[Locale, ...]:
    """Return the locales of ``locales.yml`` in its order; the first is the source of all others.

    Raises:
        BrokenContent: A tag is unknown to Babel, or a field is missing.
    """
    content = read_yaml(path)
    entries = content.get("locales") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        raise BrokenContent(path, None, "list at least one locale under locales:")
    return tuple(_locale(path, entry) for entry in entries)


def propose(accept_language: str, offered: Sequence[Locale]) -> Locale:
    """Return the offered locale that the browser's header likes best, else the first.

    Quality values count, 0 means never; a regional tag (``de-AT``) falls back to its language.
    """
    wanted = sorted(_wishes(accept_language), key=lambda wish: -wish[1])
    by_tag = {locale.tag.lower(): locale for locale in offered}
    for tag in [tag for tag, quality in wanted if quality > 0]:
        match = by_tag.get(tag) or by_tag.get(tag.split("-")[0])
        if match:
            return match
    return offered[0]


def _locale(path: Path, entry: dict[str, str]) -> Locale:
    try:
        known = babel.Locale.parse(entry["tag"], sep="-")
    except (ValueError, TypeError, babel.UnknownLocaleError, KeyError):
        raise BrokenContent(
            path, None, "every locale needs a tag that Babel knows, e.g. de"
        ) from None
    return Locale(
        tag=entry["tag"],
        name=entry.get("name") or known.get_display_name() or entry["tag"],
        direction=known.text_direction,
    )


def _wishes(header: str) -> list[tuple[str, float]]:
    return [_wish(part) for part in header[:500].split(",") if part.strip()]


def _wish(part: str) -> tuple[str, float]:
    tag, _, quality = part.replace(" ", "").partition(";q=")
    try:
        return tag.strip().lower(), float(quality or 1)
    except ValueError:
        return tag.strip().lower(), 0.0
