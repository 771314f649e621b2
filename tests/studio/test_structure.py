"""bot.studio.structure: one change at a time, and every other byte stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.errors import BrokenContent
from bot.settings import ROOT
from bot.studio.structure import (
    LISTS,
    file_of,
    has_form,
    in_order,
    parts,
    with_entry,
    with_value,
)

FILES = [
    path.relative_to(ROOT).as_posix()
    for folder in LISTS
    for path in sorted((ROOT / "content" / folder).glob("*.yml"))
]
SMALL = """# About it.
screens:
# Why it is the first.
- id: a
  text: |-
    One.

    # no remark
- id: b
  text: Two  # why two

- id: c
  text: Three
# The end.
choices: [x, y,
  z]
"""


def read(text: str) -> Any:
    return YAML(typ="safe").load(text)


@pytest.mark.parametrize("file", FILES)
def test_every_file_that_has_a_form_is_the_same_in_its_own_order(file: str) -> None:
    text = (ROOT / file).read_text()
    for name, entries in parts(file, text).lists.items():
        assert in_order(text, name, range(len(entries))) == text


def test_an_entry_takes_its_remark_with_it_and_the_rest_stays() -> None:
    moved = in_order(SMALL, "screens", [1, 0, 2])

    assert moved == SMALL.replace(
        """# Why it is the first.
- id: a
  text: |-
    One.

    # no remark
- id: b
  text: Two  # why two
""",
        """- id: b
  text: Two  # why two
# Why it is the first.
- id: a
  text: |-
    One.

    # no remark
""",
    )


@given(st.permutations(range(3)))
def test_any_order_says_the_same_in_that_order_and_can_be_taken_back(order: list[int]) -> None:
    back = [order.index(number) for number in range(3)]
    for name in ("screens", "choices"):
        moved = in_order(SMALL, name, order)
        before, after = read(SMALL), read(moved)
        assert after[name] == [before[name][number] for number in order]
        assert read(in_order(moved, name, back)) == before
        assert "# The end." in moved


def test_what_is_left_out_goes_and_what_is_new_comes_last() -> None:
    less = in_order(SMALL, "screens", [0, 2])
    more = with_entry(less, "screens", {"id": "d", "text": "One: #1\n\n'Two'"})

    assert [each["id"] for each in read(more)["screens"]] == ["a", "c", "d"]
    assert read(more)["screens"][2]["text"] == "One: #1\n\n'Two'"
    assert read(with_entry(SMALL, "choices", "w"))["choices"] == ["x", "y", "z", "w"]
    assert "  text: |-\n    One: #1\n" in more


def test_a_number_is_written_as_one() -> None:
    file = "content/exercises/urge_timer.yml"
    text = (ROOT / file).read_text()
    changed = with_value(text, ("steps", 0, "minutes"), 7)

    assert parts(file, changed).lists["steps"][0].minutes == "7"
    assert len(set(changed.splitlines()) - set(text.splitlines())) == 1


@pytest.mark.parametrize("value", ["[", "a: b", "a\nb: c"])
def test_what_yaml_would_read_as_something_else_is_refused(value: str) -> None:
    with pytest.raises(BrokenContent):
        with_value("code: M1\n", ("code",), value)


def test_an_order_in_which_yaml_cant_say_it_is_refused() -> None:
    with pytest.raises(BrokenContent, match="change the file instead"):
        in_order("items:\n- a: &x 1\n- a: *x\n", "items", [1, 0])


def test_only_some_files_have_a_form() -> None:
    assert {has_form(file) for file in FILES} == {True}
    assert not has_form("content/safety/policy.yml")
    assert file_of("module.urges") == "content/modules/urges.yml"
    assert file_of("check_in") == "content/checkin/check_in.yml"
    assert {file_of(part) for part in ("nav", "module", "service.x", "policy")} == {""}
