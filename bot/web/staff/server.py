"""Serve the staff's pages."""

from __future__ import annotations

import threading
from contextlib import suppress

import uvicorn

from bot.errors import BotError
from bot.settings import Settings
from bot.storage.staff.store import StaffStore
from bot.web.staff.app import create_app
from bot.web.staff.site import new_staff
from bot.web.staff.studio.opening import Opening

MOST_CONNECTIONS = 200
IDLE_CONNECTION_SECONDS = 5


def serve(settings: Settings, key: bytes) -> None:
    """Serve until told to stop; nothing about a request is logged.

    Raises:
        BadSetting: The database can't be opened, or was made with another key.
    """
    store, opening = StaffStore(settings.staff_database, key), Opening(settings)
    threading.Thread(target=_warm_up, args=[opening], daemon=True).start()
    uvicorn.run(
        create_app(new_staff(settings, store), opening),
        host=settings.staff_host,
        port=settings.staff_port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        log_level="error",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_CONNECTION_SECONDS,
    )


def _warm_up(opening: Opening) -> None:
    """Open the desk before somebody waits for it; a page says what is wrong with it."""
    with suppress(BotError):
        opening.opened()
