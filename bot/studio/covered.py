"""What a signature covers besides texts: numbers, hours, thresholds, phrases, from their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.languages.catalogs import SOURCE
from bot.referral.service import Channel, Service
from bot.studio.desk import Desk
from bot.studio.differences import Run, by_line
from bot.studio.verifying import entry_text, read_services, write_hours

SERVICE: Final = "service."
_YES_NO: Final = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Told:
    """What a part tells besides its words.

    Attributes:
        file: Where it stands.
        name: Of a service; else empty.
        facts: Names with values, as people read them; of services only.
        lines: The lines of the file, or of the service's entry in it, with what changed since the
            last signature.
        is_changed: Whether anything did.
    """

    file: str
    name: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Run, ...]
    is_changed: bool


def told_in_file(desk: Desk, locale: str, part: str) -> Told | None:
    """Return what ``part`` tells besides its words, or None when it is words alone."""
    rules = {place: file for file, place in desk.index.rules.items()}
    if (part, locale) in rules:
        file = rules[part, locale]
        return _told(desk, locale, part, file, "")
    if not part.startswith(SERVICE):
        return None
    service = read_services(desk.root).get(part.removeprefix(SERVICE))
    if service is None:
        return None
    return _told(desk, locale, part, f"content/services/{service.file}", service.id, service)


def _told(
    desk: Desk, locale: str, part: str, file: str, entry: str, service: Service | None = None
) -> Told:
    now = (desk.root / file).read_text(encoding="utf-8")
    before = _when_signed(desk, locale, part, file, now)
    if entry:
        now, before = entry_text(now, entry), entry_text(before, entry)
    facts = tuple(_facts(service)) if service else ()
    return Told(file, service.name if service else "", facts, by_line(before, now), before != now)


def _when_signed(desk: Desk, locale: str, part: str, file: str, now: str) -> str:
    """Return what a file held when ``part`` was last signed here."""
    signed = desk.history.signed(part, locale)
    found = desk.versions(f"file/{file}", SOURCE)
    if not (signed and found):
        return now
    last = max(each.last_version for each in signed)
    until_then = [version for version in found if version.id <= last]
    return (until_then[0] if until_then else found[-1]).words


def _facts(service: Service) -> Iterator[tuple[str, str]]:
    yield "Name", service.name
    yield "Countries", ", ".join(service.countries)
    yield "Languages", ", ".join(service.languages) or "not known"
    yield "For", ", ".join(service.audience)
    yield "Kind", ", ".join(service.categories).replace("_", " ")
    for channel in service.channels:
        yield channel.kind.capitalize(), _channel(channel)
    yield "Cost", service.cost
    yield "Anonymous", "not known" if service.anonymous is None else _YES_NO[service.anonymous]
    yield "Confidence", service.confidence
    if service.handover:
        yield "Takes summaries at", service.handover.address


def _channel(channel: Channel) -> str:
    hours = write_hours(channel.hours).replace("\n", "; ")
    doubt = "" if channel.hours_certain else "hours in doubt"
    said = (channel.value, channel.keyword, channel.note, hours, channel.timezone, doubt)
    return " · ".join(part for part in said if part)
