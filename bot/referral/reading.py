"""Read ``content/services``, and refuse what could send a person to the wrong number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.referral.emergency import FILE, read_emergency
from bot.referral.entry import BadEntry, read_service
from bot.referral.service import EVERYWHERE, Service

INTERNATIONAL: Final = "international"
LAST_RESORTS: Final = ("emergency", "suicide_line", "self_help", "report_hotline", "directory")
"""Kinds that need a service for everyone, so that no visitor leaves with empty hands."""
SAID: Final = ("about", "confidentiality", "reporting")
"""Fields that visitors read, in their language."""


@dataclass(frozen=True)
class Directory:
    """All services by id, countries first and international ones last."""

    services: Mapping[str, Service]


def read_directory(folder: Path) -> Directory:
    """Return the services of every file in ``folder``.

    Raises:
        BrokenContent: An entry can't be used, an id is there twice, or a last resort is missing.
    """
    services: dict[str, Service] = {}
    for path in sorted(folder.glob("*.yml"), key=_countries_first):
        for service in read_emergency(path) if path.name == FILE else _read_file(path):
            if service.id in services:
                cure = f"{service.id} is in {services[service.id].file} too; give it another id"
                raise BrokenContent(path, _line(path, service.id), cure)
            services[service.id] = service
    _check_last_resorts(folder / f"{INTERNATIONAL}.yml", services)
    return Directory(services)


def service_words(directory: Directory) -> dict[str, str]:
    """Return message id to English text of what the directory says about its services."""
    words: dict[str, str] = {}
    for service in directory.services.values():
        texts = {key: getattr(service, key) for key in SAID}
        words |= {f"service.{service.id}.{key}": text for key, text in texts.items() if text}
    return words


def _countries_first(path: Path) -> tuple[int, str]:
    last = (FILE, f"{INTERNATIONAL}.yml")
    return last.index(path.name) + 1 if path.name in last else 0, path.stem


def _read_file(path: Path) -> Iterator[Service]:
    document = read_yaml(path)
    entries = document.get("services") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BrokenContent(path, None, "the file must hold a list under services:")
    for entry in entries:
        yield _read_entry(path, entry)


def _read_entry(path: Path, entry: Mapping[str, Any]) -> Service:
    name = str(entry.get("id", "an entry without id"))
    try:
        service = read_service(entry, path.name)
    except BadEntry as error:
        raise BrokenContent(path, _line(path, name), f"{name}: {error}") from None
    if path.stem not in (INTERNATIONAL, *(country.lower() for country in service.countries)):
        cure = f"{name}: add {path.stem.upper()} to its countries, or move it to their file"
        raise BrokenContent(path, _line(path, name), cure)
    return service


def _line(path: Path, name: str) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = (f"- id: {name}", f'- id: "{name}"', f"- id: '{name}'")
    return next((n for n, line in enumerate(lines, 1) if line.strip() in starts), None)


def _check_last_resorts(path: Path, services: Mapping[str, Service]) -> None:
    for kind in LAST_RESORTS:
        if not any(_is_for_everyone(service, kind) for service in services.values()):
            raise BrokenContent(path, None, f'keep a service with countries ["*"] for {kind}')


def _is_for_everyone(service: Service, kind: str) -> bool:
    offered = bool(service.shown_channels) or service.is_words_only
    return EVERYWHERE in service.countries and kind in service.made_for and offered
