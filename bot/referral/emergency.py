"""Emergency numbers of countries that have no entry of their own: one short line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.referral.entry import BadEntry, read_service
from bot.referral.service import Service

FILE: Final = "emergency.yml"
SERVES: Final = ("general", "police", "ambulance")
KEYS: Final = {"country", *SERVES, "confidence", "sources"}


def read_emergency(path: Path) -> Iterator[Service]:
    """Yield a service ``emergency-<country>`` for each line of ``content/services/emergency.yml``.

    Raises:
        BrokenContent: A line has a wrong key, no number, or a number that isn't one.
    """
    document = read_yaml(path)
    for line in document["countries"]:
        unknown = set(line) - KEYS if isinstance(line, dict) else KEYS
        if unknown or not any(line.get(kind) for kind in SERVES):
            raise BrokenContent(path, None, f"each line needs country, numbers, {', '.join(KEYS)}")
        try:
            yield read_service(_entry(line, document), path.name)
        except (BadEntry, KeyError) as error:
            raise BrokenContent(path, None, f"{line.get('country')}: {error}") from None


def _entry(line: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"emergency-{line['country'].lower()}",
        "name": "Emergency services",
        "categories": ["emergency"],
        "countries": [line["country"]],
        "languages": [],
        "audience": ["self", "family", "survivor"],
        "channels": list(_channels(line)),
        "cost": "unknown",
        "anonymous": None,
        "confidence": line["confidence"],
        "checked_on": document["checked_on"],
        "checked": document["checked"],
        "sources": [document["sources"][name] for name in line["sources"]],
    }


def _channels(line: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for kind in SERVES:
        note = {} if kind == "general" else {"note": kind}
        yield from ({"kind": "phone", "value": value, **note} for value in line.get(kind, ()))
