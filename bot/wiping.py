"""Overwrite memory as soon as it is freed, so that what a visitor wrote doesn't lie around in it.

Python can't wipe a text. The C library can: told so when a process starts, it writes over every
piece of memory that is given back. For that, Python has to take small pieces from it too, and it
must not set pieces aside for the same thread, which it doesn't write over.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from typing import Final

WIPING: Final = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
}
"""What the C library of GNU heeds; with another one, freed memory is only used again."""
COLLECT_SECONDS: Final = 20


def wipe_what_is_freed(*, here: bool) -> None:
    """Let the processes that this one starts overwrite what they free.

    Args:
        here: Whether this process should do so itself, for which it starts again in its own place.
    """
    if WIPING.items() <= os.environ.items():
        return
    os.environ.update(WIPING)
    if here:
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606  # the very command that runs already


def leave_what_is_here() -> None:
    """Never look again for cycles among what there is now: that takes long, and finds none.

    A copy of this process then begins sooner, and shares that memory for longer.
    """
    gc.collect()
    gc.freeze()


async def free_what_is_left(afterwards: Callable[[], None] = lambda: None) -> None:
    """Free again and again what nobody uses and only a cycle of references keeps, for ever.

    What is there at the beginning stays, so that looking for such cycles takes milliseconds.

    Args:
        afterwards: Overwrites what a library has put on a shelf of its own.
    """
    leave_what_is_here()
    while True:
        await asyncio.sleep(COLLECT_SECONDS)
        gc.collect()
        afterwards()
