"""bot.storage.bundles: what was signed is what is shown, to the last byte."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadBundle
from bot.storage import bundles

TODAY = date(2026, 11, 23)
NAMED = -1


def refused(name: str, reason: str) -> pytest.RaisesExc[BadBundle]:
    """Expect a refusal in exactly these words."""
    sentence = f"The bundle {name} is refused: {reason}."
    return pytest.raises(BadBundle, match=f"^{re.escape(sentence)}$")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with two small files of content and one catalog."""
    for name in ("content/answers/greet.yml", "content/words/x.yml", "locales/de/x.po"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text: {name}")
    return tmp_path / "root"


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    private, public = (tmp_path / "etc" / "keys" / name for name in ("bundle.key", "bundle.pub"))
    bundles.write_keys(private, public)
    return private, public


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "var" / "bundles"


@pytest.fixture
def made(root: Path, shelf: Path, keys: tuple[Path, Path]) -> Path:
    return bundles.make(root, shelf, keys[0], TODAY, "first")


def test_a_bundle_says_when_and_why_it_was_made_and_names_every_file(
    made: Path, keys: tuple[Path, Path]
) -> None:
    found = bundles.verify(made, keys[1])

    assert (found.number, found.made_on, found.note, found.previous) == (
        1,
        "2026-11-23",
        "first",
        "",
    )
    assert set(found.files) == {
        "content/answers/greet.yml",
        "content/words/x.yml",
        "locales/de/x.po",
    }


def test_a_manifest_has_a_line_for_every_file_in_alphabetical_order(made: Path) -> None:
    text = (made / bundles.MANIFEST).read_text()

    assert text == json.dumps(json.loads(text), sort_keys=True, indent=1)


def test_what_an_attempt_that_broke_off_left_is_not_in_the_next_bundle(
    root: Path, shelf: Path, keys: tuple[Path, Path]
) -> None:
    (shelf / ".new" / "content").mkdir(parents=True)
    (shelf / ".new" / "left.yml").write_text("x")
    made = bundles.make(root, shelf, keys[0], TODAY)

    assert "left.yml" not in bundles.verify(made, keys[1]).files
    assert [path.name for path in shelf.iterdir()] == [made.name]


def test_without_a_folder_there_are_no_bundles(shelf: Path) -> None:
    assert bundles.all_bundles(shelf) == []
    assert bundles.current_name(shelf) == ""


def test_nobody_sees_it_before_the_switch(made: Path, shelf: Path, keys: tuple[Path, Path]) -> None:
    assert bundles.current_name(shelf) == ""

    bundles.switch(shelf, made.name, keys[1])

    assert bundles.current_name(shelf) == made.name


def test_bundles_are_numbered_and_know_what_was_current_before(
    made: Path, root: Path, shelf: Path, keys: tuple[Path, Path]
) -> None:
    bundles.switch(shelf, made.name, keys[1])
    (root / "content" / "words" / "x.yml").write_text("text: other")
    second = bundles.make(root, shelf, keys[0], TODAY)

    assert bundles.all_bundles(shelf) == [second, made]
    found = bundles.verify(second, keys[1])
    assert (found.number, found.previous, found.note) == (2, made.name, "")


def test_an_earlier_bundle_can_be_shown_again(
    made: Path, root: Path, shelf: Path, keys: tuple[Path, Path]
) -> None:
    second = bundles.make(root, shelf, keys[0], TODAY)
    for name in (second.name, made.name):
        bundles.switch(shelf, name, keys[1])

    assert bundles.current_name(shelf) == made.name


def test_its_files_can_only_be_read(made: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in made.rglob("*") if path.is_file()} == {0o444}
    assert {path.stat().st_mode & 0o777 for path in (made, *made.rglob("*")) if path.is_dir()} == {
        0o755
    }


@pytest.fixture
def closed() -> Iterator[None]:
    """Let this process make files that only it can read, as its unit says."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("closed")
def test_others_can_read_what_is_published_whatever_the_umask_is(
    root: Path, keys: tuple[Path, Path], shelf: Path
) -> None:
    keys[1].unlink()
    keys[0].unlink()
    bundles.write_keys(*keys)
    made = bundles.make(root, shelf, keys[0], TODAY)
    bundles.switch(shelf, made.name, keys[1])

    for folder in (shelf, made, made / "content"):
        assert folder.stat().st_mode & 0o777 == 0o755
    assert (shelf / "current").stat().st_mode & 0o777 == 0o644
    assert keys[1].stat().st_mode & 0o777 == 0o644
    assert keys[0].stat().st_mode & 0o777 == 0o600


def test_the_rights_that_an_operator_gave_the_folder_stay(
    root: Path, keys: tuple[Path, Path], shelf: Path
) -> None:
    shelf.mkdir(parents=True)
    shelf.chmod(0o750)
    bundles.make(root, shelf, keys[0], TODAY)

    assert shelf.stat().st_mode & 0o777 == 0o750


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_one_flipped_bit_anywhere_is_seen(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    (folder / "root" / "content").mkdir(parents=True)
    (folder / "root" / "locales").mkdir()
    (folder / "root" / "content" / "x.yml").write_text("text: words")
    private, public = folder / "k", folder / "p"
    bundles.write_keys(private, public)
    made = bundles.make(folder / "root", folder / "bundles", private, TODAY)
    path = data.draw(st.sampled_from(sorted(p for p in made.rglob("*") if p.is_file())))
    body = bytearray(path.read_bytes())
    # The bit that makes a hex digit of the signature a capital changes nothing.
    bits = [0, 1, 2, 3, 4, 6, 7] if path.name == bundles.SIGNATURE else range(8)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= 1 << data.draw(st.sampled_from(bits))
    path.chmod(0o644)
    path.write_bytes(body)

    with pytest.raises(BadBundle):
        bundles.verify(made, public)


def test_a_file_more_or_less_is_seen(made: Path, keys: tuple[Path, Path]) -> None:
    extra = made / "content" / "extra.yml"
    extra.write_text("x")
    with refused(made.name, "content/extra.yml is not as it was signed"):
        bundles.verify(made, keys[1])

    extra.unlink()
    (made / "locales" / "de" / "x.po").unlink()
    with refused(made.name, "locales/de/x.po is not as it was signed"):
        bundles.verify(made, keys[1])


def test_a_link_is_no_file_even_when_it_leads_to_the_same_words(
    made: Path, root: Path, keys: tuple[Path, Path]
) -> None:
    path = made / "content" / "words" / "x.yml"
    path.unlink()
    path.symlink_to(root / "content" / "words" / "x.yml")

    with pytest.raises(BadBundle):
        bundles.verify(made, keys[1])


def test_a_bundle_of_another_key_is_refused(made: Path, tmp_path: Path, shelf: Path) -> None:
    bundles.write_keys(tmp_path / "other.key", tmp_path / "other.pub")

    with refused(made.name, "its signature is not of this site's key"):
        bundles.switch(shelf, made.name, tmp_path / "other.pub")
    assert bundles.current_name(shelf) == ""


@pytest.mark.parametrize("name", ["", "..", "000009-aaaaaaaaaaaa", "/etc", "000001-zzzzzzzzzzzz"])
def test_what_is_no_bundle_cant_be_shown(
    name: str, made: Path, shelf: Path, keys: tuple[Path, Path]
) -> None:
    with refused(name, "there is no such bundle; see: quietline bundle list"):
        bundles.switch(shelf, name, keys[1])


@pytest.mark.parametrize("said", [b"", b"../../etc", b"nonsense\n", b"\x00", b"\xff\xfe"])
def test_a_pointer_that_cant_be_read_means_the_newest_bundle(
    said: bytes, made: Path, shelf: Path
) -> None:
    (shelf / "current").write_bytes(said)

    assert bundles.current_name(shelf) == made.name
    assert bundles.pointed_name(shelf) is None


def test_a_pointer_that_is_no_file_means_the_newest_bundle_or_none(made: Path, shelf: Path) -> None:
    for folder in (shelf, shelf / "without"):
        (folder / "current").mkdir(parents=True)

    assert bundles.current_name(shelf) == made.name
    assert bundles.current_name(shelf / "without") == ""


def test_a_manifest_that_is_none_is_refused(made: Path, keys: tuple[Path, Path]) -> None:
    (made / "manifest.json").chmod(0o644)
    (made / "manifest.json").write_text(json.dumps({"number": 1}))

    with refused(made.name, "its manifest can't be read"):
        bundles.verify(made, keys[1])


def test_a_second_pair_of_keys_never_overwrites_the_first(keys: tuple[Path, Path]) -> None:
    before = keys[0].read_text()

    with pytest.raises(FileExistsError):
        bundles.write_keys(*keys)
    assert keys[0].read_text() == before
    assert keys[0].stat().st_mode & 0o077 == 0


def test_without_a_key_nothing_is_made_visible(root: Path, shelf: Path, tmp_path: Path) -> None:
    with refused("none.key", "make a key first: quietline bundle key"):
        bundles.make(root, shelf, tmp_path / "none.key", TODAY)
    assert bundles.all_bundles(shelf) == []


def test_a_disk_that_cannot_promise_it_shows_what_was_published(
    root: Path, shelf: Path, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bundles.make(root, shelf, keys[0], TODAY)
    sync = os.fsync

    def refuse_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not here")
        sync(handle)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    bundles.switch(shelf, made.name, keys[1])

    assert bundles.current_name(shelf) == made.name


def test_every_word_is_on_the_disk_before_the_bundle_has_its_name(
    root: Path, shelf: Path, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, rename = list[int](), Path.rename

    def rename_and_note(path: Path, target: Path) -> Path:
        synced.append(NAMED)
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    monkeypatch.setattr(Path, "rename", rename_and_note)
    made = bundles.make(root, shelf, keys[0], TODAY)

    before = synced[: synced.index(NAMED)]
    assert {path.stat().st_ino for path in (made, *made.rglob("*"))} == set(before)
    assert synced[-1] == shelf.stat().st_ino


def test_a_bundle_without_a_manifest_keeps_no_other_from_being_made(
    root: Path, shelf: Path, keys: tuple[Path, Path]
) -> None:
    (shelf / "000007-000000000000").mkdir(parents=True)

    assert bundles.make(root, shelf, keys[0], TODAY).name.startswith("000008-")
