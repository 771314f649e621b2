"""Telephone numbers: are they one, how are they shown, and what does a tap dial.

Short codes (112, 116 123) work only inside their country and are shown as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

LONGEST_SHORT_CODE = 6  # digits, as in 116 123

PUBLISHED: Final[Mapping[str, tuple[str, ...]]] = {"GR": ("1018", "1056"), "CY": ("1466",)}
"""Short codes of helplines that phonenumbers doesn't know, by country; the entries name sources."""


def is_number(value: str, country: str) -> bool:
    """Tell whether ``value`` can be dialled in ``country`` (a number with ``+``: from anywhere)."""
    number = _parse(value, country)
    if number is None:
        return False
    if digits(value) in PUBLISHED.get(country, ()):
        return True
    short = phonenumbers.is_possible_short_number_for_region(number, country)
    return phonenumbers.is_valid_number(number) or short


def digits(value: str) -> str:
    """Return what the keys of a phone would see: digits and a leading ``+``."""
    return "".join(sign for sign in value if sign.isdigit() or sign == "+")


def written(value: str, country: str, visitor: str) -> str:
    """Return a number of ``country`` as ``visitor``, a country, reads it: national or with ``+``.

    At home a national number stays grouped as published: that is how people know it.
    """
    number = _parse(value, country)
    at_home = country == visitor and not value.startswith("+")
    if number is None or at_home or _is_short(value):
        return value
    national = number.country_code == phonenumbers.country_code_for_region(visitor)
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if national else PhoneNumberFormat.INTERNATIONAL
    )


def dialled(value: str, country: str, visitor: str) -> str:
    """Return what a tap dials; at home the number as published, since some work only there."""
    number = _parse(value, country)
    if number is None or country == visitor or _is_short(value):
        return digits(value)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_short(value: str) -> bool:
    return len(digits(value)) <= LONGEST_SHORT_CODE


def _parse(value: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(value, country)
    except NumberParseException:
        return None
