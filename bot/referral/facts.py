"""What a signature under a service covers besides its words: whom it reaches, how, and when."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from bot.referral.reading import SAID
from bot.referral.service import Service

APART: Final = frozenset({
    "id", "file", "checked_on", "checked", "checked_by", "next_check", "sources", *SAID,
})  # fmt: skip
"""Fields that are no facts for visitors, or that they read as words in their language.

A new look at a page that changes nothing else changes no signature.
"""


def facts(service: Service) -> str:
    """Return name, numbers, addresses, hours and terms of ``service``, the same every time.

    Empty fields are left out, so that a new optional field leaves other services signed.
    """
    told = {key: value for key, value in asdict(service).items() if key not in APART}
    return json.dumps(_filled(told), sort_keys=True, default=str)


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _filled(part) for key, part in value.items() if part not in (None, "", ())}
    if isinstance(value, list | tuple):
        return [_filled(part) for part in value]
    return value
