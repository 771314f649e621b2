"""Say something over HTTP and wait for the answer, as a browser or the site would."""

from __future__ import annotations

import html
import http.client
import json
import secrets
import socket
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bot import wiring

WAIT_SECONDS: Final = 30
COUNTRY, LOCALE = "GB", "en"


class Unanswered(Exception):
    """Nothing came back, or not what was asked for."""


class Talk(Protocol):
    """One conversation over one connection."""

    def say(self, text: str) -> None:
        """Say ``text`` and wait for the whole answer, or raise Unanswered."""


class Door(Protocol):
    """Begins conversations with one of those that are measured."""

    def open(self) -> Talk:
        """Begin a new conversation over a new connection."""


@dataclass(frozen=True)
class StarterDoor:
    """The starter's REST channel; it may answer with nothing, which counts as an answer."""

    port: int

    def open(self) -> Talk:
        return _RestTalk(http.client.HTTPConnection("127.0.0.1", self.port, WAIT_SECONDS))


@dataclass(frozen=True)
class PageDoor:
    """Our page, as its script asks for a turn."""

    port: int

    def open(self) -> Talk:
        return _PageTalk(http.client.HTTPConnection("127.0.0.1", self.port, WAIT_SECONDS))


@dataclass(frozen=True)
class SocketDoor:
    """Our assistant's socket: like for like with the starter's REST channel."""

    path: Path

    def open(self) -> Talk:
        return _SocketTalk(_UnixConnection(self.path))


class _RestTalk:
    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection, self._sender = connection, secrets.token_hex(16)

    def say(self, text: str) -> None:
        body = json.dumps({"sender": self._sender, "message": text})
        path = "/webhooks/rest/webhook"
        _post(self._connection, path, body, {"Content-Type": "application/json"})


class _PageTalk:
    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection, self._token = connection, secrets.token_urlsafe(32)
        words = wiring.content().words
        self._excuse = html.escape(words.text(LOCALE, "chat.unavailable"), quote=False)[:40]

    def say(self, text: str) -> None:
        form = {"token": self._token, "locale": LOCALE, "country": COUNTRY, "text": text}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Requested-With": "fetch",
            "Sec-Fetch-Site": "same-origin",
        }
        answer = _post(self._connection, "/", urllib.parse.urlencode(form), headers).decode()
        if self._excuse in answer or 'class="turn"' not in answer:
            raise Unanswered


class _SocketTalk:
    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection, self._token = connection, secrets.token_urlsafe(32)

    def say(self, text: str) -> None:
        asked = {"text": text, "choice": "", "locale": LOCALE, "country": COUNTRY}
        headers = {"Content-Type": "application/json", "X-Quietline-Token": self._token}
        answer = _post(self._connection, "/webhooks/site/turn", json.dumps(asked), headers)
        if not json.loads(answer)["turn"]["replies"]:
            raise Unanswered


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=WAIT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(WAIT_SECONDS)
        self.sock.connect(str(self._path))


def _post(
    connection: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]
) -> bytes:
    try:
        connection.request("POST", path, body.encode(), headers)
        response = connection.getresponse()
        answer = response.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        raise Unanswered from error
    if response.status != http.client.OK:
        raise Unanswered
    return answer
