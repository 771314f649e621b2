"""The desk behind the studio's pages, opened once, and who works at it.

Every page of the studio begins with ``at_desk(request)``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.settings import Settings
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.recognition.room import SETS, Room
from bot.studio.signing import Person
from bot.studio.trying import Trial
from bot.studio.unpublished import Published
from bot.web.staff.access import signed_in
from bot.web.staff.site import staff_of

T = TypeVar("T")
NO_COPY: Final = "no working copy"


@dataclass(frozen=True)
class Opened:
    """The desk, and what is kept beside it.

    Attributes:
        trial: The working copy as visitors would have it.
        published: What they have now.
        room: Recognition: its examples, its phrases and its models.
    """

    desk: Desk
    trial: Trial
    published: Published
    room: Room


class Opening:
    """Opens the desk at the first page that needs it."""

    def __init__(self, settings: Settings, sets: Path = SETS) -> None:
        """Keep what is needed to open it; ``sets`` holds what recognition is measured on."""
        self._settings, self._sets = settings, sets
        self._opened: Opened | None = None
        self._lock = threading.Lock()

    def opened(self) -> Opened | None:
        """Return the desk, or None when there is no working copy yet; may take seconds once.

        Raises:
            BadSetting: The studio's database can't be reached.
            BrokenContent: The working copy was changed by hand so that it can't be read.
        """
        with self._lock:
            if self._opened is None and (self._settings.studio / "content").is_dir():
                store = StudioStore(self._settings.studio_database)
                desk = Desk(self._settings.studio, store)
                published = Published(self._settings)
                room = Room(self._settings, store, lambda: published.live().content, self._sets)
                self._opened = Opened(desk, Trial(desk.index), published, room)
            return self._opened

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._opened:
                self._opened.desk.store.close_engine()
            self._opened = None


@dataclass(frozen=True)
class AtDesk:
    """A request of somebody at the desk.

    Attributes:
        today: In UTC.
        opened: The desk with the content that it makes; ``desk`` is its first half.
    """

    request: Request
    desk: Desk
    person: Person
    today: date
    opened: Opened

    async def ask(self, question: Callable[..., T], *arguments: Any) -> T:
        """Ask the desk, in a thread."""
        return await staff_of(self.request).ask(question, *arguments)


async def at_desk(request: Request) -> AtDesk:
    """Return the desk and who asks; only inside of ``needs``.

    Raises:
        HTTPException: 404 while there is no working copy.
    """
    staff = staff_of(request)
    opened = await staff.ask(opening_of(request).opened)
    if opened is None:
        raise HTTPException(404, NO_COPY)
    who, store = signed_in(request), opened.desk.store
    signing_roles = await staff.ask(store.signing_roles, who.name)
    person = Person(who.name, frozenset(map(str, who.roles)), signing_roles)
    return AtDesk(request, opened.desk, person, staff.clock().date(), opened)


def opening_of(request: Request) -> Opening:
    """Return what opens the desk of the app that ``request`` came to."""
    opening: Opening = request.app.state.opening
    return opening
