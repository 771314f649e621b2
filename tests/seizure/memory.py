"""Search the memory of a running process for marks, as somebody does who takes a running server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Final

from tests.seizure.marks import AT_ONCE, OVERLAP, Marks, found_in

SMALLEST: Final = 2**20  # bytes; no Python process has less


class Unreadable(Exception):
    """The memory of a process can't be read; the text says why."""


def found_in_memory(process: int, sought: Marks) -> dict[str, int]:
    """Return each mark in the memory of ``process``, and how often.

    Raises:
        Unreadable: The process, or this machine, doesn't let us.
    """
    total: dict[str, int] = {}
    size = 0
    for part in _memory(process):
        size += len(part)
        for name, count in found_in(part, sought).items():
            total[name] = total.get(name, 0) + count
    if size < SMALLEST:
        raise Unreadable("nearly nothing of it could be read")
    return total


_REGION: Final = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+ *(.*)")
_NOT_MEMORY: Final = ("[vvar]", "[vsyscall]", "[vvar_vclock]")


def _memory(process: int) -> Iterator[bytes]:
    try:
        maps = Path(f"/proc/{process}/maps").read_text()
        memory = FileIO(f"/proc/{process}/mem")
    except PermissionError:
        raise Unreadable("the process forbids it to everybody but root") from None
    except OSError as error:
        raise Unreadable(f"this machine doesn't let us: {error.strerror}") from None
    with memory:
        for begin, end, name in _REGION.findall(maps):
            if name not in _NOT_MEMORY:
                yield from _region(memory, int(begin, 16), int(end, 16))


def _region(memory: FileIO, begin: int, end: int) -> Iterator[bytes]:
    for place in range(begin, end, AT_ONCE):
        try:
            memory.seek(place)
            yield memory.read(min(AT_ONCE + OVERLAP, end - place))
        except (OSError, ValueError):  # given back meanwhile, or a device's
            continue
