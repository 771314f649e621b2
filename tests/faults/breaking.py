"""Ways to break a database while a site uses it, and to mend it again.

A small disk of its own (a tmpfs) can be full or read-only; that takes root. Elsewhere the process
is refused every byte instead (RLIMIT_FSIZE), and the folder is made read-only (chmod).
"""

from __future__ import annotations

import os
import resource
import secrets
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

MEGABYTES = 1
PAGE = 4096  # bytes of the database


@dataclass(frozen=True)
class Disk:
    """The folder that holds the database, and the process that writes to it."""

    folder: Path
    is_mounted: bool
    writer: psutil.Process
    name: str = "statistics.sqlite"

    @property
    def database(self) -> Path:
        return self.folder / self.name

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no byte free, or refuse the writer every byte."""
        if not self.is_mounted:
            with _no_room(self.writer):
                yield
            return
        filler = self.folder / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(PAGE)):
                pass
        yield
        filler.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nobody write."""
        if self.is_mounted:
            _remount(self.folder, "ro")
            yield
            _remount(self.folder, "rw")
        else:
            self.database.chmod(0o400)
            self.folder.chmod(0o500)
            yield
            self.folder.chmod(0o700)
            self.database.chmod(0o600)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the database as a copying program would."""
        with closing(sqlite3.connect(self.database, isolation_level=None, timeout=10)) as held:
            held.execute("BEGIN EXCLUSIVE")
            yield
            held.execute("ROLLBACK")

    @contextmanager
    def corrupt(self) -> Iterator[None]:
        """Put noise in place of its bytes; an operator brings a copy back."""
        yield from self._replaced(lambda good: secrets.token_bytes(len(good)))

    @contextmanager
    def half_corrupt(self) -> Iterator[None]:
        """Leave the first page, so that it still looks like a database."""
        yield from self._replaced(lambda good: good[:PAGE] + secrets.token_bytes(len(good) - PAGE))

    @contextmanager
    def cut_short(self) -> Iterator[None]:
        """Leave a half of it, as a copy has whose disk was full."""
        yield from self._replaced(lambda good: good[: len(good) // 2])

    def _replaced(self, changed: Callable[[bytes], bytes]) -> Iterator[None]:
        with closing(sqlite3.connect(self.database, timeout=10)) as opened:
            good = opened.serialize()
        self._put(changed(good))
        yield
        self._put(good)

    def _put(self, content: bytes) -> None:
        """Put it there at once, without the journal of what was there, while nobody writes."""
        fresh = self.folder / "fresh"
        fresh.write_bytes(content)
        self.writer.suspend()
        (self.folder / f"{self.database.name}-journal").unlink(missing_ok=True)
        os.replace(fresh, self.database)
        self.writer.resume()


Fault = Callable[[Disk], AbstractContextManager[None]]
FAULTS: dict[str, Fault] = {
    "locked": Disk.locked,
    "read-only": Disk.read_only,
    "full": Disk.full,
    "corrupt": Disk.corrupt,
    "half corrupt": Disk.half_corrupt,
    "cut short": Disk.cut_short,
}


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Make ``folder`` a disk of its own where that is allowed; tell whether it is."""
    folder.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "none", str(folder)]
    is_mounted = os.geteuid() == 0 and not subprocess.run(asked, check=False).returncode
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def can_be_read_only(disk: Disk) -> bool:
    """Tell whether anything keeps this user from writing; root writes whatever the mode says."""
    return disk.is_mounted or os.geteuid() != 0


def _remount(folder: Path, mode: str) -> None:
    """Change a disk to be read-only or not; it is refused while a file is open to be written."""
    asked = ["mount", "-o", f"remount,{mode}", str(folder)]
    until = time.monotonic() + 10
    while subprocess.run(asked, check=False, stderr=subprocess.DEVNULL).returncode:
        assert time.monotonic() < until
        time.sleep(0.01)


@contextmanager
def _no_room(writer: psutil.Process) -> Iterator[None]:
    before = resource.prlimit(writer.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(writer.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.prlimit(writer.pid, resource.RLIMIT_FSIZE, before)
