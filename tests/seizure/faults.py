"""Everything that can go wrong while a marked visitor talks, one after the other."""

from __future__ import annotations

import concurrent.futures
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

import httpx2
import psutil

from bot.settings import ROOT
from bot.storage import bundles
from tests.faults.running import wait_until
from tests.seizure.marks import TYPED, WORD
from tests.seizure.product import UNLIMITED, Product
from tests.seizure.visitor import Visitor

UNDER_WAY_SECONDS: Final = 0.5  # less than the site waits for the assistant
BATCH_SECONDS: Final = 1.5  # longer than counters stay in memory, and bundles unnoticed, here
WITHOUT: Final = "chat.unavailable"
LISTENED: Final = "answer.distress_general.1"
"""What the visitor is told without the assistant, and what with it."""
SAID: Final = f"I feel low and ashamed, {TYPED} {WORD}"


def careless_code(visitor: Visitor, product: Product) -> str:
    """Raise errors that hold what was typed."""
    visitor.sees(visitor.post(text=f"{SAID}, careless action"), WITHOUT)
    visitor.sees(visitor.post(text=f"{SAID}, careless page"), "error.server")
    return visitor.post(text=f"{SAID}, careless recognition")


def assistant_killed(visitor: Visitor, product: Product) -> str:
    """Kill the assistant while it has a message in its hands."""
    return _ended_by(signal.SIGKILL, visitor, product)


def assistant_crashed(visitor: Visitor, product: Product) -> str:
    """Let the assistant crash with a message in its hands, where core files may be written."""
    return _ended_by(signal.SIGSEGV, visitor, product)


def _ended_by(end: signal.Signals, visitor: Visitor, product: Product) -> str:
    with _message_under_way(visitor, product) as answer:
        product.running.working("assistant").send_signal(end)
    shown = answer.result()
    product.wait_until_it_converses()
    return shown


@contextmanager
def _message_under_way(
    visitor: Visitor, product: Product
) -> Iterator[concurrent.futures.Future[str]]:
    """Send a message that no answer comes to inside: the assistant stands still with it."""
    working = product.running.working("assistant")
    with concurrent.futures.ThreadPoolExecutor(1) as hands:
        working.suspend()
        try:
            answer = hands.submit(visitor.post, text=SAID)
            time.sleep(UNDER_WAY_SECONDS)
            yield answer
        finally:
            with suppress(psutil.NoSuchProcess):  # killed, it may be gone already
                working.resume()


def assistant_hung(visitor: Visitor, product: Product) -> str:
    """Let the assistant stand still for longer than anybody waits."""
    working = product.running.working("assistant")
    working.suspend()
    try:
        return visitor.post(text=SAID)
    finally:
        working.resume()
        product.wait_until_it_converses()


def site_crashed(visitor: Visitor, product: Product) -> str:
    """Let the site crash with a message in its hands, where core files may be written.

    No page comes then; the visitor says it again as soon as there is a site.
    """
    working = product.running.working("site")
    with _message_under_way(visitor, product) as answer:
        working.send_signal(signal.SIGSEGV)
        working.wait(10)
    assert isinstance(answer.exception(), httpx2.TransportError), "it had been answered before"
    product.wait_until_it_converses()
    return visitor.post(text=SAID)


def disk_full(visitor: Visitor, product: Product) -> str:
    """Refuse both processes every byte that they want to write."""
    with _no_room(product, "site"), _no_room(product, "assistant"):
        page = visitor.post(text=SAID)
        visitor.post(text=f"{SAID}, careless action")
        time.sleep(BATCH_SECONDS)
    return page


@contextmanager
def _no_room(product: Product, name: str) -> Iterator[None]:
    working = product.running.working(name).pid
    resource.prlimit(working, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield
    resource.prlimit(working, resource.RLIMIT_FSIZE, UNLIMITED)


def database_locked(visitor: Visitor, product: Product) -> str:
    """Hold the database of the counters while a batch is due."""
    path = product.folder / "statistics.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as held:
        held.execute("BEGIN EXCLUSIVE")
        page = visitor.post(choice="services.helpline", text=WORD)
        time.sleep(BATCH_SECONDS)
        held.execute("ROLLBACK")
    return page


def bundle_forged(visitor: Visitor, product: Product) -> str:
    """Publish content, and change a byte of it afterwards."""
    private = product.folder / "bundle.key"
    root, public = product.folder / "published", product.folder / "bundle.pub"
    bundles.write_keys(private, public)
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, root / name)
    made = bundles.make(root, product.folder / "bundles", private, date(2026, 11, 23))
    changed = made / "content" / "answers" / "ask_privacy.yml"
    changed.chmod(0o644)
    changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")
    (product.folder / "bundles" / "current").write_text(made.name)
    page = visitor.post(text=SAID)
    wait_until(lambda: "bundle.refused" in product.running.printed(), product.running)
    return page


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        happens: Lets it happen to a visitor, and returns the page that this visitor got in it.
        shows: A message on that page.
        prints: The events that the processes print of it.
    """

    happens: Callable[[Visitor, Product], str]
    shows: str
    prints: tuple[str, ...] = ()


FAULTS: Final[dict[str, Fault]] = {
    "an error in an action, in recognition and in a page that holds what was typed": Fault(
        careless_code, WITHOUT, ("action.failed", "page.failed", "turn.failed")
    ),
    "assistant killed": Fault(assistant_killed, WITHOUT, ("process.restarting",)),
    "assistant crashed, core files allowed": Fault(
        assistant_crashed, WITHOUT, ("process.restarting",)
    ),
    "assistant hung": Fault(assistant_hung, WITHOUT),
    "disk full": Fault(disk_full, LISTENED, ("action.failed",)),
    "database locked": Fault(database_locked, "offer.heading.helpline"),
    "published content forged": Fault(bundle_forged, LISTENED, ("bundle.refused",)),
    "site crashed, core files allowed": Fault(site_crashed, LISTENED, ("process.restarting",)),
}
"""Every fault, by its name in docs/seizure.md, in the order in which they happen."""
