"""Turn one YAML entry into a service, or say what to change."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, time
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from bot.referral import phones
from bot.referral.service import (
    ALWAYS,
    AUDIENCES,
    CATEGORIES,
    CHANNELS,
    CONFIDENCES,
    COSTS,
    EVERYWHERE,
    NOTES,
    Channel,
    Handover,
    Hours,
    Service,
)

NEEDED: Final = frozenset({
    "id", "name", "categories", "countries", "languages", "audience", "channels", "cost",
    "anonymous", "confidence", "checked_on", "checked", "sources",
})  # fmt: skip
TEXTS: Final = ("about", "confidentiality", "reporting", "checked_by")
KEYS: Final = NEEDED | {*TEXTS, "next_check", "handover"}
CHANNEL_KEYS: Final = frozenset({
    "kind", "value", "note", "keyword", "hours", "timezone", "hours_certain", "closed_on_holidays",
})  # fmt: skip
HOURS_KEYS: Final = frozenset({"days", "from", "to"})
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BadEntry(Exception):
    """An entry can't be used; the message is the cure."""


def read_service(entry: Mapping[str, Any], file: str) -> Service:
    """Return the service of ``entry``.

    Raises:
        BadEntry: Something is missing, unknown or can't be dialled.
    """
    _check_keys(entry, KEYS, NEEDED)
    countries = _countries(entry)
    _want(entry["anonymous"] in (True, False, None), "anonymous must be true, false or null")
    texts = {key: _text(entry, key) for key in TEXTS if key in entry}
    return Service(
        id=_id(entry["id"]),
        name=_text(entry, "name"),
        categories=_some_of(entry, "categories", CATEGORIES),
        countries=countries,
        languages=_languages(entry),
        audience=_some_of(entry, "audience", AUDIENCES),
        channels=_channels(entry, countries),
        cost=_one_of(entry, "cost", COSTS),
        anonymous=entry["anonymous"],
        confidence=_one_of(entry, "confidence", CONFIDENCES),
        checked_on=_day(entry, "checked_on"),
        checked=_text(entry, "checked"),
        next_check=_day(entry, "next_check") if "next_check" in entry else None,
        handover=_handover(entry["handover"]) if "handover" in entry else None,
        sources=tuple(_address(page, ("https", "http")) for page in _list(entry, "sources")),
        file=file,
        **texts,
    )


def _handover(part: Any) -> Handover:
    _want(isinstance(part, Mapping), "handover needs address and key")
    _check_keys(part, {"address", "key"}, {"address", "key"})
    key = str(part["key"])
    good = re.fullmatch(r"[A-Za-z0-9_-]{43}", key) is not None
    _want(good, "handover: key is what `quietline inbox key` prints")
    return Handover(_address(part["address"], ("https",)), key)


def _channels(entry: Mapping[str, Any], countries: tuple[str, ...]) -> tuple[Channel, ...]:
    channels = tuple(_channel(part, countries) for part in _list(entry, "channels"))
    empty_is_meant = entry["categories"] == ["emergency"] and EVERYWHERE in countries
    _want(bool(channels) or empty_is_meant, "add a channel: a number, an address or a website")
    return channels


def _channel(part: Mapping[str, Any], countries: tuple[str, ...]) -> Channel:
    _want(isinstance(part, Mapping), "each channel needs kind and value")
    _check_keys(part, CHANNEL_KEYS, {"kind", "value"})
    kind = _one_of(part, "kind", CHANNELS)
    hours, timezone = _hours(part.get("hours")), part.get("timezone", "")
    _want(not hours or hours == ALWAYS or timezone != "", "hours need a timezone")
    _want(timezone == "" or _is_timezone(timezone), f"timezone {timezone} is not an IANA name")
    for name in ("hours_certain", "closed_on_holidays"):
        _want(part.get(name, True) in (True, False), f"{name} must be true or false")
    return Channel(
        kind=kind,
        value=_value(kind, part["value"], countries),
        note=_one_of(part, "note", NOTES) if "note" in part else "",
        keyword=_text(part, "keyword") if "keyword" in part else "",
        hours=hours,
        timezone=timezone,
        hours_certain=part.get("hours_certain", True),
        closed_on_holidays=part.get("closed_on_holidays"),
    )


