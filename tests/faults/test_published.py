"""Content is published, forged and taken back while a visitor talks: nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.storage import bundles
from tests.faults.running import Browser, Line, Running, free_port, token_in, wait_until

pytestmark = pytest.mark.slow

FILE = "answers/ask_privacy.yml"
OLD, NEW = "We keep no IP address", "We store no IP address"
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

    def _forge(self, made: Path) -> None:
        """Change a byte, and name the bundle as somebody would who has no key."""
        path = made / "content" / FILE
        path.chmod(0o644)
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        (self.bundles / "current").write_text(made.name)


def test_words_change_in_the_middle_of_a_conversation_and_back(
    started: Start, tmp_path: Path
) -> None:
    publisher, line = Publisher(tmp_path), Line(tmp_path / "a.sock")
    common = {
        "socket": str(line.socket),
        "bundles": str(publisher.bundles),
        "bundle_key": str(publisher.public),
        "take_over_seconds": "1",
    }
    visitor = Browser(f"http://127.0.0.1:{(port := free_port())}")
    assistant = started("assistant", "assistant", "--once", **common)
    site = started("site", "site", "--once", port=str(port), **common)
    wait_until(visitor.is_up, site)
    wait_until(line.is_ready, assistant)
    token = token_in(visitor.post(choice="module.urges").text)
    known = visitor.post(choice="module.urges.2", token=token).text
    assert token
    assert "forgotten" not in known

    def says(words: str) -> bool:
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

    publisher.publish(OLD)
    wait_until(lambda: says(OLD), assistant)
    bundles.switch(publisher.bundles, good.name, publisher.public)
    wait_until(lambda: says(NEW), assistant)


def test_a_bundle_without_a_catalog_is_refused_while_it_runs_and_when_it_starts(
    started: Start, tmp_path: Path
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(NEW)
    visitor = Browser(f"http://127.0.0.1:{(port := free_port())}")
    settings = {
        "port": str(port),
        "socket": str(tmp_path / "none.sock"),
        "bundles": str(publisher.bundles),
        "bundle_key": str(publisher.public),
        "take_over_seconds": "1",
    }
    site = started("site", "site", "--once", **settings)
    wait_until(visitor.is_up, site)
    for ending in ("mo", "po"):
        publisher.lose(f"locales/de/LC_MESSAGES/safety.{ending}")
    publisher.publish("Words of a bundle that is not whole")
    wait_until(lambda: "bundle.refused" in site.printed(), site)

    the_last_good_words_stand(visitor)

    site.process.kill()
    site.process.wait()
    again = started("again", "site", "--once", **settings)
    wait_until(visitor.is_up, again)
    the_last_good_words_stand(visitor)


def the_last_good_words_stand(visitor: Browser) -> None:
    assert NEW in visitor.post(choice="topic.ask_privacy").text
    assert "142" in visitor.get("/help?locale=de&country=AT").text
