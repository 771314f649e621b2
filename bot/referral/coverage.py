"""What there is in each country, what is missing, and how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.referral.reading import Directory
from bot.referral.service import EVERYWHERE, KINDS, Service

NEEDED: Final = tuple(k for k in KINDS if k not in ("self_help", "professional", "directory"))
"""Kinds that every country should have of its own; the others work across borders."""


@dataclass(frozen=True)
class Coverage:
    """One country.

    Attributes:
        kinds: Out of ``NEEDED``, those that it has.
        missing: The others.
        services: All of its own, in the order of the directory.
        oldest: Days since the oldest check.
    """

    country: str
    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    services: tuple[Service, ...]
    oldest: int


def coverage(directory: Directory, today: date) -> tuple[Coverage, ...]:
    """Return every country with more than an emergency number, by code, then the world as ``*``."""
    shown = [s for s in directory.services.values() if s.shown_channels]
    codes = sorted({c for s in shown for c in s.countries if "emergency" not in s.made_for})
    return tuple(
        _country(code, [s for s in shown if code in s.countries], today)
        for code in sorted(codes, key=lambda code: (code == EVERYWHERE, code))
    )


def _country(code: str, services: Sequence[Service], today: date) -> Coverage:
    there = {kind for service in services for kind in service.kinds}
    return Coverage(
        country=code,
        kinds=tuple(kind for kind in NEEDED if kind in there),
        missing=tuple(kind for kind in NEEDED if kind not in there),
        services=tuple(services),
        oldest=max((today - service.checked_on).days for service in services),
    )
