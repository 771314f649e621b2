"""Write durations, moments and weekly hours in a locale, through Babel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time, get_day_names
from babel.units import format_unit

from bot.referral.service import Hours

HOUR = 60  # minutes
DAY = 24 * HOUR


@lru_cache(maxsize=64)
def babel_locale(tag: str) -> Locale:
    """Return Babel's locale for any string; English when Babel doesn't know it."""
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError, TypeError):
        return Locale("en")


def duration(minutes: int, locale: Locale) -> str:
    """Return e.g. ``9 hr 20 min``, or days and hours from one day on; at least one minute."""
    days, hours, rest = minutes // DAY, minutes % DAY // HOUR, minutes % HOUR
    units = [("day", days), ("hour", hours)] if days else [("hour", hours), ("minute", rest)]
    parts = [(unit, number) for unit, number in units if number] or [("minute", 1)]
    return " ".join(format_unit(n, f"duration-{unit}", "short", locale=locale) for unit, n in parts)


def moment(at: datetime, timezone: str, locale: Locale) -> str:
    """Return a weekday and time on the clocks of ``timezone``, e.g. ``Mon 09:00``."""
    local = at.astimezone(ZoneInfo(timezone or "UTC"))
    return str(format_skeleton("EHm", local, locale=locale))


def week(hours: tuple[Hours, ...], locale: Locale) -> str:
    """Return e.g. ``Mon–Thu 09:00–21:00 · Fri 09:00–17:00``."""
    # No words between the spans: Babel's lists say "and", or lack a pattern in some locales.
    return " · ".join(f"{_days(span.days, locale)} {_clock(span, locale)}" for span in hours)


def _days(days: tuple[int, ...], locale: Locale) -> str:
    names = get_day_names("abbreviated", "stand-alone", locale)
    return "/".join(
        names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}"
        for run in _runs(days)
    )


def _runs(days: tuple[int, ...]) -> Iterator[list[int]]:
    """Yield groups of days that follow each other."""
    run: list[int] = []
    for day in days:
        if run and day != run[-1] + 1:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _clock(span: Hours, locale: Locale) -> str:
    opens, closes = (format_time(at, "HH:mm", locale=locale) for at in (span.opens, span.closes))
    return f"{opens}–{closes}"
