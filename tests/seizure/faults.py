"""Everything that can go wrong while a marked visitor talks, one after the other."""

from __future__ import annotations

import concurrent.futures
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Final

from bot.settings import ROOT
from bot.storage import bundles
from tests.faults.running import wait_until
from tests.seizure.marks import TYPED, WORD
from tests.seizure.product import UNLIMITED, Product
from tests.seizure.visitor import Visitor

BATCH_SECONDS: Final = 1.5  # longer than counters stay in memory, and bundles unnoticed, here
SAID: Final = f"I feel low and ashamed, {TYPED} {WORD}"


def careless_code(visitor: Visitor, product: Product) -> str:
    """Raise errors that hold what was typed."""
    visitor.post(text=f"{SAID}, careless action")
    visitor.post(text=f"{SAID}, careless page")
    return visitor.post(text=f"{SAID}, careless recognition")


def assistant_killed(visitor: Visitor, product: Product) -> str:
    """Kill the assistant while it has a message in its hands."""
    return _ended_by(signal.SIGKILL, visitor, product)


def assistant_crashed(visitor: Visitor, product: Product) -> str:
    """Let the assistant crash with a message in its hands, where core files may be written."""
    return _ended_by(signal.SIGSEGV, visitor, product)


def _ended_by(end: signal.Signals, visitor: Visitor, product: Product) -> str:
    working = product.working("assistant")
    with concurrent.futures.ThreadPoolExecutor(1) as hands:
        working.suspend()
        page = hands.submit(visitor.post, text=SAID)
        time.sleep(0.5)
        working.send_signal(end)
        working.resume()
        shown = page.result()
    product.wait_until_it_converses()
    return shown


def assistant_hung(visitor: Visitor, product: Product) -> str:
    """Let the assistant stand still for longer than anybody waits."""
    working = product.working("assistant")
    working.suspend()
    try:
        return visitor.post(text=SAID)
    finally:
        working.resume()
        product.wait_until_it_converses()


def site_crashed(visitor: Visitor, product: Product) -> str:
    """Let the site crash after a message, where core files may be written."""
    page = visitor.post(text=SAID)
    working = product.working("site")
    working.send_signal(signal.SIGSEGV)
    working.wait(10)
    product.wait_until_it_converses()
    return page


def disk_full(visitor: Visitor, product: Product) -> str:
    """Refuse both processes every byte that they want to write."""
    with _no_room(product, "site"), _no_room(product, "assistant"):
        page = visitor.post(text=SAID)
        visitor.post(text=f"{SAID}, careless action")
        time.sleep(BATCH_SECONDS)
    return page


@contextmanager
def _no_room(product: Product, name: str) -> Iterator[None]:
    working = product.working(name).pid
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


Fault = Callable[[Visitor, Product], str]
FAULTS: Final[dict[str, Fault]] = {
    "an error in an action, in recognition and in a page that holds what was typed": careless_code,
    "assistant killed": assistant_killed,
    "assistant crashed, core files allowed": assistant_crashed,
    "assistant hung": assistant_hung,
    "disk full": disk_full,
    "database locked": database_locked,
    "published content forged": bundle_forged,
    "site crashed, core files allowed": site_crashed,
}
"""Every fault, by its name in docs/seizure.md; each returns the page that the visitor got in it."""
