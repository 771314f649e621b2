"""bot.storage.studio: what the studio remembers, in SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from bot.errors import BadSetting, Conflict
from bot.storage.database import open_engine
from bot.storage.studio import SETTING, StudioStore
from bot.storage.studio_records import (
    FROM_FILES,
    Draft,
    NewVersion,
    Publication,
    Review,
    Signed,
    Suggestion,
)
from bot.storage.studio_tables import Tables

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def store(address: str) -> Iterator[StudioStore]:
    opened = StudioStore(address)
    yield opened
    opened.close_engine()


def new(
    words: str, author: str = "ann", based_on: int | None = None, before: str = ""
) -> NewVersion:
    return NewVersion("nav.exit", "de", words, author, before, based_on)


def test_the_tables_are_those_that_the_migrations_make(store: StudioStore, address: str) -> None:
    made = inspect(open_engine(address, SETTING))

    for name, table in Tables.metadata.tables.items():
        columns = {(c["name"], c["nullable"]) for c in made.get_columns(name)}
        assert columns == {(column.name, column.nullable) for column in table.columns}


def test_a_first_version_keeps_what_stood_there_before(store: StudioStore) -> None:
    store.save([new("Neu", based_on=0, before="Alt")], NOW)
    found = store.versions("nav.exit", "de")

    assert [(v.number, v.words, v.author, v.made) for v in found] == [
        (1, "Neu", "ann", NOW), (0, "Alt", FROM_FILES, NOW),
    ]  # fmt: skip
    assert store.versions("nav.exit", "fr") == []


def test_words_over_an_older_version_are_refused_and_tell_who_and_what(store: StudioStore) -> None:
    store.save([new("Eins", based_on=0)], NOW)
    for refuse in (store.refuse_stale, lambda version: store.save([version], NOW)):
        with pytest.raises(Conflict) as told:
            refuse(new("Zwei", "bob", based_on=0))
        assert (told.value.number, told.value.who, told.value.words) == (1, "ann", "Eins")

    assert len(store.versions("nav.exit", "de")) == 2


def test_versions_are_kept_together_or_not_at_all(store: StudioStore) -> None:
    store.save([new("Eins", based_on=0)], NOW)
    other = NewVersion("nav.label", "de", "Seiten", "bob", "", 0)
    with pytest.raises(Conflict):
        store.save([other, new("Zwei", "bob", based_on=0)], NOW)

    assert store.versions("nav.label", "de") == []


def test_of_many_at_once_one_is_first_and_the_others_are_told(store: StudioStore) -> None:
    def save(author: str) -> bool:
        try:
            store.save([new(f"von {author}", author, based_on=0)], NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor() as pool:
        done = list(pool.map(save, "abcdef"))

    assert sum(done) == 1
    assert len(store.versions("nav.exit", "de")) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6)), max_size=8))
def test_nothing_is_ever_overwritten(store: StudioStore, saves: list[tuple[str, int]]) -> None:
    item = f"text.{id(saves)}.{len(store.news(0, 0)[0])}"
    kept: list[str] = ["alt"]
    for number, (author, based_on) in enumerate(saves):
        version = NewVersion(item, "de", f"{author} {number}", author, kept[-1], based_on)
        if len(kept) > 1 and based_on != len(kept) - 1:
            with pytest.raises(Conflict):
                store.save([version], NOW)
        else:
            store.save([version], NOW)
            kept.append(version.words)

    found = [version.words for version in reversed(store.versions(item, "de"))]
    assert found == (kept if len(kept) > 1 else [])


def test_news_are_what_came_since(store: StudioStore) -> None:
    store.save([new("Eins")], NOW)
    (_, last), _ = store.news(0, 0)
    store.save([new("Zwei", before="Eins")], NOW)
    store.sign([Signed("nav", "de", "0" * 16, "editor", "bob", TODAY, TODAY, last.id)])

    versions, signatures = store.news(last.id, 0)
    assert [version.words for version in versions] == ["Zwei"]
    assert [(s.account, s.on, s.last_version) for s in signatures] == [("bob", TODAY, last.id)]
    assert store.news(versions[-1].id, signatures[-1].id) == ([], [])


def test_a_draft_is_ones_own_and_the_newest_is_kept(store: StudioStore) -> None:
    for minute, words in enumerate(["E", "Ei", "Eins"]):
        saved = NOW + timedelta(minutes=minute)
        store.keep_draft(Draft("ann", "nav.exit", "de", words, 3, saved))
    store.keep_draft(Draft("bob", "nav.exit", "de", "Zwei", 3, NOW))

    assert [(d.words, d.based_on) for d in store.drafts("ann")] == [("Eins", 3)]
    store.drop_draft("ann", "nav.exit", "de")
    store.drop_draft("ann", "nav.exit", "de")
    assert store.drafts("ann") == []
    assert len(store.drafts("bob")) == 1


def test_a_comment_is_open_until_somebody_resolves_it(store: StudioStore) -> None:
    number = store.comment("nav.exit", "de", "Zu lang?", "tim", NOW)
    assert [comment.id for comment in store.comments()] == [number]
    store.resolve(number, "ann", NOW)
    store.resolve(number, "bob", NOW)

    assert store.comments() == []
    (kept,) = store.comments("nav.exit", "de")
    assert (kept.words, kept.author, kept.resolved_by) == ("Zu lang?", "tim", "ann")


def test_a_suggestion_is_decided_once(store: StudioStore) -> None:
    number = store.suggest("nav.exit", "de", "Weg", "tim", NOW)
    assert store.suggestions() == [Suggestion(number, "nav.exit", "de", "Weg", "tim", NOW)]
    store.decide(number, "ann", False, NOW)
    store.decide(number, "bob", True, NOW)

    assert store.suggestions() == []
    (kept,) = store.suggestions("nav.exit", "de")
    assert (kept.decided_by, kept.was_taken) == ("ann", False)


def test_one_publication_is_kept_once(store: StudioStore) -> None:
    first = Publication("000001-aaaaaaaaaaaa", "ann", NOW, "one", "a" * 32)
    again = Publication("000001-aaaaaaaaaaaa", "bob", NOW + timedelta(days=1), "back", "b" * 32)
    for publication in (first, first, again):
        store.publish(publication)

    assert store.publications() == [again, first]


def test_signing_roles_are_set_as_a_whole(store: StudioStore) -> None:
    store.set_signing_roles("ann", ["clinician", "editor"])
    store.set_signing_roles("ann", ["lawyer"])

    assert store.signing_roles("ann") == {"lawyer"}
    assert store.signing_roles("bob") == frozenset()


def test_a_review_state_changes_and_the_words_dont(store: StudioStore) -> None:
    store.save([new("Eins", based_on=0)], NOW)
    store.set_review("nav.exit", "de", 1, Review.RETURNED)

    newest = store.versions("nav.exit", "de")[0]
    assert (newest.review, newest.words) == (Review.RETURNED, "Eins")


def test_words_come_back_as_they_were(store: StudioStore) -> None:
    words = "Über „uns“: مرحبا\n\n'quoted' \\ %s {name} 🙂" + "x" * 5_000
    store.save([new(words, based_on=0)], NOW)

    assert store.versions("nav.exit", "de")[0].words == words


def test_a_database_that_is_gone_is_one_sentence_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=SETTING):
        StudioStore(f"sqlite:///{tmp_path}")


def test_a_day_is_a_day(store: StudioStore) -> None:
    store.sign([Signed("nav", "de", "0" * 16, "editor", "bob", date(2024, 2, 29), TODAY)])

    assert store.news(0, 0)[1][0].on == date(2024, 2, 29)
