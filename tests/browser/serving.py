"""The running product as the browser meets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import httpx2

from tests.faults import running
from tests.faults.running import Running, token_in, wait_until

ASKING: Final = "topic.ask_privacy"


@dataclass(frozen=True)
class Served:
    """Where the product is, and its outermost process."""

    address: str
    running: Running

    def answers(self) -> bool:
        """Tell whether the site is up."""
        return running.Browser(self.address).is_up()

    def converses(self) -> bool:
        """Tell whether the assistant opens a conversation."""
        return bool(token_in(self.fragment()))

    def fragment(self, token: str = "") -> str:
        """Return one turn, as a script would get it."""
        form = {"choice": ASKING, "token": token, "locale": "en"}
        asked = {"X-Requested-With": "fetch"}
        return httpx2.post(f"{self.address}/", data=form, headers=asked, timeout=20).text

    def wait_until_it_converses(self) -> None:
        wait_until(self.converses, self.running)


@contextmanager
def serving(folder: Path, *command: str, **settings: str) -> Iterator[Served]:
    """Run ``quietline <command>`` on a free port, once the site answers."""
    port = running.free_port()
    started = running.start(folder, *command, port=str(port), **settings)
    served = Served(f"http://127.0.0.1:{port}", started)
    try:
        wait_until(served.answers, started)
        yield served
    finally:
        started.stop()


@dataclass
class Elsewhere:
    """Another site, to come from and to leave to; it notes what browsers tell it."""

    address: str = ""
    heard: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Serve another site: same machine, but neither the same host nor the same port."""
    other = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/":
                headers = self.headers.items()
                other.heard.append({name.lower(): value for name, value in headers})
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Elsewhere</title><p>Elsewhere")

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        other.address = f"http://localhost:{server.server_port}/"
        Thread(target=server.serve_forever, daemon=True).start()
        yield other
        server.shutdown()
