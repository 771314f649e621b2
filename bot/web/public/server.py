"""Build the visitor's site from settings, and serve it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import uvicorn

from bot import wiring
from bot.following import Follower
from bot.settings import ROOT, Settings
from bot.statistics.counts import CountStore, Gathering
from bot.web.connections import Connection, Server
from bot.web.public.app import create_app
from bot.web.public.assets import read_assets
from bot.web.public.assistant import SocketAssistant
from bot.web.public.keeper import Keeper
from bot.web.public.pages import read_templates
from bot.web.public.site import Site

IDLE_CONNECTION_SECONDS = 5


def build(settings: Settings, root: Path = ROOT, today: date | None = None) -> Site:
    """Return the site that ``settings`` ask for, with what is signed ``today``, in UTC.

    Raises:
        BrokenContent: A content file or catalog can't be used.
        NotReady: Production mode, and safety texts are not signed, or no locale is.
    """
    content, sign_off = wiring.content(root), wiring.signoff(root)
    today = today or datetime.now(UTC).date()
    return Site(
        settings=settings,
        content=content,
        locales=wiring.offered_locales(settings, root, today),
        assistant=SocketAssistant(settings.socket, settings.answer_seconds),
        gathering=Gathering(),
        templates=read_templates(),
        assets=read_assets(content.shelf.exercises),
        signed=sign_off.signed_locales(today),
        keeper=_keeper(settings),
    )


def _keeper(settings: Settings) -> Keeper | None:
    """Return who keeps progress; turned off, as long as the file is there, who ends what is in it.

    Else what visitors were told is deleted after 30 days would stay for ever.
    """
    url, is_on = settings.progress_database, settings.resume == "on"
    is_there = os.path.exists(url.removeprefix("sqlite:///"))
    return Keeper(url, is_on=is_on) if is_on or is_there else None


def read_ahead(settings: Settings) -> None:
    """Make a site and throw it away, so that a copy of this process has read all that it needs.

    Raises:
        BotError: Not even the checkout's content can be used.
    """
    create_app(Follower(settings).first(lambda root: build(settings, root)))


def newer(follower: Follower, site: Site) -> Site | None:
    """Return ``site`` with what was published since, or None; connections and counts stay."""
    fresh = follower.newer(lambda root: build(site.settings, root))
    if fresh is None:
        return None
    return replace(
        site,
        content=fresh.content,
        locales=fresh.locales,
        assets=fresh.assets,
        signed=fresh.signed,
    )


def serve(settings: Settings, store: CountStore | None = None) -> None:
    """Serve until told to stop; nothing about a request is written anywhere."""
    follower = Follower(settings)
    site = follower.first(lambda root: build(settings, root))
    config = uvicorn.Config(
        create_app(site, store, partial(newer, follower)),
        host=settings.host,
        port=settings.port,
        loop="asyncio",  # uvloop reads all connections through one buffer, and never clears it
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        log_level="error",
        http=Connection,
        timeout_keep_alive=IDLE_CONNECTION_SECONDS,
    )
    with suppress(KeyboardInterrupt):  # it has stopped by then, and passes that on
        Server(config).run()