def _value(kind: str, value: Any, countries: tuple[str, ...]) -> str:
    _want(isinstance(value, str), f'put {value} in quotes: "{value}"')
    if kind in ("phone", "sms"):
        wrong = [country for country in countries if not phones.is_number(value, country)]
        _want(not wrong, f"{value} can't be dialled in {', '.join(wrong)}; check the number")
    elif kind == "email":
        _want(re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", value) is not None, f"{value}: no email")
    else:
        _address(value, ("https",))
    return str(value)


def _hours(spans: Any) -> tuple[Hours, ...]:
    if spans is None:
        return ()
    if spans == "always":
        return ALWAYS
    _want(isinstance(spans, list), "hours must be always, or a list of {days, from, to}")
    return tuple(_span(span) for span in spans)


def _span(span: Any) -> Hours:
    _want(isinstance(span, Mapping), "hours must be always, or a list of {days, from, to}")
    _check_keys(span, HOURS_KEYS, HOURS_KEYS)
    days = _some_of(span, "days", DAYS)
    _want(bool(days), "hours need at least one day")
    numbers = tuple(sorted(DAYS.index(day) for day in days))
    _want(span["from"] != span["to"], "from and to are the same; a whole day is 00:00 to 24:00")
    return Hours(numbers, _time(span["from"]), _time(span["to"], midnight="24:00"))


def _time(value: Any, midnight: str = "00:00") -> time:
    if value == midnight:
        return time(0)
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", str(value))
    _want(found is not None, f"{value} is not a time like 09:30")
    return time.fromisoformat(str(value))


def _is_timezone(name: Any) -> bool:
    """Tell whether there is such a zone; without any data on the machine every name may be one."""
    known = _timezones()
    return str(name) in known or not known


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _countries(entry: Mapping[str, Any]) -> tuple[str, ...]:
    allowed = {*SUPPORTED_REGIONS, EVERYWHERE}
    countries = _some_of(entry, "countries", allowed, 'ISO codes such as GB, or "*"')
    _want(bool(countries), 'name a country, or "*" for everyone')
    return countries


def _languages(entry: Mapping[str, Any]) -> tuple[str, ...]:
    languages = tuple(_list(entry, "languages"))
    wrong = [tag for tag in languages if not re.fullmatch(r"[a-z]{2,3}", str(tag))]
    _want(not wrong, f"languages: {wrong} must be codes such as en; leave it empty when not known")
    return languages


def _id(value: Any) -> str:
    good = isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) is not None
    _want(good, "an id is small letters, digits and hyphens, in quotes when it is a number")
    return str(value)


def _day(entry: Mapping[str, Any], key: str) -> date:
    try:
        return date.fromisoformat(str(entry[key]))
    except ValueError:
        raise BadEntry(f"{key} must be a day such as 2026-11-22") from None


def _address(value: Any, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(str(value))
    except ValueError:
        raise BadEntry(f"{value} is not a web address") from None
    good = parts.scheme in schemes and "." in parts.netloc
    _want(good, f"{value} must begin with {schemes[0]}://")
    return str(value)


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry[key]
    good = isinstance(value, str) and value.strip() != ""
    _want(good, f"{key} must be a text; put it in quotes")
    _want("{" not in str(value), f"{key} can't hold braces")
    return str(value).strip()


def _one_of(entry: Mapping[str, Any], key: str, allowed: Collection[str]) -> str:
    value = entry[key]
    _want(value in allowed, f"{key} is {value}; it must be one of {', '.join(allowed)}")
    return str(value)


def _some_of(
    entry: Mapping[str, Any], key: str, allowed: Collection[str], words: str = ""
) -> tuple[str, ...]:
    values = _list(entry, key)
    wrong = [str(value) for value in values if value not in allowed]
    _want(not wrong, f"{key}: {', '.join(wrong)} must be out of {words or ', '.join(allowed)}")
    return tuple(values)


def _list(entry: Mapping[str, Any], key: str) -> list[Any]:
    _want(isinstance(entry[key], list), f"{key} must be a list: [a, b]")
    return list(entry[key])


def _check_keys(entry: Mapping[str, Any], known: Collection[str], needed: Collection[str]) -> None:
    unknown = sorted(str(key) for key in entry if key not in known)
    _want(not unknown, f"remove {', '.join(unknown)}, or correct the spelling")
    missing = sorted(key for key in needed if key not in entry)
    _want(not missing, f"add {', '.join(missing)}")


def _want(condition: bool, cure: str) -> None:
    if not condition:
        raise BadEntry(cure)
