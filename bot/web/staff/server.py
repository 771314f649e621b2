"""Serve the staff's pages."""

from __future__ import annotations

import uvicorn

from bot.settings import Settings
from bot.storage.staff.store import StaffStore
from bot.web.staff.app import create_app
from bot.web.staff.site import new_staff

MOST_CONNECTIONS = 200
IDLE_CONNECTION_SECONDS = 5


def serve(settings: Settings, key: bytes) -> None:
    """Serve until told to stop; nothing about a request is logged.

    Raises:
        BadSetting: The database can't be opened, or was made with another key.
    """
    store = StaffStore(settings.staff_database, key)
    uvicorn.run(
        create_app(new_staff(settings, store)),
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
