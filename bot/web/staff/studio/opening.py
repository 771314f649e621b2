"""The desk behind the studio's pages, opened once, and who works at it.

Every page of the studio begins with ``at_desk(request)``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.settings import Settings
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.signing import Person
from bot.web.staff.access import signed_in
from bot.web.staff.site import staff_of

T = TypeVar("T")


class Opening:
    """Opens the desk at the first page that needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._desk = settings, None
        self._lock = threading.Lock()

    _desk: Desk | None

    def desk(self) -> Desk | None:
        """Return the desk, or None when there is no working copy yet; may take seconds once.

        Raises:
            BadSetting: The studio's database can't be reached.
            BrokenContent: The working copy was changed by hand so that it can't be read.
        """
        with self._lock:
            if self._desk is None and (self._settings.studio / "content").is_dir():
                store = StudioStore(self._settings.studio_database)
                self._desk = Desk(self._settings.studio, store)
            return self._desk

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._desk:
                self._desk.store.close_engine()
            self._desk = None


@dataclass(frozen=True)
class AtDesk:
    """A request of somebody at the desk.

    Attributes:
        today: In UTC.
    """

    request: Request
    desk: Desk
    person: Person
    today: date

    async def ask(self, question: Callable[..., T], *arguments: Any) -> T:
        """Ask the desk, in a thread."""
        return await staff_of(self.request).ask(question, *arguments)


async def at_desk(request: Request) -> AtDesk:
    """Return the desk and who asks; only inside of ``needs``.

    Raises:
        HTTPException: 404 while there is no working copy.
    """
    staff = staff_of(request)
    desk = await staff.ask(opening_of(request).desk)
    if desk is None:
        raise HTTPException(404, NO_COPY)
    who = signed_in(request)
    signing_roles = await staff.ask(desk.store.signing_roles, who.name)
    roles = frozenset(map(str, who.roles))
    return AtDesk(request, desk, Person(who.name, roles, signing_roles), staff.clock().date())


def opening_of(request: Request) -> Opening:
    """Return what opens the desk of the app that ``request`` came to."""
    opening: Opening = request.app.state.opening
    return opening


NO_COPY = "no working copy"
