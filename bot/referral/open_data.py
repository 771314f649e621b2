"""The directory as open data: JSON with the terms of Open Referral's HSDS 3, and CSV.

Everything that visitors may see is in it, and nothing else: no number of low confidence.
``content/services.schema.json`` describes the JSON.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bot.referral.emergency import FILE
from bot.referral.phones import dialled
from bot.referral.reading import Directory
from bot.referral.service import ALWAYS, Channel, Hours, Service

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
SCHEMA: Final = "/services.schema.json"
BYDAY: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
VOICE: Final = {"phone": "voice", "sms": "sms"}
COLUMNS: Final = (
    "id", "name", "categories", "countries", "languages", "audience", "kind", "value",
    "international", "hours", "timezone", "cost", "anonymous", "confidence", "checked_on",
    "next_check", "sources",
)  # fmt: skip


@dataclass(frozen=True)
class OpenData:
    """The whole directory in two formats.

    Attributes:
        version: The day of the newest check, and a hash that changes with any entry.
    """

    json: str
    csv: str
    version: str


def open_data(directory: Directory) -> OpenData:
    """Return the directory as open data; the same directory gives the same text."""
    version = _version(directory)
    return OpenData(_json(directory, version), _csv(directory), version)


def _json(directory: Directory, version: str) -> str:
    services = [_service(service) for service in directory.services.values()]
    return json.dumps(
        {
            "schema": SCHEMA,
            "version": version,
            "licence": LICENCE,
            "note": "From published pages; no number was called. Confirm before you rely on it.",
            "services": services,
        },
        ensure_ascii=False,
        indent=1,
    )


def _csv(directory: Directory) -> str:
    """Return one line for each way to reach a service; lists are joined by a space."""
    out = io.StringIO()
    lines = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    lines.writeheader()
    lines.writerows(line for s in directory.services.values() for line in _lines(s))
    return out.getvalue()


def _version(directory: Directory) -> str:
    services = list(directory.services.values())
    newest = max(service.checked_on for service in services)
    content = json.dumps([_service(service) for service in services], ensure_ascii=False)
    return f"{newest}.{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _service(service: Service) -> dict[str, Any]:
    """Return one service with HSDS's names where it has one."""
    shown = service.shown_channels
    web = next((channel.value for channel in shown if channel.kind == "web"), None)
    return {
        "id": service.id,
        "name": service.name,
        "description": service.about or None,
        "url": web,
        "email": next((channel.value for channel in shown if channel.kind == "email"), None),
        "status": "active",
        "taxonomy_terms": list(service.categories),
        "eligibility_description": list(service.audience),
        "service_areas": list(service.countries),
        "languages": list(service.languages),
        "fees_description": service.cost,
        "anonymous": service.anonymous,
        "confidentiality": service.confidentiality or None,
        "reporting": service.reporting or None,
        "contacts": [_contact(channel, service) for channel in shown],
        "confidence": service.confidence,
        "assured_date": str(service.checked_on),
        "assurance": service.checked,
        "next_check": str(service.due),
        "sources": list(service.sources),
        "compiled": service.file == FILE,
    }


def _contact(channel: Channel, service: Service) -> dict[str, Any]:
    return {
        "type": VOICE.get(channel.kind, channel.kind),
        "value": channel.value,
        "international": _international(channel, service),
        "description": channel.note or None,
        "keyword": channel.keyword or None,
        "schedules": [_schedule(hours, channel) for hours in channel.hours],
        "schedules_are_certain": channel.hours_certain,
        "closed_on_holidays": channel.closed_on_holidays,
    }


def _international(channel: Channel, service: Service) -> str | None:
    """Return a number as it is dialled from abroad; short codes work at home only."""
    if channel.kind not in VOICE:
        return None
    number = dialled(channel.value, service.home, "")
    return number if number.startswith("+") else None


def _schedule(hours: Hours, channel: Channel) -> dict[str, Any]:
    return {
        "freq": "WEEKLY",
        "byday": ",".join(BYDAY[day] for day in hours.days),
        "opens_at": f"{hours.opens:%H:%M}",
        "closes_at": f"{hours.closes:%H:%M}",
        "timezone": channel.timezone or None,
    }


def _lines(service: Service) -> Iterator[dict[str, str]]:
    for channel in service.shown_channels:
        yield {
            "id": service.id,
            "name": service.name,
            "categories": " ".join(service.categories),
            "countries": " ".join(service.countries),
            "languages": " ".join(service.languages),
            "audience": " ".join(service.audience),
            "kind": channel.kind,
            "value": channel.value,
            "international": _international(channel, service) or "",
            "hours": _hours(channel),
            "timezone": channel.timezone,
            "cost": service.cost,
            "anonymous": {True: "yes", False: "no", None: "unknown"}[service.anonymous],
            "confidence": service.confidence,
            "checked_on": str(service.checked_on),
            "next_check": str(service.due),
            "sources": " ".join(service.sources),
        }


def _hours(channel: Channel) -> str:
    if channel.hours == ALWAYS:
        return "always"
    spans = (
        f"{','.join(BYDAY[d] for d in h.days)} {h.opens:%H:%M}-{h.closes:%H:%M}"
        for h in channel.hours
    )
    return "; ".join(spans)
