"""bot.studio.publishing: whole or not at all, and recorded in any case."""

from __future__ import annotations

import fcntl
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import BadBundle, BadSetting, NotReady, Outdated
from bot.languages import extraction
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.studio import StudioStore
from bot.studio import publishing
from bot.studio.desk import Desk
from bot.studio.needs import WITHDRAWN
from bot.studio.publishing import UNRECORDED, publish, record, roll_back
from bot.studio.signing import Person
from bot.studio.unpublished import as_seen
from bot.studio.withdrawing import withdraw
from tests.studio.conftest import NOW
from tests.studio.working import publishable

LATER = NOW + timedelta(hours=1)
SERVICE = "samaritans-gb-ie"
SUE = Person("sue", frozenset({"signer"}), frozenset({"clinician"}))


@pytest.fixture
def chosen(original: Path, tmp_path: Path) -> Settings:
    return publishable(original, tmp_path)


@pytest.fixture
def store(chosen: Settings) -> StudioStore:
    return StudioStore(chosen.studio_database)


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the checks out, which take seconds; they have tests of their own."""
    monkeypatch.setattr(publishing, "problems", lambda root: [])


def gone(chosen: Settings) -> Path:
    """Take the database away, so that it can't be made anew either."""
    path = Path(chosen.studio_database.removeprefix("sqlite:///"))
    moved = path.rename(path.with_suffix(".away"))
    path.mkdir()
    return moved


def back(chosen: Settings, moved: Path) -> None:
    path = Path(chosen.studio_database.removeprefix("sqlite:///"))
    path.rmdir()
    moved.rename(path)


@pytest.mark.slow
def test_what_the_checks_find_keeps_everything_from_being_published(
    chosen: Settings, store: StudioStore
) -> None:
    path = chosen.studio / "content" / "modules" / "urges.yml"
    path.write_text(path.read_text().replace("title: An urge is like a wave", "title: Great!"))
    with pytest.raises(NotReady, match="no-shouting") as told:
        publish(chosen, store, "ann", "first", NOW)

    assert "content/modules/urges.yml:" in str(told.value)
    assert str(chosen.studio) not in str(told.value)
    assert bundles.all_bundles(chosen.bundles) == []
    assert store.publications() == []


@pytest.mark.usefixtures("unchecked")
def test_what_was_published_is_shown_and_recorded_and_the_bundle_names_nobody(
    chosen: Settings, store: StudioStore
) -> None:
    done = publish(chosen, store, "ann", "calmer words", NOW)

    assert done.is_recorded
    assert bundles.current_name(chosen.bundles) == done.bundle
    found = [(p.bundle, p.author, p.note, p.made) for p in store.publications()]
    assert found == [(done.bundle, "ann", "calmer words", NOW)]
    manifest = (chosen.bundles / done.bundle / bundles.MANIFEST).read_text()
    assert "ann" not in manifest.replace("annulled", "").split('"note"')[1].split(",")[0]
    assert not [name for name in bundles.manifest(chosen.bundles / done.bundle).files
                if Path(name).name.startswith(".")]  # fmt: skip


@pytest.mark.usefixtures("unchecked")
def test_going_back_is_one_step_and_is_recorded(chosen: Settings, store: StudioStore) -> None:
    first = publish(chosen, store, "ann", "one", NOW).bundle
    second = publish(chosen, store, "ann", "two", LATER).bundle
    roll_back(chosen, store, first, "bob", LATER + timedelta(hours=1))

    assert first != second
    assert bundles.current_name(chosen.bundles) == first
    assert [(p.bundle, p.author) for p in store.publications()] == [
        (first, "bob"), (second, "ann"), (first, "ann"),
    ]  # fmt: skip


@pytest.mark.usefixtures("unchecked")
def test_a_bundle_that_was_changed_is_not_gone_back_to(
    chosen: Settings, store: StudioStore
) -> None:
    name = publish(chosen, store, "ann", "one", NOW).bundle
    path = chosen.bundles / name / "content" / "duties.yml"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    with pytest.raises(BadBundle):
        roll_back(chosen, store, name, "bob", LATER)
    with pytest.raises(BadBundle):
        roll_back(chosen, store, "000009-aaaaaaaaaaaa", "bob", LATER)

    assert len(store.publications()) == 1


