"""bot.referral.choosing with a few made-up lines: what happens when nobody is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.referral.choosing import Wanted, choose
from bot.referral.hours import Opening, service_opening
from bot.referral.reading import Directory, read_directory
from bot.referral.service import ALWAYS, Channel, Hours, Service
from bot.settings import ROOT

REAL = read_directory(ROOT / "content" / "services").services
MONDAY_MORNING = Hours((0,), time(9), time(10))
SUNDAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def a_line(name: str, *hours: Hours, category: str = "prevention_helpline") -> Service:
    """Return a Belgian line whose hours are in UTC; without any, nobody knows them."""
    return replace(
        REAL["stop-it-now-bruxelles"],
        id=name,
        categories=(category,),
        languages=(),
        channels=(Channel("phone", "112", hours=hours, timezone="UTC"),),
    )


def directory(*services: Service) -> Directory:
    return Directory({service.id: service for service in services})


CLOSED = tuple(a_line(f"closed-{number}", MONDAY_MORNING) for number in range(1, 5))
UNKNOWN = a_line("unknown")
ON_THE_WEB = replace(
    REAL["troubled-desire"], id="on-the-web", channels=(Channel("web", "https://example.org"),)
)
CRISIS = a_line("crisis", Hours(tuple(range(7)), time(0), time(0)), category="suicide_crisis")
WANTED = Wanted(("helpline",), "BE", "en")


@pytest.mark.parametrize(
    ("services", "most", "expected"),
    [
        ((*CLOSED, ON_THE_WEB), 3, ("closed-1", "closed-2", "on-the-web")),
        ((*CLOSED, ON_THE_WEB), 2, ("closed-1", "on-the-web")),
        ((*CLOSED, ON_THE_WEB), 1, ("closed-1",)),
        ((CLOSED[0], ON_THE_WEB), 3, ("closed-1", "on-the-web")),
        ((UNKNOWN, *CLOSED, ON_THE_WEB), 3, ("unknown", "closed-1", "on-the-web")),
        ((UNKNOWN, *CLOSED, ON_THE_WEB), 2, ("unknown", "closed-1")),
        (CLOSED, 3, ("closed-1", "closed-2", "closed-3")),
        ((*CLOSED, CRISIS), 3, ("closed-1", "closed-2", "crisis")),
        ((*CLOSED, CRISIS, ON_THE_WEB), 3, ("closed-1", "closed-2", "on-the-web")),
    ],
)
def test_when_nobody_is_there_the_last_gives_way_to_somebody_who_is(
    services: tuple[Service, ...], most: int, expected: tuple[str, ...]
) -> None:
    assert choose(directory(*services), WANTED, SUNDAY, most) == expected


def test_three_are_offered_unless_more_are_asked_for_and_a_country_has_no_case() -> None:
    lower = replace(WANTED, country="be")

    assert choose(directory(*CLOSED), lower, SUNDAY) == ("closed-1", "closed-2", "closed-3")
    assert len(choose(directory(*CLOSED), lower, SUNDAY, 4)) == 4


CLOSED_IN_ENGLISH, THERE_IN_ENGLISH, THERE_IN_DUTCH = (
    replace(a_line(f"{name}-{language}", hours), languages=(language,))
    for name, hours, language in (
        ("a-closed", MONDAY_MORNING, "en"),
        ("z-there", ALWAYS[0], "en"),
        ("b-there", ALWAYS[0], "nl"),
    )
)


@pytest.mark.parametrize("language", ["en", "en-GB", "EN"])
@pytest.mark.parametrize(
    ("before", "behind"),
    [(THERE_IN_DUTCH, CLOSED_IN_ENGLISH), (THERE_IN_ENGLISH, THERE_IN_DUTCH)],
)
def test_closed_lines_come_last_and_else_those_that_dont_share_the_language(
    before: Service, behind: Service, language: str
) -> None:
    found = choose(directory(behind, before), replace(WANTED, language=language), SUNDAY)
    assert found == (before.id, behind.id)


@pytest.mark.parametrize(
    ("confidence", "country", "expected"),
    [
        ("high", "*", ("the-trade", "no-trade")),
        ("low", "BE", ("the-trade", "no-trade")),
        ("low", "*", ("no-trade", "the-trade")),
    ],
)
def test_only_worldwide_a_doubtful_service_waits_behind_what_is_offered_instead(
    confidence: str, country: str, expected: tuple[str, ...]
) -> None:
    trade = replace(
        ON_THE_WEB,
        id="the-trade",
        categories=("prevention_therapy",),
        countries=(country,),
        confidence=confidence,
    )
    instead = replace(ON_THE_WEB, id="no-trade")

    found = choose(
        directory(instead, trade), replace(WANTED, kinds=("therapy", "self_help")), SUNDAY
    )
    assert found == expected


def test_who_doesnt_worry_about_themselves_is_never_sent_to_self_help() -> None:
    survivors = a_line("survivors", MONDAY_MORNING, category="victim_support")
    wanted = Wanted(("survivor_support",), "BE", "en")

    found = choose(directory(survivors, ON_THE_WEB, CRISIS), wanted, SUNDAY)
    assert found == ("survivors", "crisis")


def test_of_two_ways_to_a_line_that_which_changes_first_counts() -> None:
    early, late = (Hours((0,), time(hour), time(18)) for hour in (9, 12))
    phone, chat = (
        Channel(kind, "x", hours=(hours,), timezone="UTC")
        for kind, hours in (("phone", late), ("chat", early))
    )
    line = replace(CLOSED[0], channels=(phone, chat))

    assert service_opening(line, SUNDAY) == Opening("closed", 30 * 60)


def test_a_line_keeps_the_holidays_of_its_country() -> None:
    fridays = Channel("phone", "x", hours=(Hours((4,), time(9), time(17)),), timezone="UTC")
    line = replace(CLOSED[0], countries=("DE",), channels=(fridays,))

    christmas = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    assert service_opening(line, christmas).state == "unknown"


def test_a_way_that_opens_soon_counts_before_one_that_opens_nobody_knows_when() -> None:
    mondays = Channel(
        "phone", "x", hours=(MONDAY_MORNING,), timezone="UTC", closed_on_holidays=True
    )
    saturdays = replace(mondays, kind="chat", hours=(Hours((5,), time(9), time(10)),))
    line = replace(CLOSED[0], countries=("DE",), channels=(mondays, saturdays))
    good_friday = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)

    assert service_opening(line, good_friday) == Opening("closed", 24 * 60)
