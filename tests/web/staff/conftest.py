"""The staff's pages on a real database, with people who sign in as people do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.settings import read
from bot.storage.staff.codes import digest_of
from bot.storage.staff.people import NewPassword, Role
from bot.storage.staff.sealing import Work
from bot.storage.staff.store import StaffStore
from bot.web.staff.app import create_app
from bot.web.staff.site import Staff, new_staff
from tests.builders import NOON

ADDRESS = "http://localhost:8090"
PASSWORD = "correct horse battery"
KEY = bytes(range(32))
LIGHT = Work(memory_kib=64, iterations=1, lanes=1)
OURS = {"Sec-Fetch-Site": "same-origin"}
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Clock:
    """Moves only when told to; ``now`` is the time of day, ``seconds`` that of sessions."""

    passed: float = 0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return self.passed

    def forward(self, seconds: float) -> None:
        self.passed += seconds


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and sends forms as pages do."""

    client: TestClient
    clock: Clock
    secrets: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def post(self, path: str, page: str, **fields: object) -> Response:
        """Send a form of ``page``, with its token."""
        token = TOKEN.search(self.get(page).text)
        assert token, f"{page} has no form"
        return self.client.post(path, data={"form_token": token[1]} | fields, headers=OURS)

    def code(self, name: str) -> str:
        """Return the code that the app of ``name`` shows now."""
        return pyotp.TOTP(self.secrets[name]).at(self.clock.now())

    def sign_in(self, name: str, password: str = PASSWORD, code: str | None = None) -> Response:
        """Sign in with the next code, as one who waited for it."""
        if code is None:
            self.clock.forward(30)
            code = self.code(name)
        return self.post("/sign-in", "/sign-in", name=name, password=password, code=code)


def make_account(store: StaffStore, secrets: dict[str, str], name: str, *roles: Role) -> int:
    """Make an account with a password, and keep the secret of its code app; return its id."""
    code = store.invite(name, roles, "shell", NOON)
    secret = secrets[name] = store.safe.code_secret(f"invitation/{digest_of(code)}")
    chosen = NewPassword(PASSWORD, secret, pyotp.TOTP(secret).timecode(NOON))
    return store.accept(code, chosen, NOON).id


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database with an administrator and a researcher, and the secrets of their code apps."""
    path, secrets = tmp_path_factory.mktemp("staff") / "staff.sqlite", {}
    store = StaffStore(f"sqlite:///{path}", KEY, LIGHT)
    for name, role in (("ada", Role.ADMINISTRATOR), ("rosa", Role.RESEARCHER)):
        make_account(store, secrets, name, role)
    store.close_engine()
    return path, secrets


@pytest.fixture
def database(tmp_path: Path, furnished: tuple[Path, dict[str, str]]) -> Path:
    return Path(shutil.copy(furnished[0], tmp_path / "staff.sqlite"))


@pytest.fixture
def store(database: Path) -> Iterator[StaffStore]:
    made = StaffStore(f"sqlite:///{database}", KEY, LIGHT)
    yield made
    made.close_engine()


@pytest.fixture
def staff(store: StaffStore, clock: Clock, tmp_path: Path) -> Staff:
    settings = replace(read({}), studio_database=f"sqlite:///{tmp_path / 'studio.sqlite'}")
    return new_staff(settings, store, clock.now, clock.seconds)


@pytest.fixture
def app(staff: Staff) -> ASGIApp:
    return create_app(staff)


@pytest.fixture
def someone(
    app: ASGIApp, clock: Clock, furnished: tuple[Path, dict[str, str]]
) -> Iterator[Browser]:
    """A browser of nobody that is known yet."""
    with TestClient(app, base_url=ADDRESS) as client:
        yield Browser(client, clock, dict(furnished[1]))


@pytest.fixture
def employ(staff: Staff, someone: Browser) -> Callable[..., int]:
    """Return a function that makes an account with these roles."""

    def make(name: str, *roles: Role) -> int:
        return make_account(staff.store, someone.secrets, name, *roles)

    return make


@pytest.fixture
def administrator(someone: Browser) -> Browser:
    """Somebody who signed in and is an administrator."""
    assert someone.sign_in("ada").url.path == "/"
    return someone


@pytest.fixture
def researcher(someone: Browser) -> Browser:
    """Somebody who signed in and is a researcher."""
    assert someone.sign_in("rosa").url.path == "/"
    return someone
