"""Visitors who come and go without a pause while something fails, and the truth about them."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.faults.running import Browser, token_in
from tests.seizure.marks import TYPED, WORD, found_below, marks

SHOWING = "showing"
IS_MADE = "select 1 from sqlite_master where name = 'weekly_count'"
SUMS = 'select "table", sum(conversations) from weekly_count group by "table"'
WAIT_SECONDS = 20  # for a lock
SAID = f"I feel low and ashamed, {TYPED} {WORD}"
"""A marked message: no file may ever hold its marks."""


@dataclass
class Visits:
    """What visitors began; begun is counted before it is sent, so that it is never too little.

    Attributes:
        shown: First pages that were asked for.
        begun: Conversations that were begun.
        tokens: Their keys, as far as a page came back.
    """

    browser: Browser
    shown: int = 0
    begun: int = 0
    tokens: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """Ask for the first page."""
        with self._lock:
            self.shown += 1
        self.browser.get()

    def talk(self) -> None:
        """Hold one short conversation, with a message that is marked."""
        with self._lock:
            self.begun += 1
        token = token_in(self.browser.post(choice="topic.self_help").text)
        with self._lock:
            self.tokens |= {token} - {""}
        self.browser.post(token=token, text=SAID)
        self.browser.post(token=token, choice="services.helpline")
        self.browser.post("/forget", token=token)

    @contextmanager
    def going_on(self, visitors: int = 2) -> Iterator[None]:
        """Let visitors come and go in the background; an unreachable site keeps none of them."""
        stopped = threading.Event()

        def come_and_go() -> None:
            while not stopped.wait(0.02):
                with suppress(httpx2.HTTPError):
                    self.look()
                    self.talk()

        threads = [threading.Thread(target=come_and_go) for _ in range(visitors)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopped.set()
            for thread in threads:
                thread.join()

    def damage(self, folder: Path, database: Path) -> list[str]:
        """Return what is wrong with what was written below ``folder``; nothing, if all is well."""
        wrong = [f"{name} holds {what}" for name, what in self._marks_below(folder).items()]
        return [*wrong, *_broken(database), *self._overcounted(counted(database))]

    def _marks_below(self, folder: Path) -> dict[str, list[str]]:
        with self._lock:
            return found_below(folder, marks(self.tokens))

    def _overcounted(self, found: Counter[str]) -> list[str]:
        with self._lock:
            most = {table: self.shown if table == SHOWING else self.begun for table in found}
        return [
            f"{table}: {number} counted, and {most[table]} came"
            for table, number in found.items()
            if number > most[table]
        ]


def counted(database: Path) -> Counter[str]:
    """Return how many are counted in each table, whichever cell they are in.

    Only reads, so that it takes no lock from the site's own writing.
    """
    with closing(sqlite3.connect(database, timeout=WAIT_SECONDS)) as opened:
        if not opened.execute(IS_MADE).fetchone():
            return Counter()
        return Counter(dict(opened.execute(SUMS).fetchall()))


def _broken(database: Path) -> list[str]:
    with closing(sqlite3.connect(database, timeout=WAIT_SECONDS)) as opened:
        said = [row[0] for row in opened.execute("PRAGMA integrity_check")]
    return [f"the database: {one}" for one in said if one != "ok"]
