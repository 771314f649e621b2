"""A studio with three languages behind the staff's pages, and people with roles at it.

The working copy is shared by the tests of a file: each test takes texts of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.settings import Settings, read
from bot.storage import bundles
from bot.storage.staff.people import Role
from bot.storage.staff.store import StaffStore
from bot.studio.desk import Desk
from bot.studio.exchange import start
from bot.web.staff.app import create_app
from bot.web.staff.site import Staff, new_staff
from bot.web.staff.studio.opening import Opening
from tests.studio.conftest import original  # noqa: F401 (a fixture)
from tests.web.staff.conftest import ADDRESS, Browser, Clock, make_account

Enter = Callable[..., Browser]


@pytest.fixture(scope="module")
def chosen(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:  # noqa: F811
    """Settings with a working copy, a key for bundles, and nothing published."""
    folder = tmp_path_factory.mktemp("studio")
    start(original, folder / "copy")
    bundles.write_keys(folder / "bundle.key", folder / "bundle.pub")
    return replace(
        read({}),
        studio=folder / "copy",
        studio_database=f"sqlite:///{folder / 'studio.sqlite'}",
        bundles=folder / "bundles",
        bundle_key=folder / "bundle.pub",
    )


@pytest.fixture(scope="module")
def opening(chosen: Settings) -> Iterator[Opening]:
    made = Opening(chosen)
    yield made
    made.close()


@pytest.fixture
def desk(opening: Opening) -> Desk:
    opened = opening.opened()
    assert opened
    return opened.desk


@pytest.fixture
def staff(store: StaffStore, clock: Clock, chosen: Settings) -> Staff:
    return new_staff(chosen, store, clock.now, clock.seconds)


@pytest.fixture
def app(staff: Staff, opening: Opening) -> ASGIApp:
    return create_app(staff, opening)


@pytest.fixture
def enter(app: ASGIApp, staff: Staff, clock: Clock, desk: Desk) -> Iterator[Enter]:
    """Return a function that gives somebody an account with roles, and signs them in."""
    clients: list[TestClient] = []

    def come(name: str, *roles: Role, signing: tuple[str, ...] = ()) -> Browser:
        secrets: dict[str, str] = {}
        make_account(staff.store, secrets, name, *roles)
        desk.store.set_signing_roles(name, signing)
        clients.append(TestClient(app, base_url=ADDRESS))
        browser = Browser(clients[-1], clock, secrets)
        assert browser.sign_in(name).url.path == "/"
        return browser

    yield come
    for client in clients:
        client.close()
