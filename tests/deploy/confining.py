"""Start a command under the system calls, memory rules and sockets of a unit, as systemd would.

A container or a CI machine seldom has systemd as its first process; the kernel's filters work there
all the same: ``python -m tests.deploy.confining UNIT COMMAND ...``.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import mmap
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.deploy.units import read_unit

ALLOW: Final = 0x7FFF0000
ERRNO: Final = 0x00050000
EQUAL, MASKED_EQUAL = 4, 7
FAMILIES: Final = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
HIGHEST_FAMILY: Final = 46
SHM_EXEC: Final = 0o100000
BOTH: Final = mmap.PROT_WRITE | mmap.PROT_EXEC


class Argument(ctypes.Structure):
    """A condition on one argument of a system call."""

    _fields_ = (
        ("number", ctypes.c_uint),
        ("compare", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    )


class Filter:
    """One filter of libseccomp; several hold together."""

    def __init__(self, otherwise: int) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2")
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(otherwise))

    def add(self, action: int, call: str, *arguments: Argument) -> None:
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:  # else this machine's kernel has no such call
            rules = (Argument * len(arguments))(*arguments)
            done = self._library.seccomp_rule_add_array(
                self._context, action, number, len(arguments), rules
            )
            assert done == 0, (call, done)

    def load(self) -> None:
        assert self._library.seccomp_load(self._context) == 0


def confine(unit: Path) -> None:
    """Put this process under the filters of ``unit``; there is no way back."""
    settings = read_unit(unit)
    filters = [
        *_memory(settings.get("MemoryDenyWriteExecute", ["no"])[-1]),
        _sockets(" ".join(settings["RestrictAddressFamilies"]).split()),
        _calls(settings["SystemCallFilter"]),
    ]
    for one in filters:
        one.load()


def _calls(lines: Iterable[str]) -> Filter:
    allowed: set[str] = {*members("@default")}
    for line in lines:
        names = {name for word in line.removeprefix("~").split() for name in members(word)}
        allowed = allowed - names if line.startswith("~") else allowed | names
    made = Filter(ERRNO | errno.EPERM)
    for name in sorted(allowed):
        made.add(ALLOW, name)
    return made


def _memory(denies: str) -> Iterator[Filter]:
    """Yield what systemd 252 does for MemoryDenyWriteExecute=yes."""
    if denies == "yes":
        made = Filter(ALLOW)
        refused = ERRNO | errno.EPERM
        made.add(refused, "mmap", Argument(2, MASKED_EQUAL, BOTH, BOTH))
        for call in ("mprotect", "pkey_mprotect"):
            made.add(refused, call, Argument(2, MASKED_EQUAL, mmap.PROT_EXEC, mmap.PROT_EXEC))
        made.add(refused, "shmat", Argument(2, MASKED_EQUAL, SHM_EXEC, SHM_EXEC))
        yield made


def _sockets(families: Iterable[str]) -> Filter:
    allowed = {FAMILIES[name] for name in families}
    made = Filter(ALLOW)
    for number in {*range(HIGHEST_FAMILY)} - allowed:
        made.add(ERRNO | errno.EAFNOSUPPORT, "socket", Argument(0, EQUAL, number, 0))
    return made


def members(name: str) -> Iterator[str]:
    """Yield the calls of one of systemd's groups, or the call itself."""
    if not name.startswith("@"):
        yield name
        return
    asked = ["systemd-analyze", "--no-pager", "syscall-filter", name]
    text = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    for word in re.findall(r"^    ([@\w-]+)", text, flags=re.M):
        yield from members(word)


if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
