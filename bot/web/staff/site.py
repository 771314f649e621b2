"""Everything that the staff's pages need, in one value."""

from __future__ import annotations

import base64
import functools
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from jinja2 import Environment
from starlette.requests import HTTPConnection

from bot.settings import Settings
from bot.storage.staff.store import StaffStore
from bot.web.public.assets import TYPES, Asset, read_assets
from bot.web.public.pages import read_templates
from bot.web.staff.challenges import Challenges
from bot.web.staff.delays import Delays
from bot.web.staff.sessions import Sessions

FOLDER: Final = Path(__file__).parent / "static"
HASHED_AT_ONCE: Final = 2  # each takes 64 MiB and a core

T = TypeVar("T")


@dataclass(frozen=True)
class Staff:
    """The running app.

    Attributes:
        key: Of this process: what browsers that haven't signed in get is derived from it.
        clock: Returns now, aware, in UTC.
        assets: What /static/ serves, by file name.
    """

    settings: Settings
    store: StaffStore
    sessions: Sessions
    delays: Delays
    challenges: Challenges
    templates: Environment
    assets: Mapping[str, Asset]
    clock: Callable[[], datetime]
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    hashing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(HASHED_AT_ONCE))

    async def ask(self, question: Callable[..., T], *arguments: Any) -> T:
        """Ask the database, in a thread."""
        return await to_thread.run_sync(functools.partial(question, *arguments))

    async def ask_slowly(self, question: Callable[..., T], *arguments: Any) -> T:
        """Ask what hashes a password; only a few at once, so that memory is enough."""
        asked = functools.partial(question, *arguments)
        return await to_thread.run_sync(asked, limiter=self.hashing)


def new_staff(
    settings: Settings,
    store: StaffStore,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    seconds: Callable[[], float] = time.monotonic,
) -> Staff:
    """Return the app's parts; ``seconds`` is the clock of sessions, waits and challenges."""
    return Staff(
        settings=settings,
        store=store,
        sessions=Sessions(seconds),
        delays=Delays(seconds),
        challenges=Challenges(seconds),
        templates=read_templates(),
        assets=read_assets({}) | _own_assets(),
        clock=clock,
    )


def staff_of(request: HTTPConnection) -> Staff:
    """Return the app that ``request`` came to."""
    staff: Staff = request.app.state.staff
    return staff


def _own_assets() -> dict[str, Asset]:
    """Return the files that only these pages have; the public site never serves them."""
    return {path.name: _asset(path) for path in FOLDER.iterdir() if path.suffix in TYPES}


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    return Asset(body, TYPES[path.suffix], f"sha384-{digest}")
