"""The watch over visitors notices what it is there for, and lets pass what is as it should be."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.statistics.counts import Count
from bot.storage.counters import SqlCountStore
from tests.builders import content, tags
from tests.faults.running import new_token
from tests.faults.visits import DATABASE, SAID, Asked

MONDAY = date(2026, 11, 23)
SENT = new_token()


@pytest.fixture
def asked() -> Asked:
    """One first page, and one conversation that is still open."""
    asked = Asked()
    asked.get("/")
    asked.posted("/", asked.post("/", ""), page_with(SENT))
    return asked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a process left that counted just that."""
    (tmp_path / "out").write_text("process.restarting")
    with closing(SqlCountStore(f"sqlite:///{tmp_path / DATABASE}", today=MONDAY)) as store:
        store.add([Count(MONDAY, "showing", "first_page", 1), Count(MONDAY, "locale", "en", 1)])
    return tmp_path


def page_with(token: str, words: str = "") -> str:
    return f'<p>{words}</p><input type="hidden" name="token" value="{token}">'


def test_what_was_asked_for_and_counted_is_no_damage(asked: Asked, folder: Path) -> None:
    assert asked.damage([folder]) == []


@pytest.mark.parametrize("left", [SAID, SENT, SAID.upper()], ids=["words", "key", "loudly"])
@pytest.mark.parametrize("name", ["out", "tmp/core", f"{DATABASE}-journal"])
def test_a_word_or_a_key_in_any_file_is_damage(
    asked: Asked, folder: Path, left: str, name: str
) -> None:
    (folder / "tmp").mkdir()
    (folder / name).write_text(f"ValueError: {left}")

    assert [found.partition(" holds")[0] for found in asked.damage([folder])] == [name]


@pytest.mark.parametrize(
    "count", [Count(MONDAY, "showing", "first_page", 1), Count(MONDAY, "locale", "de", 1)]
)
def test_a_count_of_what_nobody_asked_for_is_damage(
    asked: Asked, folder: Path, count: Count
) -> None:
    with closing(SqlCountStore(f"sqlite:///{folder / DATABASE}", today=MONDAY)) as store:
        store.add([count])

    assert asked.damage([folder]) == [f"{count.table}: 2 counted, and 1 came"]


def test_two_processes_together_count_no_more_than_came(asked: Asked, folder: Path) -> None:
    assert len(asked.damage([folder, folder])) == 2


def test_a_form_with_an_open_key_begins_nothing(asked: Asked) -> None:
    asked.posted("/", asked.post("/", SENT), page_with(SENT))

    assert asked.begun == 1


def test_a_form_after_the_key_was_forgotten_begins_another(asked: Asked) -> None:
    asked.post("/forget", SENT)
    ended = content().words.text("en", "chat.expired")
    asked.posted("/", asked.post("/", SENT), page_with(SENT, ended))

    assert asked.begun == 2


@pytest.mark.parametrize("tag", tags())
def test_a_page_that_says_that_a_conversation_has_ended_begins_another(
    asked: Asked, tag: str
) -> None:
    ended = content().words.text(tag, "chat.expired")
    asked.posted("/", asked.post("/", SENT), page_with(SENT, ended))

    assert asked.begun == 2


def test_where_the_site_answered_alone_nothing_has_begun(asked: Asked) -> None:
    alone = content().words.text("de", "chat.unavailable")
    asked.posted("/", asked.post("/", ""), page_with("", alone))

    assert asked.begun == 1


def test_other_pages_are_no_first_pages(asked: Asked) -> None:
    for path in ("/help", "/help?locale=en&country=GB", "/static/site.css"):
        asked.get(path)

    assert asked.shown == 1
