"""The directory for everybody: its page, its data, and one service to take along."""

from __future__ import annotations

import csv
import io
import re

import pytest
import segno
from starlette.testclient import TestClient

from bot.web.public.site import Site
from tests.web.reading import has_help_block, token_in


def test_the_page_shows_what_every_country_has_and_lacks(client: TestClient) -> None:
    html = client.get("/directory?locale=en").text

    assert re.search(r'<th scope="row">Italy</th>\s*<td><meter [^>]+></meter> \d of 8', html)
    assert "prevention helpline" in html
    assert has_help_block(html)


@pytest.mark.parametrize("path", ["/services.json", "/services.csv", "/services.schema.json"])
def test_open_data_is_there_for_everybody(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_the_csv_is_the_whole_directory(client: TestClient, site: Site) -> None:
    lines = csv.DictReader(io.StringIO(client.get("/services.csv").text))

    shown = {s.id for s in site.content.directory.services.values() if s.shown_channels}
    assert {line["id"] for line in lines} == shown


def test_a_service_can_be_printed_copied_and_scanned(client: TestClient) -> None:
    html = client.post("/card", data={"service": "samaritans-gb-ie", "country": "GB"}).text
    drawn = re.findall(r'<svg aria-hidden="true"[^>]*>(.*?)</svg>', html)
    wanted = segno.make("tel:116123", error="m", micro=False).svg_inline(
        scale=4, border=4, omitsize=True, svgclass="qr", lineclass=None
    )

    assert drawn
    assert drawn[0] in wanted
    assert "Scan this with another phone: Call 116 123" in html


@pytest.mark.slow
def test_every_service_has_such_a_page_in_every_locale(client: TestClient, site: Site) -> None:
    for service in site.content.directory.services.values():
        if service.shown_channels:
            answer = client.post("/card", data={"service": service.id, "locale": "de"})
            assert answer.status_code == 200, service.id


def test_the_card_page_leads_back_into_the_conversation(client: TestClient) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)

    html = client.post("/card", data={"service": "samaritans-gb-ie", "token": token}).text

    assert token_in(html) == token


@pytest.mark.parametrize("service", ["", "nobody", "../../etc", "emergency-local\n"])
def test_an_unknown_service_gets_the_page_that_says_so_with_help(
    client: TestClient, service: str
) -> None:
    answer = client.post("/card", data={"service": service})

    assert answer.status_code == 404
    assert has_help_block(answer.text)


def test_before_the_first_contact_the_duty_of_the_country_is_told(client: TestClient) -> None:
    helplines = {"choice": "services.helpline", "country": "FR"}
    danger = {"choice": "topic.imminent_risk", "country": "FR"}

    assert "by a survey of 2014" in client.post("/", data=helplines).text
    assert "by a survey of 2014" in client.get("/help?country=FR").text
    assert "by a survey of 2014" not in client.post("/", data=danger).text


def test_a_country_without_a_service_made_for_this_says_so_on_its_help_page(
    client: TestClient,
) -> None:
    said = "We know of no service made for this in your country"

    assert said in client.get("/help?country=IT").text
    assert said not in client.get("/help?country=GB").text
    assert said not in client.get("/help").text


@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_whoever_came_across_something_finds_the_report_hotline_in_two_taps(
    client: TestClient, locale: str
) -> None:
    first = client.get("/").text
    assert 'value="topic.report"' in first

    html = client.post("/", data={"choice": "topic.report", "locale": locale, "country": "GB"}).text

    assert "report.iwf.org.uk" in html


@pytest.mark.parametrize(
    ("service", "has_sentence", "has_busy"),
    [
        ("stop-it-now-uk-ireland", True, True),
        ("childline-gb", False, True),
        ("emergency-gb", False, False),
    ],
)
def test_words_about_oneself_stand_only_where_one_talks_about_oneself(
    client: TestClient, service: str, has_sentence: bool, has_busy: bool
) -> None:
    html = client.post("/card", data={"service": service, "country": "GB"}).text
    page = html[html.index("To take with you") : html.index('id="help"')]

    assert ("sexual thoughts about children, and I want help" in page) is has_sentence
    assert ("It goes like this at most services" in page) is has_sentence
    assert ("it may be busy or closed" in page) is has_busy
