"""Build the visitor's site from settings, and serve it."""

from __future__ import annotations

import uvicorn

from bot import wiring
from bot.settings import Settings
from bot.statistics.counts import CountStore, Gathering
from bot.web.public.app import create_app
from bot.web.public.assets import read_assets
from bot.web.public.assistant import SocketAssistant
from bot.web.public.pages import read_templates
from bot.web.public.site import Site, offered

MOST_CONNECTIONS = 1_000
IDLE_CONNECTION_SECONDS = 5


def build(settings: Settings) -> Site:
    """Return the site that ``settings`` ask for.

    Raises:
        BrokenContent: A content file or catalog can't be used.
        NotReady: Production mode, and no locale is signed.
    """
    content = wiring.content()
    return Site(
        settings=settings,
        content=content,
        locales=offered(wiring.locales(), settings),
        assistant=SocketAssistant(settings.socket, settings.answer_seconds),
        gathering=Gathering(),
        templates=read_templates(),
        assets=read_assets(content.shelf.exercises),
    )


def serve(settings: Settings, store: CountStore | None = None) -> None:
    """Serve until told to stop; nothing about a request is written anywhere."""
    uvicorn.run(
        create_app(build(settings), store),
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        log_level="error",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_CONNECTION_SECONDS,
    )
