"""What professionals of a country must report, as far as it is sourced. No lawyer has signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bot.errors import BrokenContent
from bot.languages.catalogs import Words
from bot.languages.yaml import read_yaml
from bot.referral.spans import babel_locale

DUTIES: Final = ("none_general", "all_professionals", "certain_professions")
KEYS: Final = {"country", "duty", "year", "source"}


@dataclass(frozen=True)
class Duty:
    """The duty in one country.

    Attributes:
        kind: Out of ``DUTIES``; the last part of the message id ``referral.duty.<kind>``.
        year: Of the source.
        source: Its address.
    """

    country: str
    kind: str
    year: int
    source: str


def read_duties(path: Path) -> Mapping[str, Duty]:
    """Return each duty by its country (ISO 3166 alpha-2).

    Raises:
        BrokenContent: A line has a wrong key, duty or address, or a country is there twice.
    """
    document = read_yaml(path)
    lines = document.get("duties") if isinstance(document, dict) else None
    if not isinstance(lines, list):
        raise BrokenContent(path, None, "the file must hold a list under duties:")
    found: dict[str, Duty] = {}
    for line in lines:
        duty = _duty(path, line)
        if duty.country in found:
            raise BrokenContent(path, None, f"{duty.country} is there twice; keep one line")
        found[duty.country] = duty
    return found


def _duty(path: Path, line: Any) -> Duty:
    if not isinstance(line, dict) or set(line) != KEYS:
        raise BrokenContent(path, None, f"each line needs exactly {', '.join(sorted(KEYS))}")
    country = str(line["country"])
    if line["duty"] not in DUTIES:
        raise BrokenContent(path, None, f"{country}: duty must be one of {', '.join(DUTIES)}")
    if not isinstance(line["year"], int) or urlsplit(str(line["source"])).scheme != "https":
        raise BrokenContent(path, None, f"{country}: year is a number, source begins with https://")
    return Duty(country, line["duty"], line["year"], str(line["source"]))


def duty_words(duties: Mapping[str, Duty], words: Words, locale: str, country: str) -> str:
    """Return what a visitor of ``country`` should know before the first contact."""
    duty = duties.get(country)
    if duty is None:
        return words.text(locale, "referral.duty.unknown")
    name = babel_locale(locale).territories.get(country, country)
    said = words.text(locale, f"referral.duty.{duty.kind}", country=name, year=duty.year)
    return f"{said} {words.text(locale, 'referral.duty.unsigned')}"
