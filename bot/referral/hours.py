"""Is somebody there now, and when does that change.

Hours of uncertain age are never turned into "open" or "closed".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.referral.service import Channel, Hours, Service

State = Literal["open", "closed", "always", "unknown"]
BEST_FIRST: Final[tuple[State, ...]] = ("always", "open", "unknown", "closed")
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Opening:
    """Whether somebody answers.

    Attributes:
        minutes_until_change: Until it closes or opens, rounded up; None when it doesn't change or
            isn't known.
    """

    state: State
    minutes_until_change: int | None = None


def opening(channel: Channel, now: datetime) -> Opening:
    """Return whether ``channel`` answers at ``now`` (aware, UTC).

    Hours are local times: nights may run over midnight, and days may have 23 or 25 hours.
    """
    if not channel.hours or not channel.hours_certain:
        return Opening("unknown")
    spans = _joined(sorted(_spans(channel, now)))
    for opens, closes in spans:
        if opens <= now < closes:
            endless = closes - now > WEEK
            return Opening("always") if endless else Opening("open", _minutes(closes - now))
    later = [opens for opens, _ in spans if opens > now]
    return Opening("closed", _minutes(min(later) - now) if later else None)


def service_opening(service: Service, now: datetime) -> Opening:
    """Return the best of the channels where somebody answers, as far as they are shown."""
    openings = [opening(channel, now) for channel in service.shown_channels if channel.answers]
    return min(openings, key=_rank, default=Opening("unknown"))


def _rank(found: Opening) -> tuple[int, int]:
    return BEST_FIRST.index(found.state), found.minutes_until_change or 0


def _spans(channel: Channel, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans from yesterday to a good week ahead, in UTC."""
    zone = ZoneInfo(channel.timezone or "UTC")
    today = now.astimezone(zone).date()
    for offset in range(-1, 10):
        day = today + timedelta(days=offset)
        for hours in channel.hours:
            if day.weekday() in hours.days:
                yield _span(hours, datetime(day.year, day.month, day.day, tzinfo=zone))


def _span(hours: Hours, midnight: datetime) -> tuple[datetime, datetime]:
    opens = _at(midnight, hours.opens.hour, hours.opens.minute)
    nightly = timedelta(days=1 if hours.closes <= hours.opens else 0)
    closes = _at(midnight + nightly, hours.closes.hour, hours.closes.minute)
    return opens, max(opens, closes)


def _at(midnight: datetime, hour: int, minute: int) -> datetime:
    # Wall-clock arithmetic first, UTC last: that is what keeps a day of 23 or 25 hours right.
    return midnight.replace(hour=hour, minute=minute).astimezone(UTC)


def _joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Join spans that touch, so that midnight isn't a change."""
    joined: list[tuple[datetime, datetime]] = []
    for opens, closes in spans:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


def _minutes(span: timedelta) -> int:
    return ceil(span / timedelta(minutes=1))
