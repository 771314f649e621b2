"""Content is published, forged and taken back while a marked visitor talks: nothing is lost.

What is written and counted meanwhile is looked at by the fixture ``started``.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.storage import bundles
from tests.faults.running import Line, Running, free_port, token_in, wait_until
from tests.faults.visits import DATABASE, SAID, Asked, Watched, counted

pytestmark = pytest.mark.slow

FILE = "answers/ask_privacy.yml"
OLD, NEW, NEWER = "We keep no IP address", "We store no IP address", "We note no IP address"
CATALOG = [f"locales/de/LC_MESSAGES/safety.{ending}" for ending in ("mo", "po")]
PAGE_SECONDS = 1.0
Start = Callable[..., Running]


class Publisher:
    """Publishes the checkout's content with other words for the site's menu."""

    def __init__(self, folder: Path) -> None:
        self.bundles, self.public = folder / "bundles", folder / "bundle.pub"
        self._private, self._root = folder / "bundle.key", folder / "root"
        bundles.write_keys(self._private, self.public)
        for name in ("content", "locales"):
            shutil.copytree(ROOT / name, self._root / name)

    def publish(self, words: str, *, is_forged: bool = False) -> Path:
        said = (ROOT / "content" / FILE).read_text("utf-8")
        assert OLD in said
        (self._root / "content" / FILE).write_text(said.replace(OLD, words), "utf-8")
        made = bundles.make(self._root, self.bundles, self._private, date(2026, 11, 23))
        if is_forged:
            self._forge(made)
        else:
            bundles.switch(self.bundles, made.name, self.public)
        return made

    def lose(self, file: str) -> None:
        """Let the bundles from now on lack a file."""
        (self._root / file).unlink()

    def find_again(self, file: str) -> None:
        """Put a lost file back."""
        shutil.copy(ROOT / file, self._root / file)

    def _forge(self, made: Path) -> None:
        """Change a byte, and name the bundle as somebody would who has no key."""
        path = made / "content" / FILE
        path.chmod(0o644)
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        (self.bundles / "current").write_text(made.name)


def test_words_change_in_the_middle_of_a_conversation_and_back(
    started: Start, tmp_path: Path, asked: Asked
) -> None:
    publisher, line = Publisher(tmp_path), Line(tmp_path / "a.sock")
    common = {
        "socket": str(line.socket),
        "bundles": str(publisher.bundles),
        "bundle_key": str(publisher.public),
        "take_over_seconds": "1",
    }
    visitor = Watched(f"http://127.0.0.1:{(port := free_port())}", asked)
    assistant = started("assistant", "assistant", "--once", **common)
    site = started("site", "site", "--once", port=str(port), flush_seconds="1", **common)
    wait_until(visitor.is_up, site)
    wait_until(line.is_ready, assistant)
    token = token_in(visitor.post(choice="module.urges").text)
    known = visitor.post(choice="module.urges.2", token=token).text
    assert token
    assert "forgotten" not in known

    def says(words: str) -> bool:
        assert token_in(visitor.post(text=SAID, token=token).text) == token
        page = visitor.post(choice="topic.ask_privacy", token=token).text
        assert token_in(page) == token, "the conversation was lost"
        return words in page

    assert says(OLD)
    good = publisher.publish(NEW)
    wait_until(lambda: says(NEW), assistant)

    publisher.publish("Forged words", is_forged=True)
    wait_until(lambda: "bundle.refused" in assistant.printed(), assistant)
    wait_until(lambda: "bundle.refused" in site.printed(), site)
    assert says(NEW)
    help_stands(visitor)

    publisher.publish(OLD)
    wait_until(lambda: says(OLD), assistant)
    bundles.switch(publisher.bundles, good.name, publisher.public)
    wait_until(lambda: says(NEW), assistant)
    wait_until(lambda: counted(site.folder / DATABASE)["locale"] > 0, site)


def test_a_bundle_without_a_catalog_is_refused_while_it_runs_and_when_it_starts(
    started: Start, tmp_path: Path, asked: Asked, assistant: tuple[Running, Line]
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(NEW)
    visitor = Watched(f"http://127.0.0.1:{(port := free_port())}", asked)
    settings = {
        "port": str(port),
        "socket": str(tmp_path / "a.sock"),
        "flush_seconds": "1",
        "bundles": str(publisher.bundles),
        "bundle_key": str(publisher.public),
        "take_over_seconds": "1",
    }
    site = started("site", "site", "--once", **settings)
    wait_until(visitor.is_up, site)
    for file in CATALOG:
        publisher.lose(file)
    publisher.publish("Words of a bundle that is not whole")
    wait_until(lambda: "bundle.refused" in site.printed(), site)

    the_last_good_words_stand(visitor)

    site.process.kill()
    site.process.wait()
    again = started("again", "site", "--once", **settings)
    wait_until(visitor.is_up, again)
    the_last_good_words_stand(visitor)

    for file in CATALOG:
        publisher.find_again(file)
    publisher.publish(NEWER)
    wait_until(lambda: NEWER in published_words(visitor), again)
    (tmp_path / "a.sock").symlink_to(assistant[1].socket)
    wait_until(lambda: token_in(visitor.post(text=SAID).text), again)
    wait_until(lambda: counted(again.folder / DATABASE)["locale"] > 0, again)


def the_last_good_words_stand(visitor: Watched) -> None:
    assert NEW in published_words(visitor)
    help_stands(visitor)


def published_words(visitor: Watched) -> str:
    """Return a page with the words that change, from a site that has no assistant."""
    visitor.post(text=SAID)
    return visitor.post(choice="topic.ask_privacy").text


def help_stands(visitor: Watched) -> None:
    for path, number in (("/", "findahelpline.com"), ("/help?locale=de&country=AT", "142")):
        began = time.monotonic()
        assert number in visitor.get(path).text
        assert time.monotonic() - began < PAGE_SECONDS, path
