"""bot.following: what is whole is taken over, and what isn't leaves everything as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot import wiring
from bot.errors import BrokenContent
from bot.following import Follower
from bot.settings import ROOT, Settings
from bot.storage import bundles
from tests.builders import checkout

TODAY = date(2026, 11, 23)


class Published:
    """A checkout of one's own, and the bundles that are made of it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        (self.root / "content").mkdir(parents=True)
        (self.root / "locales").mkdir()
        self.settings = Settings(bundles=folder / "bundles", bundle_key=folder / "bundle.pub")
        self.private = folder / "bundle.key"
        bundles.write_keys(self.private, self.settings.bundle_key)

    def publish(self, words: str) -> Path:
        (self.root / "content" / "words.txt").write_text(words)
        made = bundles.make(self.root, self.settings.bundles, self.private, TODAY)
        bundles.switch(self.settings.bundles, made.name, self.settings.bundle_key)
        return made


def words(root: Path) -> str:
    """Load a bundle of this test: one file, that must not be empty."""
    if root == ROOT:
        return "of the checkout"
    said = (root / "content" / "words.txt").read_text()
    if not said:
        raise BrokenContent("words.txt", 1, "write something")
    return said


@pytest.fixture
def published(tmp_path: Path) -> Published:
    return Published(tmp_path)


def damaged(bundle: Path) -> None:
    path = bundle / "content" / "words.txt"
    path.chmod(0o644)
    path.write_text("forged")


def test_where_nothing_is_published_the_checkouts_own_is_shown(published: Published) -> None:
    follower = Follower(published.settings)

    assert follower.first(words) == "of the checkout"
    assert follower.newer(words) is None


def test_what_is_published_is_shown_from_the_start(published: Published) -> None:
    published.publish("one")

    assert Follower(published.settings).first(words) == "one"


def test_what_is_published_later_is_seen_once(published: Published) -> None:
    follower = Follower(published.settings)
    follower.first(words)
    published.publish("one")

    assert follower.newer(words) == "one"
    assert follower.newer(words) is None


def test_going_back_is_seen_too(published: Published) -> None:
    first = published.publish("one")
    published.publish("two")
    follower = Follower(published.settings)
    follower.first(words)
    bundles.switch(published.settings.bundles, first.name, published.settings.bundle_key)

    assert follower.newer(words) == "one"


@pytest.mark.parametrize("harm", ["forged", "broken"])
def test_what_isnt_whole_is_refused_once_and_the_next_good_one_is_taken(
    published: Published, harm: str, capfd: pytest.CaptureFixture[str]
) -> None:
    follower = Follower(published.settings)
    follower.first(words)
    bad = published.publish("" if harm == "broken" else "two")
    if harm == "forged":
        damaged(bad)

    assert follower.newer(words) is None
    assert follower.newer(words) is None
    assert capfd.readouterr().err.count("bundle.refused") == 1
    published.publish("three")
    assert follower.newer(words) == "three"


def test_what_was_only_half_copied_is_taken_once_it_is_whole(published: Published) -> None:
    now = 0.0
    follower = Follower(published.settings, clock=lambda: now)
    follower.first(words)
    path = published.publish("one") / "content" / "words.txt"
    path.chmod(0o644)
    path.write_text("o")
    assert follower.newer(words) is None

    path.write_text("one")
    assert follower.newer(words) is None
    now += 61
    assert follower.newer(words) == "one"


@pytest.mark.parametrize("said", ["", "nonsense"])
def test_a_name_that_cant_be_read_leaves_a_running_process_what_it_has(
    published: Published, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    first = published.publish("one")
    follower = Follower(published.settings)
    follower.first(words)
    (published.root / "content" / "words.txt").write_text("two")
    made = bundles.make(published.root, published.settings.bundles, published.private, TODAY)
    (published.settings.bundles / "current").write_text(said)

    assert follower.newer(words) is None
    assert follower.newer(words) is None
    assert capfd.readouterr().err.count("bundle.unreadable") == 1
    (published.settings.bundles / "current").write_text(first.name)
    assert follower.newer(words) is None  # it has this one
    bundles.switch(published.settings.bundles, made.name, published.settings.bundle_key)
    assert follower.newer(words) == "two"


def test_a_bundle_is_not_taken_before_the_switch(published: Published) -> None:
    (published.root / "content" / "words.txt").write_text("one")
    bundles.make(published.root, published.settings.bundles, published.private, TODAY)
    follower = Follower(published.settings)

    assert follower.first(words) == "of the checkout"
    assert follower.newer(words) is None


def test_a_folder_that_may_not_be_read_ends_nothing(
    published: Published, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    published.publish("one")

    def is_closed(path: Path, *_: object) -> None:  # as for another user; root may read all
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as closed:
        for call in ("is_dir", "iterdir", "read_bytes"):
            closed.setattr(Path, call, is_closed)
        follower = Follower(published.settings)
        assert follower.first(words) == "of the checkout"
        assert follower.newer(words) is None
    assert "bundle.unreadable" in capfd.readouterr().err
    assert follower.newer(words) == "one"


@pytest.mark.parametrize("said", ["", "nonsense"])
def test_a_name_that_cant_be_read_gives_way_to_the_newest_bundle_not_to_the_checkout(
    published: Published, said: str
) -> None:
    published.publish("one")
    (published.settings.bundles / "current").write_text(said)

    assert Follower(published.settings).first(words) == "one"


def test_at_the_start_the_last_good_one_stands_in_for_a_bad_one(published: Published) -> None:
    published.publish("one")
    damaged(published.publish("two"))

    assert Follower(published.settings).first(words) == "one"


def test_an_error_that_nobody_foresaw_changes_nothing_and_its_words_are_not_printed(
    published: Published, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(root: Path) -> str:
        raise RuntimeError("SECRET")

    follower = Follower(published.settings)
    follower.first(words)
    published.publish("one")

    assert follower.newer(fails) is None
    assert "SECRET" not in capfd.readouterr().err


@pytest.mark.slow
def test_content_that_cant_be_used_leaves_what_was_said_before(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "content" / "answers" / "greet.yml").write_text("intent: [")

    with pytest.raises(BrokenContent):
        wiring.use(root)
    assert wiring.content() is wiring.content(ROOT)


@pytest.mark.slow
def test_content_that_can_be_used_is_what_is_said_from_now_on(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    try:
        wiring.use(root)
        assert wiring.content() is wiring.content(root)
        assert wiring.content() is not wiring.content(ROOT)
    finally:
        wiring.use(ROOT)
