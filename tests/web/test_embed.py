"""The chat inside a partner's page: one address, for exact origins, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.web.padding import SIZES
from bot.web.public.app import create_app
from bot.web.public.site import Site
from tests.web.reading import FETCH, has_help_block
from tests.web.test_headers import ISOLATION, POLICY, directives

PARTNERS = ("https://partner.example", "https://www.partner.example:8443")
FRAMED = {"frame": "on", "locale": "en", "country": "GB"}


@pytest.fixture
def open_to_partners(site: Site) -> Iterator[TestClient]:
    settings = replace(site.settings, embed=" ".join(PARTNERS))
    with TestClient(create_app(replace(site, settings=settings))) as client:
        yield client


def test_only_the_partners_that_are_named_may_frame_it(open_to_partners: TestClient) -> None:
    headers = open_to_partners.get("/embed").headers

    assert directives(headers["content-security-policy"]) == POLICY | {
        "frame-ancestors": set(PARTNERS)
    }
    assert "x-frame-options" not in headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"


def test_in_all_else_its_headers_are_those_of_every_page(open_to_partners: TestClient) -> None:
    embedded, other = (open_to_partners.get(path).headers for path in ("/embed", "/help"))
    changed = {"content-security-policy", "cross-origin-resource-policy", "x-frame-options"}

    assert {name for name in other if embedded.get(name) != other[name]} == changed
    assert set(embedded) <= set(other)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/embed"), ("GET", "/"), ("POST", "/"), ("GET", "/help"), ("POST", "/forget"),
     ("GET", "/embed/"), ("GET", "/nowhere"), ("GET", "/static/site.js")],
)  # fmt: skip
def test_nothing_else_may_be_framed_by_anybody(
    open_to_partners: TestClient, method: str, path: str
) -> None:
    sent = FRAMED | {"choice": "menu"} if method == "POST" else None
    headers = open_to_partners.request(method, path, data=sent, follow_redirects=False).headers

    assert directives(headers["content-security-policy"]) == POLICY
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == ISOLATION["cross-origin-resource-policy"]


def test_without_partners_it_is_not_there(client: TestClient) -> None:
    answer = client.get("/embed")

    assert answer.status_code == 404
    assert directives(answer.headers["content-security-policy"]) == POLICY


def test_a_partners_page_can_send_nothing(open_to_partners: TestClient) -> None:
    for path in ("/", "/embed", "/forget"):
        sent = open_to_partners.post(path, data=FRAMED, headers={"Sec-Fetch-Site": "cross-site"})
        assert sent.status_code == 403


def test_it_is_the_first_page_with_the_help_and_a_way_to_our_own_window(
    open_to_partners: TestClient,
) -> None:
    page = open_to_partners.get("/embed").text

    assert has_help_block(page)
    assert re.search(r'id="exit"[^>]*target="_top"', page)
    assert re.search(r'<a [^>]*href="/" target="_blank"', page)
    assert len(page.encode()) in SIZES


def test_without_scripts_nothing_is_answered_in_the_frame(open_to_partners: TestClient) -> None:
    page = open_to_partners.get("/embed").text
    forms = re.findall(r'<form (?![^>]*method="dialog")[^>]*>', page)
    links = re.findall(r'<a [^>]*href="/[^>]*>', page)

    assert len(forms) >= 3
    assert len(links) >= 4
    assert all('target="_blank"' in tag for tag in forms + links)


def test_a_whole_page_that_the_frame_asks_for_is_made_for_the_frame(
    open_to_partners: TestClient,
) -> None:
    def page_for(data: dict[str, str]) -> str:
        how = {"X-Requested-With": "page"}
        return open_to_partners.post("/", data=data | {"choice": "menu"}, headers=how).text

    assert 'target="_top"' in page_for(FRAMED)
    assert 'target="_top"' not in page_for({"locale": "en", "country": "GB"})
    assert "<form" not in open_to_partners.post("/", data=FRAMED, headers=FETCH).text


def test_what_was_made_for_a_frame_is_never_shown_outside(open_to_partners: TestClient) -> None:
    embedded = [open_to_partners.get("/embed").text for _ in range(2)]
    pages = [open_to_partners.get("/").text for _ in range(2)]

    assert all('target="_top"' in page for page in embedded)
    assert not any('target="_top"' in page for page in pages)
