"""bot.referral.choosing: always an answer, and the right one first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.referral.choosing import Wanted, choose
from bot.referral.countries import all_countries
from bot.referral.hours import is_reachable, service_opening
from bot.referral.reading import Directory, read_directory
from bot.referral.service import EVERYWHERE, KINDS
from bot.settings import ROOT

DIRECTORY = read_directory(ROOT / "content" / "services")
MONDAY = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)

COUNTRIES = ("GB", "IE", "DE", "AT", "CH", "FR", "BE", "LU", "IT", "SE", "US", "XX", "", "*")
countries = st.sampled_from(COUNTRIES) | st.text(max_size=5)
locales = st.sampled_from(["en", "de", "fr", "nl", "pt-BR", "ar"]) | st.text(max_size=8)
some_kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=6)
clock_changes = st.sampled_from([datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)])
moments = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.builds(lambda at, m: at + timedelta(minutes=m), clock_changes, st.integers(-180, 180)),
).map(lambda at: at.replace(tzinfo=UTC))
mosts = st.integers(1, 9)


@given(some_kinds, countries, locales, moments, mosts)
def test_there_is_always_an_answer_of_at_most_so_many_and_none_twice(
    kinds: list[str], country: str, locale: str, now: datetime, most: int
) -> None:
    ids = choose(DIRECTORY, Wanted(tuple(kinds), country, locale), now, most)

    assert 1 <= len(ids) <= most
    assert len(set(ids)) == len(ids)


@given(some_kinds, countries, locales, moments, mosts)
def test_emergency_comes_first_and_once_when_it_is_asked_for(
    kinds: list[str], country: str, locale: str, now: datetime, most: int
) -> None:
    ids = choose(
        DIRECTORY,
        Wanted(
            (
                *kinds,
                "emergency",
            ),
            country,
            locale,
        ),
        now,
        most,
    )
    emergencies = [i for i in ids if "emergency" in DIRECTORY.services[i].made_for]

    assert emergencies == [ids[0]]


@given(st.sampled_from(KINDS), countries, locales, moments)
def test_no_closed_service_comes_before_an_open_one_of_the_same_trade_and_country(
    kind: str, country: str, locale: str, now: datetime
) -> None:
    found = [
        DIRECTORY.services[i] for i in choose(DIRECTORY, Wanted((kind,), country, locale), now, 99)
    ]
    own = [s for s in found if country.upper() in s.countries and kind in s.made_for]
    states = [service_opening(s, now).state for s in own]
    known = [state == "closed" for state in states if state != "unknown"]

    assert known == sorted(known)


@given(some_kinds, countries, locales, moments, mosts)
def test_the_same_question_gets_the_same_answer(
    kinds: list[str], country: str, locale: str, now: datetime, most: int
) -> None:
    again = Directory(dict(DIRECTORY.services))

    assert choose(DIRECTORY, Wanted(tuple(kinds), country, locale), now, most) == choose(
        again, Wanted(tuple(kinds), country, locale), now, most
    )


@given(some_kinds, countries, locales, moments)
def test_nobody_is_sent_to_a_service_of_another_country(
    kinds: list[str], country: str, locale: str, now: datetime
) -> None:
    ids = choose(DIRECTORY, Wanted(tuple(kinds), country, locale), now, 99)

    assert all({country.upper(), EVERYWHERE} & set(DIRECTORY.services[i].countries) for i in ids)


@given(some_kinds, countries, locales, moments)
def test_whatever_is_offered_shows_a_way_to_reach_it(
    kinds: list[str], country: str, locale: str, now: datetime
) -> None:
    offered = [
        DIRECTORY.services[i]
        for i in choose(DIRECTORY, Wanted(tuple(kinds), country, locale), now, 99)
    ]

    assert all(s.shown_channels or s.id == "emergency-local" for s in offered)


@pytest.mark.parametrize("country", ["", "XX", "??", "ZW"])
def test_where_the_emergency_number_is_not_known_none_is_claimed(country: str) -> None:
    assert choose(DIRECTORY, Wanted(("emergency",), country, "en"), MONDAY) == ("emergency-local",)


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("GB", "emergency-gb"),
        ("DE", "emergency-de"),
        ("LU", "emergency-112-eu"),
        ("FI", "emergency-112-eu"),
    ],
)
def test_a_country_gets_its_own_emergency_number(country: str, expected: str) -> None:
    assert choose(DIRECTORY, Wanted(("emergency",), country, "en"), MONDAY) == (expected,)


def test_each_kind_gives_its_best_before_any_gives_its_second() -> None:
    kinds = ["suicide_line", "emergency", "helpline"]

    assert choose(DIRECTORY, Wanted(tuple(kinds), "GB", "en"), MONDAY, 4) == (
        "emergency-gb",
        "samaritans-gb-ie",
        "stop-it-now-uk-ireland",
        "shout-gb",
    )


@pytest.mark.parametrize(("locale", "expected"), [("fr", "cps-be"), ("nl", "zelfmoordlijn-be")])
def test_a_line_in_ones_language_goes_before_one_that_is_known_to_be_open(
    locale: str, expected: str
) -> None:
    assert choose(DIRECTORY, Wanted(("suicide_line",), "BE", locale), MONDAY)[0] == expected


def test_a_line_for_all_children_goes_before_therapy_for_minors_that_is_open() -> None:
    assert choose(DIRECTORY, Wanted(("child_line",), "DE", "de"), MONDAY) == (
        "nummer-gegen-kummer-de",
        "du-traeumst-von-ihnen-de",
    )


def test_therapy_for_minors_is_never_offered_to_adults_even_when_only_it_is_open() -> None:
    ids = choose(DIRECTORY, Wanted(("therapy",), "DE", "de"), MONDAY, 99)

    assert ids[0] == "kein-taeter-werden-de"
    assert "du-traeumst-von-ihnen-de" not in ids


def test_a_service_that_reports_everyone_waits_behind_what_is_offered_instead() -> None:
    ids = choose(DIRECTORY, Wanted(("therapy",), "IE", "en"), MONDAY, 99)

    assert ids[0] == "stop-it-now-uk-selfhelp"
    assert ids[-1] == "one-in-four-phoenix-ie"


def test_a_country_without_a_helpline_is_offered_self_help() -> None:
    assert choose(DIRECTORY, Wanted(("helpline",), "LU", "de"), MONDAY)[0] == "troubled-desire"


def test_a_survivor_without_a_line_of_their_own_reaches_a_crisis_line() -> None:
    assert (
        choose(DIRECTORY, Wanted(("survivor_support",), "CH", "de"), MONDAY)[0]
        == "dargebotene-hand-ch"
    )


def test_a_service_whose_only_number_is_hidden_is_never_offered() -> None:
    hidden = replace(DIRECTORY.services["beforemore-ch"], confidence="low")
    directory = Directory({**DIRECTORY.services, hidden.id: hidden})

    assert hidden.id not in choose(directory, Wanted(("helpline",), "CH", "de"), MONDAY, 99)


@given(some_kinds, st.sampled_from(sorted(all_countries())), locales, moments)
def test_one_of_those_who_are_offered_helps_at_this_very_moment(
    kinds: list[str], country: str, locale: str, now: datetime
) -> None:
    ids = choose(DIRECTORY, Wanted(tuple(kinds), country, locale), now, 3)

    assert any(is_reachable(DIRECTORY.services[i], now) for i in ids)


@pytest.mark.parametrize("country", sorted(all_countries()))
def test_in_a_danger_every_country_gets_emergency_first_and_then_a_fitting_line(
    country: str,
) -> None:
    for kinds in (("emergency", "child_line", "helpline"), ("suicide_line", "emergency")):
        ids = choose(DIRECTORY, Wanted(kinds, country, "en"), MONDAY)
        services = [DIRECTORY.services[i] for i in ids]

        assert services[0].made_for == ("emergency",)
        assert {country, EVERYWHERE} & set(services[0].countries)
        assert len(services) > 1
        assert not any("emergency" in service.made_for for service in services[1:])


def test_at_night_a_minor_or_survivor_is_never_sent_to_self_help_for_adults() -> None:
    night = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    for country in all_countries():
        for kind in ("child_line", "survivor_support"):
            ids = choose(DIRECTORY, Wanted((kind,), country, "en"), night)
            others = [s for s in map(DIRECTORY.services.get, ids) if s and kind not in s.kinds]
            assert not any("self_help" in service.made_for for service in others), country


def test_who_would_rather_write_is_offered_a_chat_before_a_telephone() -> None:
    by_phone = choose(DIRECTORY, Wanted(("suicide_line",), "GB", "en", way="phone"), MONDAY)[0]
    in_chat = choose(DIRECTORY, Wanted(("suicide_line",), "GB", "en", way="chat"), MONDAY)[0]
    kinds = [{c.kind for c in DIRECTORY.services[i].shown_channels} for i in (by_phone, in_chat)]

    assert "phone" in kinds[0]
    assert kinds[1] & {"chat", "sms", "email"}


def test_who_wants_services_of_other_countries_too_finds_those_for_everyone_among_the_first() -> (
    None
):
    here = choose(DIRECTORY, Wanted(("self_help",), "GB", "de"), MONDAY)
    abroad = choose(DIRECTORY, Wanted(("self_help",), "GB", "de", abroad=True), MONDAY)

    assert "de" not in DIRECTORY.services[here[0]].languages
    assert "de" in DIRECTORY.services[abroad[0]].languages


def test_a_visitor_with_whom_nobody_shares_a_language_still_gets_services() -> None:
    assert choose(DIRECTORY, Wanted(("helpline", "suicide_line"), "JP", "fi"), MONDAY)


def test_a_wish_for_services_abroad_moves_no_line_for_a_danger() -> None:
    kinds = ("suicide_line", "emergency", "helpline")
    wanted = Wanted(kinds, "DE", "en", abroad=True)

    assert choose(DIRECTORY, wanted, MONDAY)[:2] == ("emergency-de", "telefonseelsorge-de")


def test_in_a_short_list_a_line_whose_hours_nobody_knows_keeps_its_place() -> None:
    assert "jaunimo-linija-lt" in choose(
        DIRECTORY, Wanted(("suicide_line",), "LT", "lt"), MONDAY, 2
    )
