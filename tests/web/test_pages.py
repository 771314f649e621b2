"""Help, about and privacy; exercises; what every page has."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from bot.referral.countries import all_countries
from bot.web.public.help_block import ON_EVERY_PAGE, sections
from bot.web.public.pages import FOLDER
from bot.web.public.site import Site
from bot.web.public.visitor import OTHER, Visitor
from tests.web.conftest import NOON, StandIn
from tests.web.reading import Attributes, has_help_block, token_in

COUNTRIES = ["", "GB", "IE", "DE", "AT", "CH", "FR", "BE", "LU", "PL", OTHER]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("locale", ["en", "de", "fr"])
def test_the_help_page_is_complete(client: TestClient, locale: str, country: str) -> None:
    asked = client.get(f"/help?locale={locale}&country={country}")
    posted = client.post("/help", data={"locale": locale, "country": country})

    assert asked.text == posted.text
    assert has_help_block(asked.text)
    assert f'<html lang="{locale}"' in asked.text
    assert f"value={country} selected" in asked.text or not country


def test_the_help_block_is_never_empty(site: Site) -> None:
    for country in (*all_countries(), OTHER, ""):
        visitor = Visitor(site.locales[0], country)
        found = sections(ON_EVERY_PAGE, site.content, visitor, NOON)
        assert all(section.cards for section in found), country


def test_help_works_without_the_assistant(client: TestClient, assistant: StandIn) -> None:
    assistant.is_down = True

    assert 'href="tel:112"' in client.get("/help?locale=de&country=DE").text


@pytest.mark.parametrize("path", ["/", "/about", "/privacy", "/nowhere"])
def test_every_page_has_exit_first_and_help(client: TestClient, site: Site, path: str) -> None:
    html = client.get(path).text
    links = re.findall(r"<(?:a|button|select|textarea) [^>]*>", html)

    assert 'class="skip"' in links[0]
    assert f'href="{site.settings.exit_url}" rel="noreferrer nofollow"' in links[1]
    assert 'href="#help"' in links[2]
    assert has_help_block(html)


@pytest.mark.parametrize("path", ["/help", "/about", "/privacy"])
def test_side_pages_lead_back_into_the_conversation(client: TestClient, path: str) -> None:
    token = token_in(client.post("/", data={"text": "hello"}).text)
    html = client.post(path, data={"token": token}).text

    assert token_in(html) == token
    assert "Back to the conversation" in html


def test_the_plan_cannot_be_sent(client: TestClient) -> None:
    html = client.post("/", data={"choice": "exercise.stay_safe_plan"}).text
    sheet = html[html.index('<form class="sheet"') : html.index("</form>", html.index("sheet"))]
    names = [name for _, name, _ in Attributes(sheet).found]

    assert 'method="dialog"' in sheet
    assert sheet.count("<textarea") == 6
    assert "name" not in names
    assert "action" not in names
    assert 'type="submit"' not in sheet


def test_the_timer_runs_without_scripts_for_as_long_as_its_phases(site: Site) -> None:
    css = site.assets["site.css"].body.decode()
    minutes = [step.minutes for step in site.content.shelf.exercises["urge_timer"].steps]
    phases = re.findall(r"\.timer-urge_timer \.phase\S+\{animation:now (\d+)s linear (\d+)s}", css)

    assert [int(length) for length, _ in phases] == [60 * m for m in minutes]
    assert int(phases[-1][1]) + int(phases[-1][0]) == 15 * 60
    assert ".timer-urge_timer .filling i{animation-duration:900s}" in css


def test_steps_are_a_list_in_order(client: TestClient) -> None:
    html = client.post("/", data={"choice": "exercise.grounding"}).text

    assert '<ol class="steps">' in html


def test_a_module_screen_says_where_it_is_and_offers_a_break(client: TestClient) -> None:
    html = client.post("/", data={"choice": "module.urges.2"}).text

    assert "Page 2 of 6" in html
    assert "This is too much" in html


def test_text_fields_keep_words_on_this_device(client: TestClient) -> None:
    for choice in ("exercise.stay_safe_plan", "menu"):
        html = client.post("/", data={"choice": choice}).text
        for field in re.findall(r"<textarea[^>]*>", html):
            assert 'autocomplete="off"' in field
            assert 'spellcheck="false"' in field
            assert 'translate="no"' in field


def test_every_field_has_a_label(client: TestClient) -> None:
    for path in ("/", "/help"):
        html = client.get(path).text
        fields = re.findall(r'<(?:select|textarea)[^>]* id="([^"]+)"', html)
        assert fields
        assert all(f'<label for="{field}">' in html for field in fields)


def test_no_browser_keeps_a_form_that_is_sent(client: TestClient, site: Site) -> None:
    pages = ["/", "/help", "/about", "/library", "/directory", "/card?service=samaritans-gb-ie"]
    for path in pages:
        # What is for browsers without scripts is not there for others, which send forms as well.
        html = re.sub("(?s)<noscript>.*?</noscript>", "", client.get(path).text)
        forms = re.findall(r'(?s)<form[^>]*method="post".*?</form>', html)
        assert forms, path
        assert all('type="password"' in form for form in forms), path
    for name in ("handover.html",):
        assert "unsaved.html" in (FOLDER / name).read_text(encoding="utf-8")
