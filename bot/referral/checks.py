"""Look through the directory for what has grown old, is missing or contradicts itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Final

from bot.referral.coverage import NEEDED
from bot.referral.emergency import FILE
from bot.referral.phones import digits
from bot.referral.reading import INTERNATIONAL, Directory
from bot.referral.service import EVERYWHERE, Service

CALLED: Final = ("phone", "sms")


def problems(directory: Directory, today: date) -> list[str]:
    """Return what somebody should look at; each line names file and id, and the cure."""
    services = list(directory.services.values())
    return [
        *(line for service in services for line in _of_one(service, today)),
        *_missing_kinds(services),
        *_contradictions(services),
    ]


def _of_one(service: Service, today: date) -> Iterator[str]:
    place = f"{service.file}: {service.id}"
    if today > service.due:
        yield f"{place}: checked on {service.checked_on}; check it again and set checked_on"
    if service.confidence == "low" and _numbers(service):
        yield f"{place}: its number isn't shown at confidence low; confirm it with the service"
    if not service.shown_channels and not service.is_words_only:
        yield f"{place}: nothing of it is shown, so it is never offered; add its website"
    if not service.sources and not service.is_words_only:
        yield f"{place}: no page confirms it; find its own page and add it to sources"
    if any(not channel.hours_certain for channel in service.channels):
        yield f"{place}: its hours are of uncertain age; ask the service and drop hours_certain"


def _missing_kinds(services: list[Service]) -> Iterator[str]:
    files = sorted({service.file for service in services} - {f"{INTERNATIONAL}.yml", FILE})
    for file in files:
        country = file.removesuffix(".yml").upper()
        own = [s for s in services if country in s.countries and s.shown_channels]
        there = {kind for service in own for kind in service.kinds}
        missing = [kind for kind in NEEDED if kind not in there]
        if missing:
            yield f"{file}: nothing for {', '.join(missing)}; add a service, else others stand in"


def _contradictions(services: list[Service]) -> Iterator[str]:
    for (country, number), owners in sorted(_owners(services).items()):
        for first, second in combinations(owners, 2):
            if first.name != second.name:
                yield (
                    f"{second.file}: {second.id}: {number} in {country} also belongs to {first.id}"
                    f" ({first.file}); keep it in one of them"
                )


def _owners(services: list[Service]) -> dict[tuple[str, str], list[Service]]:
    owners: dict[tuple[str, str], list[Service]] = defaultdict(list)
    for service in services:
        for country in service.countries:
            for number in _numbers(service) if country != EVERYWHERE else ():
                owners[country, number].append(service)
    return owners


def _numbers(service: Service) -> set[str]:
    return {digits(channel.value) for channel in service.channels if channel.kind in CALLED}
