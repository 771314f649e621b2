"""A real Redis for tests, on a Unix socket, with the very file of ``deploy/redis``.

Debian's program is used if it is installed, and otherwise unpacked from Debian's packages. Tests
speak with it as ``admin``, who may do everything; the product is the limited user of that file.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot.settings import ROOT
from tests.deploy.programs import libraries, program

SHIPPED: Final = ROOT / "deploy" / "redis" / "redis.conf"
PACKAGES: Final = ("redis-server", "redis-tools", "libjemalloc2", "liblua5.1-0", "liblzf1")
ADMIN: Final = "user admin on >admin allkeys allchannels +@all"
SECONDS: Final = 20


@dataclass
class Server:
    """A server that listens on a socket in ``folder`` alone, and may write there."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"unix://{self.folder}/quietline.sock"

    def start(self, *changed: str) -> None:
        """Start it, with ``changed`` lines below those that an operator gets."""
        (self.folder / "quietline.sock").unlink(missing_ok=True)
        binary, path = program(*PACKAGES), self.folder / "redis.conf"
        text = SHIPPED.read_text("utf-8").replace("/run/redis", str(self.folder))
        path.write_text("\n".join([text, ADMIN, *changed, ""]), "utf-8")
        with (self.folder / "printed").open("ab") as printed:
            self.process = subprocess.Popen(
                [binary, str(path)],
                cwd=self.folder,
                env={**os.environ, **libraries(binary)},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def kill(self) -> None:
        """Let it end as in a crash; what it held is gone."""
        if self.process:
            self.process.kill()
            self.process.wait(SECONDS)

    def ask(self, *command: str | bytes) -> Any:
        """Return Redis' answer to the administrator."""
        with self.connected() as redis:
            return redis.execute_command(*command)

    def names(self) -> list[bytes]:
        return sorted(self.ask("KEYS", "*"))

    def rows(self) -> list[bytes]:
        return [key for key in self.names() if key.startswith(b"quietline:row:")]

    def dumped(self) -> bytes:
        """Return every key and value."""
        return b"\n".join(
            part for key in self.names() for part in (key, self.ask("GET", key) or b"")
        )

    @contextmanager
    def connected(self) -> Iterator[Redis]:
        address = f"unix://admin:admin@{self.folder}/quietline.sock"
        with Redis.from_url(address, protocol=2) as redis:
            yield redis

    def _wait(self) -> None:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with suppress(RedisError):
                if self.ask("PING"):
                    return
            assert self.process
            assert self.process.poll() is None, (self.folder / "printed").read_text()
            time.sleep(0.01)
        raise AssertionError("Redis didn't start in time")


@contextmanager
def running_redis(*changed: str) -> Iterator[Server]:
    """Run a server in a temporary folder, whose path is short as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        server = Server(Path(folder))
        server.start(*changed)
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture(scope="session")
def redis_of_this_run() -> Iterator[Server]:
    """The server of the whole test run; nobody stops it."""
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_server(redis_of_this_run: Server) -> Server:
    """That server, emptied."""
    redis_of_this_run.ask("FLUSHALL")
    return redis_of_this_run