@pytest.mark.usefixtures("unchecked")
def test_without_a_database_nothing_is_published(chosen: Settings, store: StudioStore) -> None:
    moved = gone(chosen)
    with pytest.raises(BadSetting):
        publish(chosen, store, "ann", "first", NOW)
    assert bundles.all_bundles(chosen.bundles) == []

    back(chosen, moved)
    assert store.publications() == []


@pytest.mark.usefixtures("unchecked")
def test_a_database_that_goes_in_the_middle_has_the_record_when_it_is_back(
    chosen: Settings, store: StudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, moved = bundles.make, []

    def make_and_lose(*given: object) -> Path:
        moved.append(gone(chosen))
        return make(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(bundles, "make", make_and_lose)
    done = publish(chosen, store, "ann", "first", NOW)
    assert not done.is_recorded
    assert bundles.current_name(chosen.bundles) == done.bundle
    with pytest.raises(BadSetting):
        record(chosen, store)

    back(chosen, moved[0])
    assert record(chosen, store) == 1
    assert record(chosen, store) == 0
    assert [(p.bundle, p.author, p.made) for p in store.publications()] == [
        (done.bundle, "ann", NOW)
    ]


@pytest.mark.usefixtures("unchecked")
def test_an_earlier_bundle_does_not_bring_a_withdrawn_service_back(
    chosen: Settings, store: StudioStore
) -> None:
    first, second = (publish(chosen, store, "ann", note, NOW).bundle for note in ("one", "two"))
    store.comment(f"{WITHDRAWN}not-in-it", "en", "withdrawn: not-in-it", "sue", LATER)
    roll_back(chosen, store, first, "bob", LATER)
    asked = store.comment(f"{WITHDRAWN}{SERVICE}", "en", f"withdrawn: {SERVICE}", "sue", LATER)
    with pytest.raises(NotReady, match=f"{SERVICE} was withdrawn"):
        roll_back(chosen, store, second, "bob", LATER)

    assert bundles.current_name(chosen.bundles) == first
    store.resolve(asked, "bob", LATER)
    assert roll_back(chosen, store, second, "bob", LATER).bundle == second


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "how", ["publish", "roll_back", pytest.param("withdraw", marks=pytest.mark.slow)]
)
def test_whoever_publishes_waits_until_visitors_see_what_was_published_before(
    how: str, chosen: Settings, store: StudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(chosen, store, "ann", "one", NOW).bundle
    switch, held = bundles.switch, []

    def looks(folder: Path, name: str, key: Path) -> None:
        with (chosen.studio / publishing.PUBLISHING).open("a") as lock:
            with pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.append(name)
        switch(folder, name, key)

    monkeypatch.setattr(bundles, "switch", looks)
    if how == "publish":
        done = publish(chosen, store, "ann", "two", LATER).bundle
    elif how == "roll_back":
        done = roll_back(chosen, store, first, "ann", LATER).bundle
    else:
        extraction.compile_catalogs(chosen.studio / "locales", ["de", "fr"])
        publish(chosen, store, "ann", "with catalogs", LATER)
        done = withdraw(chosen, Desk(chosen.studio, store), SUE, SERVICE, LATER).bundle

    assert held[-1] == done == bundles.current_name(chosen.bundles)


@pytest.mark.usefixtures("unchecked")
def test_what_visitors_never_saw_is_not_recorded(
    chosen: Settings, store: StudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bundles, "switch", dies)
    with pytest.raises(KeyboardInterrupt):
        publish(chosen, store, "ann", "first", NOW)

    assert bundles.current_name(chosen.bundles) == ""
    assert record(chosen, store) == 0
    assert store.publications() == []


@pytest.mark.usefixtures("unchecked")
def test_who_is_interrupted_when_visitors_see_it_already_is_recorded_later(
    chosen: Settings, store: StudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = bundles.switch

    def switch_and_die(*given: object) -> None:
        switch(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(bundles, "switch", switch_and_die)
    with pytest.raises(KeyboardInterrupt):
        publish(chosen, store, "ann", "first", NOW)

    assert record(chosen, store) == 1
    assert [p.bundle for p in store.publications()] == [bundles.current_name(chosen.bundles)]


@pytest.mark.usefixtures("unchecked")
def test_a_withdrawal_that_visitors_see_already_still_waits_for_a_second_look(
    chosen: Settings, store: StudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    extraction.compile_catalogs(chosen.studio / "locales", ["de", "fr"])
    publish(chosen, store, "ann", "with catalogs", NOW)
    switch = bundles.switch

    def switch_and_die(*given: object) -> None:
        switch(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(bundles, "switch", switch_and_die)
    with pytest.raises(KeyboardInterrupt):
        withdraw(chosen, Desk(chosen.studio, store), SUE, SERVICE, LATER)

    assert [comment.item for comment in store.comments()] == [f"{WITHDRAWN}{SERVICE}"]


@pytest.mark.usefixtures("unchecked")
def test_a_note_that_is_torn_keeps_nothing_from_being_published(
    chosen: Settings, store: StudioStore, capsys: pytest.CaptureFixture[str]
) -> None:
    torn = chosen.studio / UNRECORDED / "2026-11-23T1200-torn.json"
    torn.parent.mkdir(parents=True)
    torn.touch()
    done = publish(chosen, store, "ann", "first", NOW)

    assert [p.bundle for p in store.publications()] == [done.bundle]
    assert "publication.unreadable" in capsys.readouterr().err


@pytest.mark.usefixtures("unchecked")
def test_who_looks_while_somebody_publishes_takes_no_note_away(
    chosen: Settings, store: StudioStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch, notes = bundles.switch, []

    def look_and_switch(*given: object) -> None:
        assert record(chosen, store) == 0
        notes.extend((chosen.studio / UNRECORDED).iterdir())
        switch(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(bundles, "switch", look_and_switch)
    done = publish(chosen, store, "ann", "first", NOW)

    assert len(notes) == 1
    assert [p.bundle for p in store.publications()] == [done.bundle]


@pytest.mark.usefixtures("unchecked")
def test_what_a_machine_that_failed_left_is_gone_with_the_next_publication(
    chosen: Settings, store: StudioStore
) -> None:
    left = chosen.studio / UNRECORDED / "2026-11-23T1200-left.json"
    left.parent.mkdir(parents=True)
    note = {"bundle": "000009-000000000000", "author": "ann", "note": "never shown"}
    left.write_text(json.dumps(note | {"made": "2026-11-23T12:00", "token": "left"}))
    done = publish(chosen, store, "ann", "first", NOW)

    assert [p.bundle for p in store.publications()] == [done.bundle]
    assert [*left.parent.iterdir()] == []


def test_a_snapshot_is_a_copy_without_what_the_studio_keeps_for_itself(chosen: Settings) -> None:
    (chosen.studio / "content" / ".half").write_text("half")
    with publishing.snapshot(chosen.studio) as copy:
        assert not (copy / "content" / ".half").exists()
        assert sorted(path.name for path in copy.iterdir()) == ["content", "locales"]
        shutil.rmtree(chosen.studio / "content")
        assert (copy / "content" / "duties.yml").exists()


@pytest.mark.usefixtures("unchecked")
def test_only_what_somebody_saw_is_published(chosen: Settings, store: StudioStore) -> None:
    extraction.compile_catalogs(chosen.studio / "locales", ["de", "fr"])
    desk = Desk(chosen.studio, store)
    seen = as_seen(desk.digest(NOW.date()), "")
    part, person = "module.law", Person("sue", frozenset({"signer"}), frozenset({"editor"}))
    shown = desk.part("de", part, NOW.date()).fingerprint
    desk.sign(person, "de", {part: shown}, "editor", NOW.date(), NOW)
    with pytest.raises(Outdated):
        publish(chosen, store, "ann", "first", NOW, seen)
    assert bundles.current_name(chosen.bundles) == ""

    seen = as_seen(desk.digest(NOW.date()), "")
    assert publish(chosen, store, "ann", "first", NOW, seen).bundle
    with pytest.raises(Outdated):  # it was compared with what visitors saw before
        publish(chosen, store, "ann", "again", NOW, seen)


@pytest.mark.parametrize("name", ["../../etc", "", "000001-0123456789ab"])
def test_a_name_that_no_bundle_has_is_refused_before_anything_is_read(
    chosen: Settings, store: StudioStore, name: str
) -> None:
    with pytest.raises(BadBundle, match="no such bundle"):
        roll_back(chosen, store, name, "ann", NOW)
