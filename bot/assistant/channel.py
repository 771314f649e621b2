"""The one way into Rasa: the site's messages, with the token in a header and nowhere else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, HTTPResponse, Request, Sanic, response

from bot import logs, wiring
from bot.assistant.replies import choice_of
from bot.assistant.safety_screen import visit_entities
from bot.assistant.tracker_store import SealedTrackerStore
from bot.assistant.visit import visiting
from bot.conversation.choices import Choice, read_choice
from bot.conversation.message import clean
from bot.conversation.turn import Turn, Words, from_json
from bot.errors import AssistantUnavailable, Refused, StateUnavailable, UnknownChoice

TOKEN_HEADER = "X-Quietline-Token"  # noqa: S105  # a header's name
TOKEN_BYTES = 32


class SiteChannel(InputChannel):
    """Takes a text or a button, answers with a turn."""

    @classmethod
    def name(cls) -> str:
        """Return the part of the address that names it."""
        return "site"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the three routes: a turn, forgetting, and whether we are ready."""
        routes = Blueprint("site")
        routes.listener("before_server_start")(_insist_on_our_socket)

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await _answer(request, on_new_message)

        @routes.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            return await _forget(request)

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            return response.empty()

        return routes


async def _insist_on_our_socket(app: Sanic, loop: Any) -> None:
    """Let only the site in.

    Raises:
        Refused: Rasa's own server would hear everybody on the network.
    """
    if app.state.sock is None:
        raise Refused(
            "The assistant is reached by its Unix socket only; start it with quietline assistant."
        )


class Collected(OutputChannel):
    """Gathers what Rasa says into one turn."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._replies: list[Words] = []
        self._choices: tuple[Words, ...] = ()
        self._shown: dict[str, Any] = {}

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "site"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one message: a bubble, or the turn's cards and buttons."""
        if message.get("custom"):
            self._shown = message["custom"]
            self._choices = tuple(
                Words(choice_of(button["payload"]), button["title"])
                for button in message.get("buttons") or ()
            )
        elif message.get("text"):
            self._replies.append(Words(message.get("utter_action", ""), message["text"]))

    def turn(self) -> Turn:
        """Return the whole.

        Raises:
            AssistantUnavailable: Nothing was said, because an action failed.
        """
        if not self._shown:
            raise AssistantUnavailable
        shown = {"locale": self._locale, "replies": [], "choices": [], **self._shown}
        turn = from_json(shown | {"progress": self._shown["progress"] or None})
        return replace(turn, replies=tuple(self._replies), choices=self._choices)


def user_message(
    sender: str, output: OutputChannel, text: str, choice: Choice | None, visit: dict[str, str]
) -> UserMessage:
    """Return Rasa's message for a text, or for a button without any recognition."""
    if choice is None:
        return UserMessage(text, output, sender, input_channel="site", metadata=visit)
    entities = [*visit_entities(visit), {"entity": "choice", "value": choice.id}]
    parsed = {
        "text": choice.id,
        "intent": {"name": choice.intent, "confidence": 1.0},
        "entities": entities,
    }
    return UserMessage(choice.id, output, sender, input_channel="site", parse_data=parsed)


async def _answer(
    request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]
) -> HTTPResponse:
    try:
        body, sealed = request.json, _store(request).sealed
        handle = await sealed.handle(_token(request))
        known = await sealed.has(handle)
        with visiting(handle) as visit:
            turn = await converse(on_new_message, handle.row, body)
        if visit.is_lost:
            raise StateUnavailable
        return response.json({"turn": turn.to_json(), "known": known})
    except UnknownChoice:
        return response.empty(400)
    except Exception as error:  # nothing of a request may reach Sanic's error log
        logs.note("turn.failed", **logs.where(error))
        return response.empty(503)


async def converse(
    on_new_message: Callable[[UserMessage], Awaitable[Any]], sender: str, body: dict[str, str]
) -> Turn:
    """Hand one message to Rasa and return what it says.

    Raises:
        UnknownChoice: ``body`` names a button that isn't ours.
        AssistantUnavailable: Nothing was said.
    """
    choice = read_choice(body["choice"], wiring.content()) if body["choice"] else None
    visit = {"locale": str(body["locale"]), "country": str(body["country"])}
    output = Collected(visit["locale"])
    await on_new_message(user_message(sender, output, clean(body["text"]), choice, visit))
    return output.turn()


async def _forget(request: Request) -> HTTPResponse:
    try:
        sealed = _store(request).sealed
        await sealed.forget(await sealed.handle(_token(request)))
        return response.empty()
    except AssistantUnavailable:
        return response.empty(400)
    except Exception as error:  # as above
        logs.note("forget.failed", **logs.where(error))
        return response.empty(503)


def _store(request: Request) -> SealedTrackerStore:
    store = request.app.ctx.agent.tracker_store._tracker_store
    if not isinstance(store, SealedTrackerStore):
        raise AssistantUnavailable
    return store


def _token(request: Request) -> bytes:
    raw = request.headers.get(TOKEN_HEADER, "")
    try:
        token = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        token = b""
    if len(token) != TOKEN_BYTES:
        raise AssistantUnavailable
    return token
