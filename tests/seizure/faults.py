"""Everything that can go wrong while a marked visitor talks, one after the other."""

from __future__ import annotations

import concurrent.futures
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import httpx2
import psutil

from bot.settings import ROOT
from bot.storage import bundles
from tests.faults.breaking import Disk
from tests.faults.running import wait_until
from tests.faults.standing_in import KEPT_CONNECTION_SECONDS, Answer, drip, repeat, stand_in
from tests.seizure.marks import TYPED, WORD
from tests.seizure.product import UNLIMITED, Product
from tests.seizure.visitor import Visitor

UNDER_WAY_SECONDS: Final = 0.5  # less than the site waits for the assistant
BATCH_SECONDS: Final = 1.5  # longer than counters stay in memory, and bundles unnoticed, here
WITHOUT: Final = "chat.unavailable"
REFUSED: Final = "bundle.refused"
CATALOG: Final = "locales/de/LC_MESSAGES/safety.*"
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


def assistant_slow(visitor: Visitor, product: Product) -> str:
    """Put somebody in the assistant's place who never comes to an end."""
    return _stood_in_for(drip, visitor, product)


def assistant_repeats(visitor: Visitor, product: Product) -> str:
    """Put somebody in the assistant's place who answers 500 with all that was sent."""
    return _stood_in_for(repeat(b"500 Oops"), visitor, product)


def assistant_talks_nonsense(visitor: Visitor, product: Product) -> str:
    """Put somebody in the assistant's place who answers 200 with all that was sent."""
    return _stood_in_for(repeat(b"200 OK"), visitor, product)


def _stood_in_for(answer: Answer, visitor: Visitor, product: Product) -> str:
    place = product.socket
    real = place.rename(place.with_suffix(".real"))
    time.sleep(KEPT_CONNECTION_SECONDS)
    with stand_in(place, answer):
        page = visitor.post(text=SAID)
    real.rename(place)
    product.wait_until_it_converses()
    return page


def two_on_one_key(visitor: Visitor, product: Product) -> str:
    """Send two messages with one key at the same moment."""
    with concurrent.futures.ThreadPoolExecutor(2) as hands:
        pages = [*hands.map(lambda text: visitor.post(text=text), [SAID, SAID])]
    for page in pages:
        visitor.sees(page, LISTENED)
    return pages[0]


def site_crashed(visitor: Visitor, product: Product) -> str:
    """Let the site crash with a message in its hands, where core files may be written."""
    return _site_ended_by(signal.SIGSEGV, visitor, product)


def site_killed(visitor: Visitor, product: Product) -> str:
    """Kill the site while it has a message in its hands."""
    return _site_ended_by(signal.SIGKILL, visitor, product)


def _site_ended_by(end: signal.Signals, visitor: Visitor, product: Product) -> str:
    """End the site; no page comes then, so the visitor says it again as soon as there is one."""
    working = product.running.working("site")
    with _message_under_way(visitor, product) as answer:
        working.send_signal(end)
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
    with _disk(product).locked():
        return _counted_meanwhile(visitor)


def database_corrupt(visitor: Visitor, product: Product) -> str:
    """Put noise in place of the counters while a batch is due."""
    with _disk(product).corrupt():
        return _counted_meanwhile(visitor)


def _disk(product: Product) -> Disk:
    return Disk(product.folder, is_mounted=False, writer=product.running.working("site"))


def _counted_meanwhile(visitor: Visitor) -> str:
    page = visitor.post(choice="services.helpline", text=WORD)
    time.sleep(BATCH_SECONDS)
    return page


def bundle_without_a_catalog(visitor: Visitor, product: Product) -> str:
    """Publish content, signed, of which one catalog is missing."""

    def lose(root: Path) -> None:
        for file in root.glob(CATALOG):
            file.unlink()

    return _refused(visitor, product, lose, lambda made: None)


def bundle_forged(visitor: Visitor, product: Product) -> str:
    """Publish content, and change a byte of it afterwards."""

    def change(made: Path) -> None:
        changed = made / "content" / "answers" / "ask_privacy.yml"
        changed.chmod(0o644)
        changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")

    return _refused(visitor, product, lambda root: None, change)


def _is_refused(name: str, product: Product) -> bool:
    lines = product.running.printed().splitlines()
    return any(REFUSED in line and name in line for line in lines)


def _refused(
    visitor: Visitor,
    product: Product,
    before: Callable[[Path], None],
    after: Callable[[Path], None],
) -> str:
    """Publish what is broken before it is signed or after, and wait until it is refused."""
    private, public = product.folder / "bundle.key", product.folder / "bundle.pub"
    if not private.exists():
        bundles.write_keys(private, public)
    root = product.folder / "published"
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, root / name)
    before(root)
    made = bundles.make(root, product.folder / "bundles", private, date(2026, 11, 23))
    shutil.rmtree(root)
    after(made)
    (product.folder / "bundles" / "current").write_text(made.name)
    page = visitor.post(text=SAID)
    wait_until(lambda: _is_refused(made.name, product), product.running)
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
    "site killed": Fault(site_killed, LISTENED, ("process.restarting",)),
    "site crashed, core files allowed": Fault(site_crashed, LISTENED, ("process.restarting",)),
    "assistant killed": Fault(assistant_killed, WITHOUT, ("process.restarting",)),
    "assistant crashed, core files allowed": Fault(
        assistant_crashed, WITHOUT, ("process.restarting",)
    ),
    "assistant hung": Fault(assistant_hung, WITHOUT),
    "assistant that never comes to an end": Fault(assistant_slow, WITHOUT),
    "assistant that answers 500 with what was sent": Fault(assistant_repeats, WITHOUT),
    "assistant that answers nonsense": Fault(assistant_talks_nonsense, WITHOUT),
    "two messages with one key at once": Fault(two_on_one_key, LISTENED),
    "disk full": Fault(disk_full, LISTENED, ("action.failed",)),
    "database locked": Fault(database_locked, "offer.heading.helpline"),
    "database corrupt": Fault(database_corrupt, "offer.heading.helpline"),
    "published content forged": Fault(bundle_forged, LISTENED, (REFUSED,)),
    "a catalog missing in published content": Fault(bundle_without_a_catalog, LISTENED, (REFUSED,)),
    "an error in an action, in recognition and in a page that holds what was typed": Fault(
        careless_code, WITHOUT, ("action.failed", "page.failed", "turn.failed")
    ),
}
"""Every fault, by its name in docs/seizure.md, in the order in which they happen.

Those that end a process come first: what is searched in the end is the memory of the others.
"""
