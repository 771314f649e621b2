"""Visitors who come and go while something fails, and the truth about what they asked for."""

from __future__ import annotations

import functools
import html
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.builders import content, tags
from tests.faults.running import Browser, token_in
from tests.seizure.marks import TYPED, WORD, found_below, marks

SHOWING = "showing"
IS_MADE = "select 1 from sqlite_master where name = 'weekly_count'"
SUMS = 'select "table", sum(conversations) from weekly_count group by "table"'
DATABASE = "statistics.sqlite"
WAIT_SECONDS = 20  # for a lock
MARKED = f"{TYPED} {WORD}"
SAID = f"I feel low and ashamed, {MARKED}"
"""A marked message: no file may ever hold its marks."""


@dataclass
class Asked:
    """What was asked for; counted before it is sent, so that it is never too little.

    Attributes:
        shown: First pages.
        begun: Conversations: forms without a key that is open, and pages that say that an earlier
            conversation has ended, for they begin another one. Where the site says that it answered
            alone, none has begun.
        tokens: Every key that was sent or handed back.
    """

    shown: int = 0
    begun: int = 0
    tokens: set[str] = field(default_factory=set)
    _open: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, path: str) -> None:
        """Note a page before it is asked for."""
        with self._lock:
            self.shown += path.partition("?")[0] == "/"

    def post(self, path: str, token: str) -> bool:
        """Note a form before it is sent; tell whether it was taken to begin a conversation."""
        with self._lock:
            begins = path == "/" and token not in self._open
            self.begun += begins
            self.tokens |= {token} - {""}
            if path == "/forget":
                self._open.discard(token)
            return begins

    def posted(self, path: str, begins: bool, page: str) -> None:
        """Note what came back."""
        token = token_in(page)
        with self._lock:
            self.tokens |= {token} - {""}
            if path == "/":
                self._open |= {token} - {""}
                self.begun += _says(page, "chat.expired") and not begins
                self.begun -= _says(page, "chat.unavailable") and begins

    def damage(self, folders: Iterable[Path]) -> list[str]:
        """Return what is wrong with what was written below ``folders``, each one process's own."""
        wrong: list[str] = []
        found: Counter[str] = Counter()
        for folder in folders:
            wrong += self.traces(folder)
            if (folder / DATABASE).exists():
                wrong += _broken(folder / DATABASE)
                found += counted(folder / DATABASE)
        return [*wrong, *self.overcounted(found)]

    def traces(self, folder: Path) -> list[str]:
        """Return which files below ``folder`` hold a mark or a key."""
        with self._lock:
            sought = marks(self.tokens)
        return [f"{name} holds {what}" for name, what in found_below(folder, sought).items()]

    def overcounted(self, found: Counter[str]) -> list[str]:
        """Return which tables hold more than was asked for."""
        with self._lock:
            most = {table: self.shown if table == SHOWING else self.begun for table in found}
        return [
            f"{table}: {number} counted, and {most[table]} came"
            for table, number in found.items()
            if number > most[table]
        ]


@dataclass(frozen=True)
class Watched(Browser):
    """A browser that notes what it asks for."""

    asked: Asked

    def get(self, path: str = "/", patience: float = 20) -> httpx2.Response:
        self.asked.get(path)
        return super().get(path, patience)

    def post(self, path: str = "/", **form: str) -> httpx2.Response:
        begins = self.asked.post(path, form.get("token", ""))
        answer = super().post(path, **form)
        self.asked.posted(path, begins, answer.text)
        return answer


class Visits:
    """Visitors who come and go without a pause."""

    def __init__(self, browser: Browser) -> None:
        self.asked = Asked()
        self.browser = Watched(browser.address, self.asked)

    @property
    def shown(self) -> int:
        """How many first pages were asked for."""
        return self.asked.shown

    @property
    def begun(self) -> int:
        """How many conversations were begun."""
        return self.asked.begun

    def look(self) -> None:
        """Ask for the first page."""
        self.browser.get()

    def talk(self) -> None:
        """Hold one short conversation, with a message that is marked."""
        token = token_in(self.browser.post(choice="topic.self_help").text)
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
        found = self.asked.overcounted(counted(database))
        return [*self.asked.traces(folder), *_broken(database), *found]


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


def _says(page: str, message_id: str) -> bool:
    shown = " ".join(html.unescape(page).split())
    return any(words in shown for words in _in_each_language(message_id))


@functools.cache
def _in_each_language(message_id: str) -> frozenset[str]:
    said = (content().words.text(tag, message_id) for tag in tags())
    return frozenset(" ".join(words.split()) for words in said)
