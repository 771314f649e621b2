"""bot.referral.hours: nights, weeks and clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.referral.hours import Opening, is_holiday, is_reachable, opening
from bot.referral.reading import read_directory
from bot.referral.service import ALWAYS, Channel, Hours
from bot.settings import ROOT

WEEK = tuple(range(7))
BERLIN = "Europe/Berlin"

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
hours = st.builds(
    Hours, st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d))), times, times
)
zones = st.sampled_from([BERLIN, "Europe/London", "America/New_York", "Australia/Lord_Howe"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
channels = st.builds(
    Channel,
    kind=st.just("phone"),
    value=st.just("112"),
    hours=st.lists(hours, max_size=4).map(tuple),
    timezone=zones,
)


def a_line(*spans: Hours, timezone: str = BERLIN, certain: bool = True) -> Channel:
    return Channel("phone", "112", hours=spans, timezone=timezone, hours_certain=certain)


def in_berlin(*moment: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = moment
    local = datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(BERLIN), fold=fold)
    return local.astimezone(UTC)


def test_it_says_how_long_a_line_stays_open() -> None:
    line = a_line(Hours((0,), time(9), time(17)))

    assert opening(line, in_berlin(2026, 11, 23, 16, 30)) == Opening("open", 30)


def test_it_says_how_long_until_a_line_opens() -> None:
    line = a_line(Hours((0, 1), time(9), time(17)))

    assert opening(line, in_berlin(2026, 11, 23, 23, 40)) == Opening("closed", 9 * 60 + 20)


def test_a_line_is_closed_at_the_very_minute_at_which_it_closes() -> None:
    line = a_line(Hours((0,), time(9), time(17)))

    assert opening(line, in_berlin(2026, 11, 23, 17, 0)).state == "closed"


def test_a_night_runs_over_midnight_into_a_day_that_is_not_listed() -> None:
    line = a_line(Hours((4,), time(20), time(2)))

    assert opening(line, in_berlin(2026, 11, 28, 1, 0)) == Opening("open", 60)


def test_a_span_of_nearly_a_day_is_open_to_its_end_east_and_west_of_greenwich() -> None:
    for zone in ("America/New_York", "Pacific/Auckland"):
        line = a_line(Hours((0,), time(21), time(20, 30)), timezone=zone)
        local = datetime(2026, 11, 24, 20, 15, tzinfo=ZoneInfo(zone))

        assert opening(line, local.astimezone(UTC)) == Opening("open", 15)


def test_an_opening_is_announced_up_to_nine_days_ahead() -> None:
    line = replace(a_line(Hours((0,), time(9), time(17))), closed_on_holidays=True)
    before_easter_monday = [in_berlin(2027, 3, day, 9, 0) for day in (26, 27)]

    assert [opening(line, now, "DE") for now in before_easter_monday] == [
        Opening("closed"),
        Opening("closed", (9 * 24 - 1) * 60),  # the clocks go forward between them
    ]


def test_hours_without_a_time_zone_are_utc() -> None:
    line = a_line(Hours((0,), time(9), time(17)), timezone="")

    assert opening(line, datetime(2026, 11, 23, 16, 59, tzinfo=UTC)) == Opening("open", 1)


def test_a_span_that_a_change_of_clocks_leaves_out_is_none() -> None:
    line = a_line(Hours((6,), time(2), time(3)))
    left_out = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    assert opening(line, left_out) == Opening("closed", 7 * 24 * 60 - 60)


def test_an_end_is_announced_up_to_a_week_ahead() -> None:
    line = replace(a_line(*ALWAYS, Hours(WEEK, time(9), time(17))), closed_on_holidays=True)
    christmas = in_berlin(2026, 12, 25, 0, 0)

    assert opening(line, christmas - timedelta(days=7), "DE") == Opening("open", 7 * 24 * 60)
    assert opening(line, christmas - timedelta(days=7, minutes=1), "DE") == Opening("always")


def test_midnight_between_two_spans_is_no_change() -> None:
    line = a_line(Hours((0,), time(18), time(0)), Hours((1,), time(0), time(6)))

    assert opening(line, in_berlin(2026, 11, 23, 23, 0)) == Opening("open", 7 * 60)


def test_a_line_that_opens_once_a_week_is_found_from_the_minute_after_it_closed() -> None:
    line = a_line(Hours((0,), time(9), time(10)))

    assert opening(line, in_berlin(2026, 11, 23, 10, 0)) == Opening("closed", 7 * 24 * 60 - 60)


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        (in_berlin(2026, 3, 29, 0, 0), 8 * 60),  # clocks go forward: the night has an hour less
        (in_berlin(2026, 10, 25, 0, 0), 10 * 60),  # clocks go back
    ],
)
def test_nights_of_a_clock_change_have_their_true_length(now: datetime, minutes: int) -> None:
    line = a_line(Hours(WEEK, time(9), time(17)))

    assert opening(line, now) == Opening("closed", minutes)


@pytest.mark.parametrize(
    "hours", [ALWAYS, (Hours(WEEK, time(0), time(12)), Hours(WEEK, time(12), time(0)))]
)
@given(now=moments)
def test_day_and_night_has_no_change_whatever_the_clocks_do(
    hours: tuple[Hours, ...], now: datetime
) -> None:
    assert opening(a_line(*hours), now) == Opening("always")


@given(moments)
def test_uncertain_hours_never_claim_open_or_closed(now: datetime) -> None:
    assert opening(a_line(*ALWAYS, certain=False), now) == Opening("unknown")


@given(moments)
def test_hours_that_are_not_known_stay_unknown(now: datetime) -> None:
    assert opening(a_line(), now) == Opening("unknown")


@given(channels, moments)
def test_what_it_announces_comes_true_and_not_sooner(line: Channel, now: datetime) -> None:
    now = now.replace(second=0, microsecond=0)
    found = opening(line, now)
    if found.minutes_until_change is None:
        return
    change = now + timedelta(minutes=found.minutes_until_change)

    assert opening(line, change).state != found.state
    assert opening(line, change - timedelta(minutes=1)).state == found.state
    assert 0 < found.minutes_until_change <= 8 * 24 * 60


CHRISTMAS = (2026, 12, 25, 11, 0)  # a Friday


def test_a_line_that_closes_on_holidays_is_closed_and_says_when_it_opens_again() -> None:
    line = replace(a_line(Hours((0, 1, 2, 3, 4), time(9), time(17))), closed_on_holidays=True)

    assert opening(line, in_berlin(*CHRISTMAS), "DE") == Opening("closed", (24 * 2 + 22) * 60)


def test_nobody_knows_whether_a_line_is_there_on_a_holiday_that_it_says_nothing_about() -> None:
    line = a_line(Hours((0, 1, 2, 3, 4), time(9), time(17)))

    assert opening(line, in_berlin(*CHRISTMAS), "DE").state == "unknown"
    assert opening(line, in_berlin(*CHRISTMAS), "JP").state == "open"
    assert opening(line, in_berlin(2026, 12, 25, 9, 0), "DE").state == "unknown"
    assert opening(line, in_berlin(2026, 12, 25, 17, 0), "DE").state == "closed"


def test_a_line_that_is_there_on_holidays_too_is_open() -> None:
    line = replace(a_line(Hours((0, 1, 2, 3, 4), time(9), time(17))), closed_on_holidays=False)

    assert opening(line, in_berlin(*CHRISTMAS), "DE") == Opening("open", 6 * 60)


def test_a_holiday_is_never_promised_as_the_next_opening() -> None:
    line = a_line(Hours((3, 4), time(9), time(17)))
    on_the_eve_at_night = in_berlin(2026, 12, 24, 20, 0)

    later = opening(line, on_the_eve_at_night, "DE")

    assert later == Opening("closed", (6 * 24 + 13) * 60)


@pytest.mark.parametrize(
    ("day", "country", "expected"),
    [
        (date(2026, 12, 25), "DE", True),
        (date(2026, 7, 14), "FR", True),
        (date(2026, 7, 14), "DE", False),
        (date(2026, 7, 15), "FR", False),
        (date(2026, 12, 25), "ZZ", False),
        (date(2026, 12, 25), "", False),
    ],
)
def test_holidays_are_those_of_the_country(day: date, country: str, expected: bool) -> None:
    assert is_holiday(day, country) is expected


@pytest.mark.parametrize("year", [1970, 2020, 2025, 2046, 2999])
def test_with_a_clock_that_is_wrong_by_years_nothing_is_said_to_be_open_or_closed(
    year: int,
) -> None:
    now = datetime(year, 6, 1, 12, 0, tzinfo=UTC)

    assert opening(a_line(Hours(WEEK, time(9), time(17))), now).state == "unknown"
    assert opening(replace(a_line(), hours=ALWAYS), now).state == "always"


def test_a_time_zone_that_the_machine_doesnt_have_makes_hours_unknown() -> None:
    line = a_line(Hours(WEEK, time(9), time(17)), timezone="Europe/Nowhere")

    assert opening(line, in_berlin(2026, 11, 23, 12, 0)).state == "unknown"


def test_emergency_services_and_help_on_the_web_are_there_at_any_hour() -> None:
    services = read_directory(ROOT / "content" / "services").services
    night = in_berlin(2026, 11, 22, 3, 0)

    assert is_reachable(services["emergency-de"], night)
    assert is_reachable(services["troubled-desire"], night)
    assert is_reachable(services["emergency-local"], night)
    assert not is_reachable(services["du-traeumst-von-ihnen-de"], night)
