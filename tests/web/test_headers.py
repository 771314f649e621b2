"""The headers of every route, read with a parser as browsers read them, never compared as texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.web.padding import SIZES
from bot.web.public.site import Site
from tests.web.reading import FETCH
from tests.web.structured import Item, Token, parse_dictionary, parse_item

FORBIDDEN = {
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
}  # fmt: skip
"""What no page may use; bluetooth and web-share are missing: Chromium doesn't know them here."""
POLICY = {
    "default-src": {"'none'"}, "script-src": {"'self'"}, "style-src": {"'self'"},
    "img-src": {"'self'", "data:"}, "font-src": {"'self'"}, "connect-src": {"'self'"},
    "form-action": {"'self'"}, "base-uri": {"'none'"}, "frame-ancestors": {"'none'"},
    "require-trusted-types-for": {"'script'"}, "trusted-types": {"quietline"},
}  # fmt: skip
POLICY_OF_DATA = {
    "default-src": {"'none'"}, "base-uri": {"'none'"}, "form-action": {"'none'"},
    "frame-ancestors": {"'none'"}, "sandbox": set(),
}  # fmt: skip
DATA = ("application/", "text/csv", "text/plain", "text/markdown")
WORDS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "deny",
    "x-dns-prefetch-control": "off",
}
"""Headers that browsers read as one word, in small letters."""
ISOLATION = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
}
ABSENT = {
    "server", "etag", "last-modified", "set-cookie", "x-powered-by", "report-to", "nel",
    "reporting-endpoints", "accept-ch", "link", "content-encoding", "content-location", "via",
    "content-security-policy-report-only", "access-control-allow-origin", "expires", "date",
    "refresh", "location", "source-map",
}  # fmt: skip
ONE_YEAR = 31_536_000  # seconds
FILLED_IN = {"name": "site.css", "path": "README.md"}
SEEN = [
    ("GET", "/"), ("POST", "/"), ("GET", "/help"), ("POST", "/forget"), ("POST", "/card"),
    ("GET", "/static/site.css"), ("GET", "/services.json"), ("GET", "/nowhere"), ("PUT", "/"),
]  # fmt: skip
"""Of every kind one, so that a route that is lost from the list below is noticed."""


def requests_of(client: TestClient) -> Iterator[tuple[str, str]]:
    """Yield every method and path that the site knows, and some that it refuses."""
    starlette = client.app._app  # type: ignore[union-attr]
    for route in starlette.routes:
        assert isinstance(route, Route)
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: FILLED_IN[part[1]], route.path)
        yield from ((method, path) for method in sorted(route.methods or ()))
    yield from (("GET", "/nowhere"), ("PUT", "/"), ("DELETE", "/help"), ("POST", "/static/x"))


def test_every_route_answers_with_headers_that_parse_and_forbid(client: TestClient) -> None:
    asked = list(requests_of(client))

    assert set(SEEN) <= set(asked)
    for method, path in asked:
        data = {"choice": "menu", "service": "troubled-desire"} if method == "POST" else None
        answer = client.request(method, path, data=data, follow_redirects=False)
        names = [name.lower() for name, _ in answer.headers.multi_items()]
        assert len(names) == len(set(names)), f"{method} {path} says something twice"
        _forbids(dict(answer.headers), f"{method} {path}")


def _forbids(headers: dict[str, str], where: str) -> None:
    is_data = headers.get("content-type", "").startswith(DATA)
    policy = POLICY_OF_DATA if is_data else POLICY
    assert directives(headers["content-security-policy"]) == policy, where
    features = parse_dictionary(headers["permissions-policy"])
    assert set(features) == FORBIDDEN, where
    assert all(item == Item(()) for item in features.values()), where
    for name, value in ISOLATION.items():
        assert parse_item(headers[name]) == Item(Token(value)), f"{name} of {where}"
    assert parse_item(headers["origin-agent-cluster"]) == Item(True), where
    for name, value in WORDS.items():
        assert headers[name].strip().lower() == value, f"{name} of {where}"
    assert parse_dictionary(headers["cache-control"]) == {"no-store": Item(True)}, where
    assert _transport(headers["strict-transport-security"]) >= ONE_YEAR, where
    robots = {part.strip() for part in headers["x-robots-tag"].split(",")}
    found_by_search = where.endswith(" /")  # the first page alone, which names nobody's trouble
    assert robots == {"noarchive", "nosnippet"} | (set() if found_by_search else {"noindex"}), where
    assert not ABSENT & set(headers), where


def directives(policy: str) -> dict[str, set[str]]:
    """Parse a content security policy as its standard says: of two directives the first counts."""
    parsed: dict[str, set[str]] = {}
    for part in policy.split(";"):
        name, *values = part.split() or [""]
        assert name.lower() not in parsed, "a browser would not heed the second"
        parsed[name.lower()] = set(values)
    return parsed


def _transport(header: str) -> int:
    parts = [part.strip().lower().partition("=") for part in header.split(";")]
    names = [name for name, _, _ in parts]
    assert len(names) == len(set(names))
    return int({name: value.strip('"') for name, _, value in parts}["max-age"])


def test_pages_have_three_lengths_at_most_whatever_is_on_them(
    client: TestClient, site: Site
) -> None:
    content, country = site.content, "DE"
    choices = [*(f"topic.{intent}" for intent in content.answers), "check_in.start", "menu",
               *(f"module.{slug}" for slug in content.shelf.modules),
               *(f"exercise.{slug}" for slug in content.shelf.exercises)]  # fmt: skip
    lengths = set()
    for path in ("/", "/help", "/about", "/privacy", "/library", "/directory", "/nowhere"):
        lengths.add(len(client.get(f"{path}?locale=fi&country={country}").content))
    for choice in choices:
        form = {"locale": "de", "country": country, "choice": choice}
        lengths |= {len(client.post("/", data=form, headers=how).content) for how in ({}, FETCH)}

    assert lengths <= set(SIZES)
    assert len(SIZES) == 3


@pytest.mark.parametrize("path", ["/services.json", "/services.csv", "/services.schema.json"])
def test_data_that_is_opened_in_a_browser_can_do_nothing(client: TestClient, path: str) -> None:
    policy = directives(client.get(path).headers["content-security-policy"])

    assert policy == POLICY_OF_DATA


@pytest.mark.parametrize("path", ["/", "/help", "/library"])
def test_nothing_makes_a_browser_keep_or_ask_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(
        path, headers={"If-None-Match": "*", "If-Modified-Since": "x", "Range": "bytes=0-9"}
    )

    assert (again.status_code, len(again.content)) == (200, len(first.content))
    assert "accept-ranges" not in again.headers
