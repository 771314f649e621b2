"""security.txt: what RFC 9116 asks for, and only where an operator named an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from bot.web.public.app import create_app
from bot.web.public.site import Site
from tests.web.conftest import NOON

WHERE = "/.well-known/security.txt"
CONTACTS = ["mailto:security@organisation.example", "https://organisation.example/report"]


def served(site: Site, contact: str) -> TestClient:
    settings = replace(site.settings, security_contact=contact)
    return TestClient(create_app(replace(site, settings=settings)))


def fields(text: str) -> dict[str, list[str]]:
    """Read a security.txt: a name, a colon and a value on each line; names have no case."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, colon, value = line.partition(": ")
            assert colon, line
            found.setdefault(name.lower(), []).append(value)
    return found


@pytest.mark.parametrize("contact", CONTACTS)
def test_it_names_the_operators_address_and_runs_out_within_a_year(
    site: Site, contact: str
) -> None:
    answer = served(site, contact).get(WHERE)
    said = fields(answer.text)

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert said["contact"] == [contact]
    (expires,) = said["expires"]
    until = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%S%z")
    assert timedelta(days=300) < until - NOON < timedelta(days=365)
    assert len(said["preferred-languages"]) == 1


def test_it_tells_no_hour_at_which_the_site_was_started(site: Site) -> None:
    text = served(site, CONTACTS[0]).get(WHERE).text
    other = replace(site, clock=lambda: datetime(2026, 11, 23, 23, 59, tzinfo=UTC))

    assert served(other, CONTACTS[0]).get(WHERE).text == text
    assert "T00:00:00Z" in text


def test_without_an_address_there_is_none(client: TestClient) -> None:
    assert client.get(WHERE).status_code == 404
