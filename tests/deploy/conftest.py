"""The site with real content and no assistant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.settings import read
from bot.web.public.app import create_app
from bot.web.public.server import build
from bot.web.public.site import Site


@pytest.fixture(scope="session")
def site() -> Site:
    return build(read({}))


@pytest.fixture
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(site)) as client:
        yield client
