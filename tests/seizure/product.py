"""The product as it is searched: a copy of the checkout with three careless lines, kept apart.

Each of these lines raises an error with the visitor's words in it: in an action, in recognition and
in a page. One programme gets an inbox, so that there is something to hand over to.
"""

from __future__ import annotations

import resource
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings import ROOT
from bot.storage.handover import new_keys
from tests.faults.running import Browser, Running, free_port, start, token_in, wait_until
from tests.seizure.visitor import PROGRAMME

COPIED: Final = ("actions", "bot", "content", "data", "locales", "config.yml", "domain.yml",
                 "endpoints.yml", "credentials.yml")  # fmt: skip
CARELESS: Final = {
    "actions/answers.py": (
        "        asked = intent(tracker)\n",
        "        if 'careless action' in str(tracker.latest_message.get('text')):\n"
        "            raise ValueError(f'{tracker.latest_message} {tracker.sender_id}')\n",
    ),
    "bot/assistant/safety_screen.py": (
        '        text = message.get(TEXT) or ""\n',
        "        if 'careless recognition' in text:\n            raise ValueError(text)\n",
    ),
    "bot/web/public/chat.py": (
        "    site, posted = site_of(request), await read_posted(request)\n",
        "    if 'careless page' in posted.text:\n"
        "        raise ValueError(f'{posted} {request.headers}')\n",
    ),
    "content/services/international.yml": (
        f"- id: {PROGRAMME}\n",
        f'  handover:\n    address: https://127.0.0.1:9/\n    key: "{new_keys()[1]}"\n',
    ),
}
"""File, a line of it, and what is written below."""
READY_SECONDS: Final = 180  # as long as a busy machine may take to load the assistant
UNLIMITED: Final = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@dataclass(frozen=True)
class Product:
    """Site and assistant while they run.

    Attributes:
        folder: All that they may write to lies below it, the copy of the checkout too.
    """

    address: str
    running: Running
    folder: Path

    @property
    def socket(self) -> Path:
        """Where the site finds the assistant."""
        return next((self.folder / "tmp").glob("quietline-*/assistant.sock"))

    def wait_until_it_converses(self) -> None:
        """Wait for the assistant, with a visitor who leaves no mark."""
        browser = Browser(self.address)
        wait_until(browser.is_up, self.running)
        wait_until(
            lambda: token_in(browser.post(choice="topic.ask_privacy").text),
            self.running,
            READY_SECONDS,
        )


@contextmanager
def running_product(folder: Path, **settings: str) -> Iterator[Product]:
    """Start site and assistant from a careless copy; they may write core files."""
    port = free_port()
    running = start(
        folder,
        "run",
        root=careless_copy(folder / "checkout"),
        port=str(port),
        model=str(ROOT / "models" / "quietline.tar.gz"),
        flush_seconds="1",
        take_over_seconds="1",
        survey="on",
        resume="on",
        progress_database=f"sqlite:///{folder / 'progress.sqlite'}",
        bundle_key=str(folder / "bundle.pub"),
        **settings,
    )
    # Before it has started the others, which take it over.
    resource.prlimit(running.process.pid, resource.RLIMIT_CORE, UNLIMITED)
    product = Product(f"http://127.0.0.1:{port}", running, folder)
    try:
        product.wait_until_it_converses()
        yield product
    finally:
        running.stop()


def careless_copy(target: Path) -> Path:
    """Return a copy of the checkout in which three places raise what a visitor wrote."""
    target.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            shutil.copy(ROOT / name, target / name)
    for name, (line, added) in CARELESS.items():
        text = (target / name).read_text("utf-8")
        assert text.count(line) == 1, f"{name} has changed; tell this test where to be careless"
        (target / name).write_text(text.replace(line, line + added), "utf-8")
    processes = [f"{name}: {sys.executable} -m bot {name}\n" for name in ("site", "assistant")]
    (target / "Procfile").write_text("".join(processes))
    return target
