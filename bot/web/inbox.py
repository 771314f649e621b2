"""A small receiver for programmes that take summaries: it runs on their side, with their key."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import CannotOpen
from bot.storage.handover import SEALED_SIZE, unseal

REMEMBERED: Final = 100  # summaries, in memory


def create_inbox(private_key: str, take: Callable[[Mapping[str, str]], None]) -> Starlette:
    """Return an app that opens what is posted to ``/`` and hands the fields to ``take``.

    What has another size answers 413, what this key doesn't open 400; neither is kept. What
    arrives twice, because the sender heard nothing the first time, is taken once.
    """
    latest: deque[dict[str, str]] = deque(maxlen=REMEMBERED)

    async def receive(request: Request) -> Response:
        sealed = bytearray()
        async for part in request.stream():
            sealed += part
            if len(sealed) > SEALED_SIZE:
                return Response(status_code=413)
        try:
            fields = unseal(bytes(sealed), private_key)
        except CannotOpen:
            return Response(status_code=400)
        if fields not in latest:
            latest.append(fields)
            take(fields)
        return Response(status_code=204)

    return Starlette(routes=[Route("/", receive, methods=["POST"])])


def serve(private_key: str, take: Callable[[Mapping[str, str]], None], port: int) -> None:
    """Receive on loopback until told to stop; a TLS proxy belongs in front."""
    app = create_inbox(private_key, take)
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="error", ws="none")
