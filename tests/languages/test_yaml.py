"""bot.languages.yaml: what is wrong with a file is said with its name and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml


def written(folder: Path, content: bytes) -> Path:
    path = folder / "some.yml"
    path.write_bytes(content)
    return path


def test_a_document_is_read_as_plain_values(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "a: [1, ü, yes]".encode())) == {"a": [1, "ü", "yes"]}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a: 1\nb: [1, 2\nc: 3\n", 3),
        (b"a: 1\na: 2\n", 2),
        (b"a: 1\n\tb: 2\n", 2),
        (b"a: 'open\n", 2),
        (b"a: 1\nb\n", 2),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, content: bytes, line: int) -> None:
    path = written(tmp_path, content)

    with pytest.raises(BrokenContent) as refused:
        read_yaml(path)

    assert abs((refused.value.line or 0) - line) <= 1
    assert str(refused.value).startswith(f"{path}:{refused.value.line}: ")


def test_a_missing_file_and_one_that_isnt_utf_8_are_named_with_their_cure(tmp_path: Path) -> None:
    with pytest.raises(BrokenContent, match="restore it from the repository"):
        read_yaml(tmp_path / "gone.yml")
    with pytest.raises(BrokenContent, match="save the file as UTF-8"):
        read_yaml(written(tmp_path, b"a: \xff\xfe"))


def test_a_file_cant_make_objects(tmp_path: Path) -> None:
    with pytest.raises(BrokenContent):
        read_yaml(written(tmp_path, b"a: !!python/object/apply:os.getcwd []"))
