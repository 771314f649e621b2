"""bot.referral.card: what a visitor reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.languages.catalogs import Words
from bot.referral.card import Card, card
from bot.referral.reading import Directory, read_directory
from bot.referral.service import CONFIDENCES, Service
from bot.settings import ROOT

MONDAY = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
LOCALES = ["en", "de", "fr", "it", "es", "pt", "nl", "pl", "cs", "fi", "sv", "ro", "tr", "uk", "ar"]
ALL = tuple(read_directory(ROOT / "content" / "services").services.values())


Show = Callable[..., Card]


@pytest.fixture
def show(directory: Directory, words: Words) -> Show:
    def shown(service_id: str, country: str, locale: str = "en", now: datetime = MONDAY) -> Card:
        return card(directory.services[service_id], words, locale, country, now)

    return shown


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    service=st.sampled_from(ALL),
    confidence=st.sampled_from(CONFIDENCES),
    locale=st.sampled_from(LOCALES) | st.text(max_size=8),
    country=st.sampled_from(["GB", "DE", ""]) | st.text(max_size=4),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_a_number_is_shown_only_when_somebody_trusts_it(
    words: Words, service: Service, confidence: str, locale: str, country: str, now: datetime
) -> None:
    shown = card(replace(service, confidence=confidence), words, locale, country, now)
    kinds = {contact.kind for contact in shown.contacts}

    assert confidence != "low" or kinds <= {"web"}
    assert all(c.href.startswith(("tel:", "sms:", "https:", "mailto:")) for c in shown.contacts)
    assert all([shown.name, shown.checked, *shown.reasons, *shown.languages])


def test_a_number_at_home_is_written_and_dialled_as_published(show: Show) -> None:
    phone = show("stop-it-now-uk-ireland", "GB").contacts[0]

    assert (phone.display, phone.href) == ("0808 1000 900", "tel:08081000900")


def test_a_number_of_another_country_is_international(show: Show) -> None:
    phone = show("stop-it-now-ireland", "IE").contacts[0]

    assert (phone.display, phone.href) == ("+44 1372 847161", "tel:+441372847161")


def test_a_short_code_is_never_made_international(show: Show) -> None:
    phone = show("samaritans-gb-ie", "FR").contacts[0]

    assert (phone.display, phone.href) == ("116 123", "tel:116123")


def test_a_text_line_says_which_word_to_send_and_fills_it_in(show: Show) -> None:
    sms = show("shout-gb", "GB").contacts[0]

    assert (sms.label, sms.href) == ("Text the word SHOUT", "sms:85258?body=SHOUT")


def test_hours_of_uncertain_age_are_shown_without_a_claim(show: Show) -> None:
    shown = show("stop-it-now-uk-ireland", "GB")

    assert shown.reasons[0] == "usual hours, please check"
    assert shown.contacts[0].opening == (
        "usual hours, please check: Mon–Thu 09:00–21:00 · Fri 09:00–17:00"
    )


def test_a_closed_line_says_when_it_opens(show: Show) -> None:
    night = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)

    assert show("napac-gb", "GB", now=night).reasons == ("opens in 9 hr 20 min",)


def test_an_open_line_says_so_and_what_else_helps_to_decide(show: Show) -> None:
    shown = show("stop-it-now-bruxelles", "BE")

    assert shown.reasons == ("open now", "free", "no name needed")
    assert shown.contacts[0].opening == "open now, closes in 1 hr 30 min"


def test_a_website_has_no_opening_hours(show: Show) -> None:
    shown = show("troubled-desire", "DE")

    assert shown.reasons == ("free", "no name needed")
    assert shown.contacts[0].opening == ""


def test_emergency_services_have_a_name_in_words_and_no_doubt_about_hours(show: Show) -> None:
    shown = show("emergency-gb", "GB")

    assert (shown.name, shown.reasons) == ("Emergency services", ())
    assert (shown.confidentiality, shown.contacts[0].opening) == ("", "")


def test_the_local_emergency_entry_names_no_number(show: Show) -> None:
    shown = show("emergency-local", "XX")

    assert (shown.name, shown.contacts) == ("Your local emergency number", ())


def test_languages_are_named_in_the_locale_of_the_visitor(show: Show) -> None:
    assert show("stop-it-now-uk-ireland", "GB", "de").languages == ("Englisch", "Walisisch")


def test_a_service_without_rules_of_its_own_says_that_rules_differ(show: Show) -> None:
    assert show("pieta-ie", "IE").confidentiality.startswith("Rules differ")


def test_a_service_that_reports_says_so_before_anyone_contacts_it(show: Show) -> None:
    shown = show("one-in-four-phoenix-ie", "IE")

    assert "not confidential" in shown.confidentiality
    assert "not anonymous" in shown.reasons


def test_the_next_opening_is_told_in_hours_and_on_the_clock_of_the_service(show: Show) -> None:
    night = datetime(2026, 11, 22, 22, 40, tzinfo=UTC)
    english = show("du-traeumst-von-ihnen-de", "DE", "en", night).contacts[0].opening
    german = show("du-traeumst-von-ihnen-de", "DE", "de", night).contacts[0].opening

    assert english == "opens in 15 hr 20 min (Mon 15:00, local time of the service)"
    assert "Mo" in german
    assert "15:00" in german


def test_on_a_holiday_of_unknown_meaning_hours_are_usual_ones_only(show: Show) -> None:
    christmas = datetime(2026, 12, 25, 11, 0, tzinfo=UTC)

    opening = show("du-traeumst-von-ihnen-de", "DE", "en", christmas).contacts[0].opening

    assert opening.startswith("usual hours, please check: ")


def test_an_entry_is_marked_when_its_check_is_older_than_ninety_days(show: Show) -> None:
    assert not show("samaritans-gb-ie", "GB", now=datetime(2027, 2, 20, tzinfo=UTC)).is_stale
    assert show("samaritans-gb-ie", "GB", now=datetime(2027, 2, 21, tzinfo=UTC)).is_stale


def test_what_a_service_passes_on_is_said_where_it_is_known(show: Show) -> None:
    assert "police" in show("stop-it-now-au", "AU").reporting
    assert show("samaritans-gb-ie", "GB").reporting == ""


def test_a_service_without_words_of_its_own_says_what_its_kind_does(show: Show) -> None:
    assert show("lifeline-au", "AU").about.startswith("For people in a crisis")
