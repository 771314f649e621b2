"""The headers of the real server, parsed as a browser does, and the sizes of its pages."""

from __future__ import annotations

import re

import httpx2
import pytest

from bot.web.padding import STEP
from tests.browser.serving import Served

pytestmark = pytest.mark.slow

PAGES = (
    ("GET", "/"), ("GET", "/help"), ("GET", "/help?locale=de&country=AT"), ("GET", "/about"),
    ("GET", "/privacy"), ("GET", "/nowhere"), ("POST", "/"), ("POST", "/forget"), ("POST", "/help"),
    ("DELETE", "/"),
)  # fmt: skip
OTHERS = (("GET", "/static/site.css"), ("GET", "/static/site.js"), ("GET", "/favicon.ico"))
FEATURE = re.compile(r"([a-z-]+)=\(([^()]*)\)")
TOKENS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "origin-agent-cluster": "?1",
}
"""Headers whose value is one word, and the word."""


def answer_to(product: Served, method: str, path: str) -> httpx2.Response:
    data = {"choice": "topic.self_help", "locale": "fr"} if method == "POST" else None
    return httpx2.request(method, product.address + path, data=data, timeout=20)


def sources(policy: str) -> dict[str, list[str]]:
    """Parse a content security policy."""
    directives = [part.split() for part in policy.split(";")]
    names = [name for name, *_ in directives]
    assert len(names) == len(set(names)), "browsers heed only the first of two"
    return {name: values for name, *values in directives}


def features(policy: str) -> dict[str, str]:
    """Parse a permissions policy, a structured-fields dictionary."""
    members = [FEATURE.fullmatch(member.strip()) for member in policy.split(",")]
    assert all(members), policy
    return {member[1]: member[2] for member in members if member}


@pytest.mark.parametrize(("method", "path"), [*PAGES, *OTHERS])
def test_every_answer_forbids_what_the_site_does_not_need(
    product: Served, method: str, path: str
) -> None:
    headers = answer_to(product, method, path).headers

    csp = sources(headers["content-security-policy"])
    assert csp["default-src"] == csp["base-uri"] == csp["frame-ancestors"] == ["'none'"]
    assert csp["form-action"] == csp["script-src"] == csp["style-src"] == ["'self'"]
    assert csp["require-trusted-types-for"] == ["'script'"]
    allowed = {source for values in csp.values() for source in values}
    assert not [source for source in allowed if "unsafe" in source or "*" in source]
    assert set(features(headers["permissions-policy"]).values()) == {""}
    assert {"camera", "geolocation", "microphone"} <= set(features(headers["permissions-policy"]))


@pytest.mark.parametrize(("method", "path"), [*PAGES, *OTHERS])
def test_every_answer_says_what_browsers_must_not_do_with_it(
    product: Served, method: str, path: str
) -> None:
    headers = answer_to(product, method, path).headers

    assert {name: headers[name] for name in TOKENS} == TOKENS
    cache = {part.strip() for part in headers["cache-control"].split(",")}
    assert "no-store" in cache
    transport = dict(
        (part.strip() + "=").split("=")[:2]
        for part in headers["strict-transport-security"].split(";")
    )
    assert int(transport["max-age"]) >= 31_536_000
    for name in ("server", "etag", "last-modified", "set-cookie", "content-encoding", "link"):
        assert name not in headers


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_every_page_is_some_whole_steps_long(product: Served, method: str, path: str) -> None:
    answer = answer_to(product, method, path)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert len(answer.content) % STEP == 0
    assert 'id="help"' in answer.text
