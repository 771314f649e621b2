"""datapackage.json: the release's tables for the tools of the Frictionless Data standard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.release.privacy import ORIGIN
from bot.release.sheets import Column, Sheet
from bot.statistics.release import Release

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
TITLE: Final = "Quietline: weekly counts of anonymous conversations"
ALLOWED: Final = {"status": ["published", "suppressed"], "origin": ["synthetic"]}


def title_of(release: Release) -> str:
    """Return the release's title, which says when nobody is behind it."""
    return f"{'Synthetic data. ' * release.is_synthetic}{TITLE}, {release.name}"


def descriptor(release: Release, sheets: Iterable[Sheet]) -> dict[str, Any]:
    """Return the data package of ``release``, ready for JSON."""
    return {
        "name": f"quietline-statistics-{release.name.lower()}",
        "title": title_of(release),
        "description": ORIGIN[release.is_synthetic],
        "version": release.name,
        "created": f"{release.made_on.isoformat()}T00:00:00Z",
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": LICENCE,
                "title": "Creative Commons Attribution 4.0 International",
            }
        ],
        "resources": [_resource(sheet) for sheet in sheets],
    }


def _resource(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.path.removeprefix("data/").removesuffix(".csv"),
        "title": sheet.title,
        "path": sheet.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column) for column in sheet.columns],
            "missingValues": [""],
            "primaryKey": list(sheet.key),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.is_always_there:
        constraints["required"] = True
    if column.kind == "integer":
        constraints["minimum"] = 0
    if column.name in ALLOWED:
        constraints["enum"] = ALLOWED[column.name]
    return {
        "name": column.name,
        "type": column.kind,
        "description": column.meaning,
        "constraints": constraints,
    }
