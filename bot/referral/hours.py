"""Is somebody there now, and when does that change.

Hours of uncertain age are never turned into "open" or "closed", nor is any hour of a public holiday
unless the service says what it does on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import ceil, inf
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import holidays.countries  # all of them now: else it is the first page that waits for them

from bot.referral.service import ALWAYS, Channel, Hours, Service

State = Literal["open", "closed", "always", "unknown"]
BEST_FIRST: Final[tuple[State, ...]] = ("always", "open", "unknown", "closed")
WEEK: Final = timedelta(days=7)


PLAUSIBLE: Final = range(2026, 2046)
"""Years that a clock may show; with any other, nobody knows what is open."""


@dataclass(frozen=True)
class Opening:
    """Whether somebody answers.

    Attributes:
        minutes_until_change: Until it closes or opens, rounded up; None when it doesn't change or
            isn't known.
    """

    state: State
    minutes_until_change: int | None = None


UNKNOWN: Final = Opening("unknown")
Spans = list[tuple[datetime, datetime]]
DaySpan = tuple[date, datetime, datetime]


def opening(channel: Channel, now: datetime, country: str = "") -> Opening:
    """Return whether ``channel`` answers at ``now`` (aware, UTC).

    Hours are local times: nights may run over midnight, and days may have 23 or 25 hours.
    ``country`` is where the service works: its public holidays count.
    """
    if channel.hours == ALWAYS and channel.hours_certain:
        return Opening("always")
    if not channel.hours or not channel.hours_certain or now.year not in PLAUSIBLE:
        return UNKNOWN
    try:
        zone = ZoneInfo(channel.timezone or "UTC")
    except ZoneInfoNotFoundError:
        return UNKNOWN
    sure, doubtful = _by_certainty(channel, country, _spans(channel, now, zone))
    for opens, closes in sure:
        if opens <= now < closes:
            endless = closes - now > WEEK
            return Opening("always") if endless else Opening("open", _minutes(closes - now))
    if any(opens <= now < closes for opens, closes in doubtful):
        return UNKNOWN
    later = [opens for opens, _ in sure if opens > now]
    return Opening("closed", _minutes(min(later) - now) if later else None)


def service_opening(service: Service, now: datetime) -> Opening:
    """Return the best of the channels where somebody answers, as far as they are shown."""
    channels = [channel for channel in service.shown_channels if channel.answers]
    openings = [opening(channel, now, service.home) for channel in channels]
    return min(openings, key=_rank, default=UNKNOWN)


def is_reachable(service: Service, now: datetime) -> bool:
    """Tell whether it helps at this moment: somebody answers, or its website does.

    Emergency services always answer, whether or not anybody wrote it down.
    """
    if "emergency" in service.made_for or service.is_on_the_web:
        return True
    return service_opening(service, now).state in ("always", "open")


def is_holiday(day: date, country: str) -> bool:
    """Tell whether ``day`` is a public holiday in the whole of ``country``."""
    return day in _holidays(country, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:  # a country that the package doesn't know
        return frozenset()


def _by_certainty(channel: Channel, country: str, spans: Iterable[DaySpan]) -> tuple[Spans, Spans]:
    """Return when it is open for sure, and when perhaps: on holidays that it says nothing about."""
    ordinary: Spans = []
    festive: Spans = []
    for day, opens, closes in spans:
        special = channel.closed_on_holidays is not False and is_holiday(day, country)
        (festive if special else ordinary).append((opens, closes))
    return _joined(sorted(ordinary)), [] if channel.closed_on_holidays else festive


def _rank(found: Opening) -> tuple[int, float]:
    return BEST_FIRST.index(found.state), found.minutes_until_change or inf


def _spans(channel: Channel, now: datetime, zone: ZoneInfo) -> Iterator[DaySpan]:
    """Yield the spans from yesterday to a good week ahead: local day, opens, closes (UTC)."""
    today = now.astimezone(zone).date()
    for offset in range(-1, 10):
        day = today + timedelta(days=offset)
        for hours in channel.hours:
            if day.weekday() in hours.days:
                yield day, *_span(hours, datetime(day.year, day.month, day.day, tzinfo=zone))


def _span(hours: Hours, midnight: datetime) -> tuple[datetime, datetime]:
    opens = _at(midnight, hours.opens.hour, hours.opens.minute)
    nightly = timedelta(days=1 if hours.closes <= hours.opens else 0)
    closes = _at(midnight + nightly, hours.closes.hour, hours.closes.minute)
    return opens, max(opens, closes)


def _at(midnight: datetime, hour: int, minute: int) -> datetime:
    # Wall-clock arithmetic first, UTC last: that is what keeps a day of 23 or 25 hours right.
    return midnight.replace(hour=hour, minute=minute).astimezone(UTC)


def _joined(spans: Spans) -> Spans:
    """Join spans that touch, so that midnight isn't a change."""
    joined: Spans = []
    for opens, closes in spans:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


def _minutes(span: timedelta) -> int:
    return ceil(span / timedelta(minutes=1))
