"""Put the visitor's site together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date

import anyio
from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot import logs, wiping
from bot.statistics.counts import CountStore, Gathering
from bot.web.public import chat, directory, embed, errors, handover, library, statistics, wellknown
from bot.web.public import help as help_pages
from bot.web.public import progress as progress_pages
from bot.web.public.site import Site, site_of
from bot.web.security import Guard

FORGETTING_SECONDS = 60.0
"""How often keys are looked at, so that they go when nobody visits, too."""

Newer = Callable[[Site], Site | None]


def create_app(site: Site, store: CountStore | None = None, newer: Newer | None = None) -> ASGIApp:
    """Return the site as one ASGI application; without ``store`` nothing is counted.

    ``newer`` returns the site with newly published content, or None; it is asked again and again.
    """
    app = Starlette(
        routes=[
            *chat.routes,
            *help_pages.routes,
            *directory.routes,
            *handover.routes,
            *library.routes,
            *progress_pages.routes,
            *statistics.routes,
            *embed.routes_for(site.settings),
            *wellknown.routes_for(site.settings, site.clock().date()),
            *routes,
        ],
        exception_handlers={
            HTTPException: errors.for_exception,
            Exception: errors.for_exception,
        },
        lifespan=_lifespan(site, store, newer),
    )
    app.state.site = site
    return Guard(app, errors.refusing(app), headers=embed.headers_with(site.settings))


async def asset(request: Request) -> Response:
    """Serve one static file from memory."""
    found = site_of(request).assets.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return Response(found.body, media_type=found.media_type)


async def no_icon(request: Request) -> Response:
    """Tell browsers that insist that there is no icon."""
    return Response(status_code=204)


async def hand_over_now_and_then(site: Site, store: CountStore, every_seconds: float) -> None:
    """Hand counts over by the clock alone, so that no hand-over tells of a visit."""
    while True:
        await anyio.sleep(every_seconds)
        await to_thread.run_sync(hand_over, site.gathering, store, site.clock().date())


def hand_over(gathering: Gathering, store: CountStore, today: date) -> None:
    """Hand counts over; those that the store doesn't take are lost, and nobody is told."""
    try:
        gathering.hand_over(store, today)
    except Exception:  # a full or missing database must not touch the site
        return


async def take_over_now_and_then(app: Starlette, newer: Newer, every_seconds: float) -> None:
    """Show published content from the next request on; who is served now gets what was."""
    while True:
        await anyio.sleep(every_seconds)
        fresh = None
        try:
            fresh = await to_thread.run_sync(newer, app.state.site)
        except Exception as error:  # whatever it is, it must not end the site's other tasks
            logs.note("takeover.failed", **logs.where(error))
        if fresh is not None:
            app.state.site.minute.forget()
            statistics.forget()
            app.state.site = fresh


async def forget_now_and_then(app: Starlette) -> None:
    """Drop what was remembered against abuse once it is old, and the pages of a past minute."""
    while True:
        await anyio.sleep(FORGETTING_SECONDS)
        app.state.site.limits.forget()
        app.state.site.minute.forget()
        if app.state.site.keeper:
            app.state.site.keeper.forget()


def _lifespan(
    site: Site, store: CountStore | None, newer: Newer | None
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wiping.free_what_is_left)
            if store is not None:
                every = site.settings.flush_seconds
                tasks.start_soon(hand_over_now_and_then, site, store, every)
            if newer is not None:
                every = site.settings.take_over_seconds
                tasks.start_soon(take_over_now_and_then, app, newer, every)
            tasks.start_soon(forget_now_and_then, app)
            if site.keeper is not None:
                tasks.start_soon(site.keeper.purge_now_and_then, lambda: site.clock().date())
            yield
            tasks.cancel_scope.cancel()
        if store is not None:
            hand_over(site.gathering, store, site.clock().date())
        await site.assistant.close()
        await site.courier.close()

    return lifespan


routes = [
    Route("/static/{name}", asset, methods=["GET"]),
    Route("/favicon.ico", no_icon, methods=["GET"]),
]
