"""The register on disk, and the lines of a release that is being made.

The lines are written aside before the ledger is: whatever a crash leaves, the next release can tell
from the ledger whether they count.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.errors import BadSetting, BrokenRegister, ReleaseRunning
from bot.statistics.ledger import Draw
from bot.statistics.register import Agreement, Line, agreement, from_text, to_text

REGISTER: Final = "register.jsonl"
PENDING: Final = "register.pending.jsonl"


@contextmanager
def held(releases: Path) -> Iterator[None]:
    """Hold the folder of releases for this process alone; the system lets go of it in a crash.

    Raises:
        ReleaseRunning: Another process holds it.
        BadSetting: The folder can't be made or written to, now or later.
    """
    try:
        releases.mkdir(parents=True, exist_ok=True)
        folder = os.open(releases, os.O_RDONLY)
        try:
            _lock(folder)
            yield
        finally:
            os.close(folder)
    except OSError:
        raise BadSetting(
            "The folder of releases can't be written to, or the disk is full; mend that, or change "
            "QUIETLINE_RELEASES or --to, and run the release again, which finishes what was begun."
        ) from None


def settled(releases: Path, draws: Sequence[Draw]) -> tuple[Line, ...]:
    """Return the register, after lines that a crash left beside it were taken in or dropped.

    They are taken in when the ledger has their draws, and dropped when it does without them.
    """
    lines = read(releases / REGISTER)
    if agreement(draws, lines) is Agreement.SAME:
        drop(releases)
    elif agreement(draws, (*lines, *_pending(releases, lines))) is Agreement.SAME:
        return keep(releases)
    return lines


def put_aside(releases: Path, lines: Sequence[Line]) -> None:
    """Write ``lines`` beside the register, before the ledger has their draws."""
    _write(releases / PENDING, lines)


def keep(releases: Path) -> tuple[Line, ...]:
    """Take the lines that were put aside into the register, and return all of it."""
    lines = read(releases / REGISTER)
    whole = (*lines, *_pending(releases, lines))
    _write(releases / REGISTER, whole)
    drop(releases)
    return whole


def drop(releases: Path) -> None:
    """Forget the lines that were put aside."""
    (releases / PENDING).unlink(missing_ok=True)


def read(path: Path) -> tuple[Line, ...]:
    """Return the lines of a register; none when there is none.

    Raises:
        BrokenRegister: It can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError):
        raise BrokenRegister(None) from None
    return tuple(map(from_text, text.splitlines()))


def _pending(releases: Path, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return what was put aside; a crash may have come after it was taken in."""
    return tuple(line for line in read(releases / PENDING) if line not in lines)


def _lock(folder: int) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ReleaseRunning(
            "Another release is being made in this folder; wait until it has ended."
        ) from None


def _write(path: Path, lines: Sequence[Line]) -> None:
    """Write the whole file, which appears at once and survives a power cut."""
    unfinished = path.with_name(f".{path.name}")
    with open(unfinished, "w", encoding="utf-8", opener=_for_the_owner) as file:
        file.writelines(map(to_text, lines))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make sure that what was renamed in ``folder`` survives a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
