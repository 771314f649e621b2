"""bot.studio.writing, differences and ledger: small rules that all else stands on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BrokenContent
from bot.languages.signoff import Signature, sign
from bot.studio.differences import differences
from bot.studio.ledger import read
from bot.studio.writing import alone, tidy, written

TODAY = date(2026, 11, 23)
HEAD = "# Who has signed.\nsignatures: []\n"


@given(st.text())
def test_tidy_words_stay_as_they_are(typed: str) -> None:
    words = tidy(typed)

    assert tidy(words) == words
    assert words == words.strip()
    assert all(sign == "\n" or sign.isprintable() or not sign.isascii() for sign in words)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\n\n a \n\n", "a"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb\x00\x07c\ufeff", "a bc"),
        ("a  \nb", "a\nb"),
        ("u\u0308", "ü"),
        ("\u200fשלום\u200e", "\u200fשלום\u200e"),
    ],
)
def test_what_tidying_does(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


def test_files_are_written_together_or_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("before")
    (tmp_path / "gone").write_text("here")
    changes = {"old": "after", "new/file": "new", "gone": None}
    with written(tmp_path / "copy", changes):
        assert not (tmp_path / "copy" / "old").exists()
    assert _seen(tmp_path / "copy") == {"old": "after", "file": "new"}
    with pytest.raises(KeyError), written(tmp_path, changes):
        raise KeyError(_seen(tmp_path))

    assert (tmp_path / "old").read_text() == "before"
    assert (tmp_path / "gone").read_text() == "here"
    assert not list((tmp_path / "new").iterdir())


def _seen(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_file_that_cant_be_written_takes_the_others_back(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("before")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"), written(tmp_path, {"old": "a", "file/new": "b"}):
        pass

    assert (tmp_path / "old").read_text() == "before"


def test_one_at_a_time_is_alone(tmp_path: Path) -> None:
    (tmp_path / "number").write_text("0")

    def count(_: int) -> None:
        with alone(tmp_path):
            number = int((tmp_path / "number").read_text())
            (tmp_path / "number").write_text(str(number + 1))

    with ThreadPoolExecutor() as pool:
        list(pool.map(count, range(50)))

    assert (tmp_path / "number").read_text() == "50"


@given(st.text(max_size=80), st.text(max_size=80))
def test_differences_make_both_texts(before: str, after: str) -> None:
    runs = differences(before, after)

    assert "".join(run.words for run in runs if run.change != "new") == before
    assert "".join(run.words for run in runs if run.change != "gone") == after


def test_words_are_compared_whole() -> None:
    runs = [(run.change, run.words) for run in differences("a child is near", "a children is near")]

    assert runs == [
        ("same", "a "), ("gone", "child"), ("new", "children"), ("same", " is near"),
    ]  # fmt: skip


def signature(part: str, locale: str = "de") -> Signature:
    return Signature(part, locale, "0" * 64, "editor", TODAY, TODAY)


def test_a_ledger_is_read_as_it_was_signed(tmp_path: Path) -> None:
    given_ = [signature("module.urges"), signature("nav", "fr"), signature("check_in")]
    path = tmp_path / "signoff.yml"
    path.write_text(sign(HEAD, (), given_))
    found = read(path, {})

    assert sorted(found.values(), key=lambda s: s.place) == sorted(given_, key=lambda s: s.place)
    assert read(path, found) == found


def test_an_empty_ledger_has_no_signatures(tmp_path: Path) -> None:
    (tmp_path / "signoff.yml").write_text(HEAD)

    assert read(tmp_path / "signoff.yml", {}) == {}


@pytest.mark.parametrize("spoil", [lambda line: f"{line}\n{line}", lambda line: f"{line[:-9]}}}"])
def test_a_ledger_with_a_bad_line_is_refused(tmp_path: Path, spoil: object) -> None:
    text = sign(HEAD, (), [signature("nav")])
    line = text.splitlines()[-1]
    (tmp_path / "signoff.yml").write_text(text.replace(line, spoil(line)))  # type: ignore[operator]

    with pytest.raises(BrokenContent):
        read(tmp_path / "signoff.yml", {})
