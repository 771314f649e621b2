"""What a signature covers besides texts, from its file: numbers, hours, rules, order, minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.languages.catalogs import SOURCE
from bot.referral.service import Channel, Service
from bot.studio.desk import Desk
from bot.studio.differences import Run, by_line
from bot.studio.places import places_in
from bot.studio.scalars import Trail, scalars
from bot.studio.structure import file_of
from bot.studio.verifying import entry_text, read_services, write_hours

SERVICE: Final = "service."
SURVEY: Final = "content/survey.yml"
_YES_NO: Final = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Told:
    """What a part tells besides its words.

    Attributes:
        file: Where it stands.
        name: Of a service; else empty.
        facts: Names with values, as people read them; of services only.
        lines: With what changed since the last signature: the lines of the file, or of the
            service's entry in it; where a file has texts too, what it holds besides them.
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
    structured = SURVEY if part == "survey" else file_of(part)
    if structured:
        return _structure(desk, locale, part, structured)
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


def _structure(desk: Desk, locale: str, part: str, file: str) -> Told:
    now = (desk.root / file).read_text(encoding="utf-8")
    before = _when_signed(desk, locale, part, file, now)
    lines = by_line(*(_besides_words(file, text) for text in (before, now)))
    return Told(file, "", (), lines, any(run.change != "same" for run in lines))


def _besides_words(file: str, text: str) -> str:
    """Return what a file holds besides texts, a line each: ``screens 1, id: wave``."""
    texts = {place.trail for place in places_in(file, text).values()}
    found = ((trail, scalar) for trail, scalar in scalars(text).items() if trail not in texts)
    return "".join(f"{_way(trail)}: {scalar.value}\n" for trail, scalar in found)


def _way(trail: Trail) -> str:
    """Return keys with places, counted from 1 as readers do."""
    named = (f" {step + 1}" if isinstance(step, int) else f", {step}" for step in trail)
    return "".join(named).removeprefix(", ").replace("_", " ")


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
