"""The line to the assistant inside of one process: real sealed state, the real conversation.

Only recognition is missing: phrases are heard, and everything else isn't understood. It can fail
in every way in which another process fails.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.conversation import danger, replies
from bot.conversation.choices import read_choice
from bot.conversation.content import Content
from bot.conversation.dialogue import press
from bot.conversation.finishing import finish
from bot.conversation.script import Script
from bot.conversation.state import State, from_slots, to_slots
from bot.conversation.turn import put_into_words
from bot.safety.phrases import screen
from bot.safety.triage import assess
from bot.storage.sealed import SealedStore
from bot.web.public.assistant import HEADER, Patience, SocketAssistant

ANSWER_SECONDS = 60.0  # longer than a busy machine takes; who is slow here says so at once
FAULTS = ("", "gone", "slow", "error", "no JSON", "nothing", "another shape")
GARBAGE: dict[str, Response] = {
    "error": Response(status_code=500),
    "no JSON": Response("not json!"),
    "nothing": Response("null"),
    "another shape": JSONResponse({"turn": {"locale": 3, "replies": "x"}, "known": 1}),
}


@dataclass
class Desk:
    """Answers what comes over the line.

    Attributes:
        fault: Out of ``FAULTS``; one that is slow has done its work, and is too late to say so.
        begun: How many conversations it began.
    """

    content: Content
    store: SealedStore
    now: Callable[[], datetime]
    fault: str = ""
    begun: int = 0
    knew: bool = False

    async def turn(self, request: Request) -> Response:
        if self.fault in GARBAGE:
            return GARBAGE[self.fault]
        if self.fault == "gone":
            raise httpx2.ConnectError("nobody there")
        answer = await self._answer(_token(request), await request.json())
        if self.fault == "slow":
            raise httpx2.ReadTimeout("the answer is ready, and nobody waits any more")
        return answer

    async def forget(self, request: Request) -> Response:
        if self.fault:
            return Response(status_code=500)
        await self.store.forget(await self.store.handle(_token(request)))
        return Response(status_code=204)

    async def _answer(self, token: bytes, asked: dict[str, str]) -> Response:
        handle = await self.store.handle(token)
        kept = await self.store.get(handle)
        self.knew = kept is not None
        self.begun += not self.knew
        before = from_slots(json.loads(kept)) if kept else State()
        visit = before.but(locale=asked["locale"], country=asked["country"])
        state, script = self._taken(visit, asked["text"], asked["choice"])
        after, whole = finish(self.content, state, script, self.now(), wrote=not asked["choice"])
        await self.store.put(handle, json.dumps(to_slots(after)).encode())
        turn = put_into_words(self.content, after, whole)
        return JSONResponse({"turn": turn.to_json(), "known": self.knew})

    def _taken(self, state: State, text: str, choice: str) -> tuple[State, Script]:
        if choice:
            return press(self.content, state, read_choice(choice, self.content), self.now())
        heard = assess(screen(text, self.content.phrases), {}, self.content.policy)
        if danger.takes_over(state, heard):
            return danger.respond(self.content, state, heard, self.now())
        return replies.misunderstood(self.content, state, self.now())


def assistant_at(desk: Desk, clock: Callable[[], float]) -> SocketAssistant:
    """Return what the site asks, with ``desk`` at the other end in place of a socket."""
    routes = [Route("/turn", desk.turn, methods=["POST"]),
              Route("/forget", desk.forget, methods=["POST"])]  # fmt: skip
    assistant = SocketAssistant(Path("/nowhere"), ANSWER_SECONDS)
    assistant._patience = Patience(ANSWER_SECONDS, clock)
    assistant._client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(Starlette(routes=routes)), base_url="http://assistant/"
    )
    return assistant


def _token(request: Request) -> bytes:
    return base64.urlsafe_b64decode(request.headers[HEADER] + "=")
