"""The site shows what is published without a restart, and keeps what it counted."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import pytest
from starlette.testclient import TestClient

from bot.following import Follower
from bot.settings import Settings
from bot.storage import bundles
from bot.web.public.app import create_app
from bot.web.public.server import newer
from bot.web.public.site import Site
from tests.builders import NOON, checkout

OLD, NEW = "Skip to content", "Go to the content"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings under which one changed sentence is published."""
    folder = tmp_path_factory.mktemp("published")
    chosen = Settings(
        bundles=folder / "bundles", bundle_key=folder / "bundle.pub", take_over_seconds=0.1
    )
    root = checkout(folder)
    words = root / "content" / "words" / "interface.yml"
    words.write_text(words.read_text("utf-8").replace(OLD, NEW), "utf-8")
    bundles.write_keys(folder / "bundle.key", chosen.bundle_key)
    made = bundles.make(root, chosen.bundles, folder / "bundle.key", NOON.date())
    bundles.switch(chosen.bundles, made.name, chosen.bundle_key)
    return chosen


def shown_within(client: TestClient, words: str, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while words not in client.get("/").text:
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_a_running_site_shows_what_is_published_and_keeps_its_counts(
    site: Site, published: Settings
) -> None:
    running = replace(site, settings=published)
    app = create_app(running, newer=partial(newer, Follower(published)))
    with TestClient(app) as client:
        assert shown_within(client, NEW)
        assert OLD not in client.get("/").text
        assert OLD not in client.get("/nothing/here").text


def test_whatever_fails_there_is_tried_again_and_ends_nothing_else(
    site: Site, published: Settings
) -> None:
    tries, follower = [], Follower(published)

    def fails_once(now: Site) -> Site | None:
        tries.append(now)
        if len(tries) == 1:
            raise RuntimeError
        return newer(follower, now)

    with TestClient(create_app(replace(site, settings=published), newer=fails_once)) as client:
        assert shown_within(client, NEW)


def test_connections_counters_and_clock_stay_the_same(site: Site, published: Settings) -> None:
    fresh = newer(Follower(published), replace(site, settings=published))

    assert fresh is not None
    assert fresh.content is not site.content
    assert fresh.assistant is site.assistant
    assert fresh.gathering is site.gathering
    assert fresh.courier is site.courier
    assert fresh.clock is site.clock


def test_where_nothing_is_published_nothing_changes(site: Site, published: Settings) -> None:
    follower = Follower(published)
    newer(follower, site)

    assert newer(follower, site) is None


def test_in_production_what_nobody_signed_is_not_taken_over(
    site: Site, published: Settings
) -> None:
    strict = replace(published, mode="production")

    assert newer(Follower(strict), replace(site, settings=strict)) is None
