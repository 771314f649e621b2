"""Start the product's own commands, each with a home, database and temporary folder of its own."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil

from bot.settings import ROOT

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: else each call would read the authorities, for longer than a page takes."""
READY_SECONDS = 90  # on a busy machine; a quiet one takes a tenth
STOP_SECONDS = 20


@dataclass(frozen=True)
class Running:
    """A command that was started.

    Attributes:
        folder: Holds what it printed, and its home, database and temporary files.
    """

    process: subprocess.Popen[bytes]
    folder: Path

    def printed(self) -> str:
        """Return what it wrote to standard output and standard error so far."""
        return "".join(
            (self.folder / name).read_text("utf-8", "replace") for name in ("out", "err")
        )

    def working(self, name: str) -> psutil.Process:
        """Return the process that does the work of ``name``: the newest, which its parent keeps."""
        own = psutil.Process(self.process.pid)
        found = [p for p in (own, *own.children(recursive=True)) if name in _command(p)]
        return max(found, key=lambda process: process.create_time())

    def stop(self) -> int:
        """Stop it as Ctrl-C or a service manager would, and wait until all of it is gone."""
        if self.process.poll() is None:
            everything = psutil.Process(self.process.pid).children(recursive=True)
            self.process.send_signal(signal.SIGTERM)
            psutil.wait_procs(everything, timeout=STOP_SECONDS)
            for left in everything:
                if left.is_running():
                    left.kill()
        return self.process.wait(STOP_SECONDS)


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):  # it may end meanwhile
        return list(process.cmdline())
    return []


def start(folder: Path, *arguments: str, root: Path = ROOT, **settings: str) -> Running:
    """Start ``quietline <arguments>`` of the checkout at ``root``.

    ``QUIETLINE_<SETTING>`` is set for each of ``settings``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("home", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    with (folder / "out").open("ab") as out, (folder / "err").open("ab") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=root,
            env=environment(folder, settings),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    return Running(process, folder)


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """Return an environment in which nothing is written outside of ``folder``."""
    return {
        **os.environ,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "QUIETLINE_DATABASE": f"sqlite:///{folder / 'statistics.sqlite'}",
        "QUIETLINE_BUNDLES": str(folder / "bundles"),
        "QUIETLINE_RELEASES": str(folder / "releases"),
        **{f"QUIETLINE_{name.upper()}": value for name, value in settings.items()},
    }


def wait_until(
    is_true: Callable[[], Any], running: Running, seconds: float = READY_SECONDS
) -> None:
    """Wait for ``is_true``; a command that ended meanwhile fails the test with what it said."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert running.process.poll() is None, running.printed()
        if is_true():
            return
        time.sleep(0.1)
    raise AssertionError(f"it took longer than {seconds} s:\n{running.printed()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_token() -> str:
    """Return a token as the site makes them."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Line:
    """The Unix socket between site and assistant."""

    socket: Path

    def post(self, path: str, token: str = "", **how: Any) -> httpx2.Response:
        headers = {"X-Quietline-Token": token} | how.pop("headers", {})
        with self.client() as client:
            return client.post(f"/webhooks/site/{path}", headers=headers, **how)

    def turn(self, token: str, text: str = "", choice: str = "", **visit: str) -> httpx2.Response:
        body = {"text": text, "choice": choice, "locale": "en", "country": "GB"}
        return self.post("turn", token, content=json.dumps(body | visit))

    def is_ready(self) -> bool:
        """Tell whether the assistant answers; httpx would leave a socket open that nobody hears."""
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(self.socket)):
                return False
        try:
            with self.client() as client:
                return client.get("/webhooks/site/ready").is_success
        except httpx2.HTTPError:  # it ended meanwhile
            return False

    def client(self) -> httpx2.Client:
        transport = httpx2.HTTPTransport(uds=str(self.socket), verify=NO_TLS)
        return httpx2.Client(transport=transport, base_url="http://assistant", timeout=20)


@contextmanager
def an_assistant(folder: Path, *, is_kept: bool = False) -> Iterator[tuple[Running, Line]]:
    """Run the real assistant in ``folder`` as long as the block lasts; kept, it has a parent."""
    line = Line(folder / "a.sock")
    once = () if is_kept else ("--once",)
    running = start(folder, "assistant", *once, socket=str(line.socket))
    try:
        wait_until(line.is_ready, running)
        yield running, line
    finally:
        running.stop()


@dataclass(frozen=True)
class Browser:
    """A visitor's browser without JavaScript: it posts forms and keeps the page it got."""

    address: str

    def get(self, path: str = "/", patience: float = 20) -> httpx2.Response:
        return httpx2.get(self.address + path, timeout=patience, verify=NO_TLS)

    def post(self, path: str = "/", **form: str) -> httpx2.Response:
        data = {"locale": "en", "country": "GB"} | form
        return httpx2.post(self.address + path, data=data, timeout=20, verify=NO_TLS)

    def is_up(self, patience: float = 20) -> bool:
        """Tell whether the help page comes within so many seconds."""
        try:
            return self.get("/help", patience).is_success
        except httpx2.HTTPError:
            return False


def token_in(page: str) -> str:
    """Return the token that a page hands back to us in its form, or empty."""
    found = re.search(r'name="token"[^>]*value="([^"]*)"', page)
    return found.group(1) if found else ""
