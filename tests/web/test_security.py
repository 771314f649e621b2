"""Every answer carries the headers, and no page needs what they forbid."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from bot.web.padding import STEP
from bot.web.public.site import Site
from bot.web.security import HEADERS
from tests.web.reading import FETCH, Attributes, has_help_block

PATHS = ["/", "/help", "/about", "/privacy", "/nowhere", "/static/site.css", "/favicon.ico"]
PAGES = PATHS[:5]
CHOICES = [
    "module.urges.2", "exercise.urge_timer", "exercise.grounding", "exercise.stay_safe_plan",
    "check_in.start", "topic.suicide_risk", "topic.imminent_risk", "services.helpline", "menu",
]  # fmt: skip


def policy(header: str) -> dict[str, list[str]]:
    """Parse a content security policy."""
    directives = (part.split() for part in header.split(";"))
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)

    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    for name in ("server", "etag", "last-modified", "set-cookie", "x-powered-by"):
        assert name not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_foreign(client: TestClient) -> None:
    rules = policy(client.get("/").headers["content-security-policy"])

    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == ["'self'"]
    assert rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert rules["require-trusted-types-for"] == ["'script'"]
    assert "unsafe" not in str(rules)


def test_an_onion_address_is_told_nothing_about_tls(client: TestClient) -> None:
    onion = client.get("/", headers={"Host": "abc.onion"})

    assert "strict-transport-security" not in onion.headers
    assert "strict-transport-security" in client.get("/").headers


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "junk"])
def test_a_form_from_another_site_is_refused(client: TestClient, origin: str) -> None:
    answer = client.post("/", data={"text": "hello"}, headers={"Sec-Fetch-Site": origin})

    assert answer.status_code == 403
    assert has_help_block(answer.text)


@pytest.mark.parametrize("origin", ["same-origin", "none"])
def test_a_form_from_our_own_page_is_taken(client: TestClient, origin: str) -> None:
    answer = client.post("/", data={"text": "hello"}, headers={"Sec-Fetch-Site": origin})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_few_sizes(client: TestClient, path: str) -> None:
    assert len(client.get(path).content) % STEP == 0


def test_turns_have_few_sizes(client: TestClient) -> None:
    for choice in CHOICES:
        assert len(client.post("/", data={"choice": choice}).content) % STEP == 0
        assert len(client.post("/", data={"choice": choice}, headers=FETCH).content) % STEP == 0


@pytest.mark.parametrize("choice", ["", *CHOICES])
def test_no_page_has_inline_styles_scripts_or_handlers(client: TestClient, choice: str) -> None:
    html = (client.post("/", data={"choice": choice}) if choice else client.get("/")).text

    for tag, name, value in Attributes(html).found:
        assert name != "style"
        assert not name.startswith("on")
        assert not value.startswith("javascript:")
        assert (tag, name) != ("script", "inline")
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*src=)", html)


@pytest.mark.parametrize("path", PAGES)
def test_files_are_checked_by_their_hash(client: TestClient, site: Site, path: str) -> None:
    html = client.get(path).text

    for name in ("site.css", "site.js"):
        assert f'/static/{name}" integrity="{site.assets[name].integrity}"' in html
        assert client.get(f"/static/{name}").content == site.assets[name].body


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_loaded_from_elsewhere(client: TestClient, path: str) -> None:
    for tag, name, value in Attributes(client.get(path).text).found:
        if name == "src" or (tag == "link" and name == "href"):
            assert value.startswith(("/static/", "data:,"))


@pytest.mark.parametrize("path", PAGES)
def test_outward_links_carry_no_address_of_ours(client: TestClient, path: str) -> None:
    html = client.get(path).text

    for link in re.findall(r'<a [^>]*href="https:[^>]*>', html):
        assert "noreferrer" in link


def test_the_first_page_is_small(client: TestClient, site: Site) -> None:
    page = client.get("/")
    loaded = {name: asset for name, asset in site.assets.items() if f"/static/{name}" in page.text}
    whole = len(page.content) + sum(len(asset.body) for asset in loaded.values())

    # Of it 13 kB are the names of every country, twice: in the settings and in the help block.
    assert set(loaded) == {"site.css", "site.js"}
    # Up to 12 kB are there to make it as long as other pages.
    assert whole <= 84_000


@pytest.mark.parametrize("path", PAGES)
def test_the_title_says_nothing_about_the_page(client: TestClient, site: Site, path: str) -> None:
    assert f"<title>{site.settings.title}</title>" in client.get(path).text
