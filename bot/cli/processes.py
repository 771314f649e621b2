"""The two processes of the product, each kept alive by a small parent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from bot import refusing, settings
from bot.cli.keeping import begin_anew, begin_copy, keep
from bot.errors import BadSetting
from bot.wiping import leave_what_is_here, wipe_what_is_freed

if TYPE_CHECKING:
    from bot.statistics.counts import Count

once = click.option("--once", is_flag=True, help="Don't start it again when it crashes.")


@click.command()
@once
def site(once: bool) -> None:
    """Start the public site alone; without the assistant it offers help and buttons."""
    close_up(is_working=True)
    from bot.web.public.server import read_ahead, serve

    chosen = settings.read()

    def work() -> None:
        serve(chosen, _CountsLater(chosen.database))

    if once:
        work()
    else:
        read_ahead(chosen)
        leave_what_is_here()
        keep("site", partial(_begin_site, work))


def _begin_site(work: Callable[[], None]) -> int:
    """Begin a copy that works, and meanwhile read what it reads too late for its first page.

    So help is there as soon as can be, and in the next copy nothing is left to be read beside it.
    """
    number = begin_copy(work)
    import bot.storage.counters  # noqa: F401  # only read, for the next copy

    leave_what_is_here()
    return number


@click.command()
@once
def assistant(once: bool) -> None:
    """Start the assistant alone, on its Unix socket."""
    close_up(is_working=once)
    if not once:
        keep("assistant", partial(begin_anew, "assistant"))
    from bot.assistant.launcher import serve

    serve(settings.read())


def close_up(is_working: bool) -> None:
    """Go on only if nothing here would betray what is said; then write no dumps, and wipe.

    Args:
        is_working: Whether this process itself hears it, and isn't only the parent of one that
            does; then it starts again in its own place.

    Raises:
        Refused: Something would; says what, and what to do.
    """
    refusing.insist_on_silence()
    refusing.forbid_dumps()
    wipe_what_is_freed(here=is_working)


class _CountsLater:
    """A count store that opens the database beside the site's start, so that it starts at once.

    It is opened whether or not anything is counted: opening notes which dictionary runs.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        threading.Thread(target=self._note_run, daemon=True).start()

    def add(self, counts: list[Count]) -> None:
        from bot.storage.counters import SqlCountStore

        SqlCountStore(self._url).add(counts)

    def _note_run(self) -> None:
        from bot.storage.counters import SqlCountStore

        with suppress(BadSetting):  # the first batch says so, and tries again
            SqlCountStore(self._url).close()
