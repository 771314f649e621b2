"""bot.studio.scalars: one text changes, and every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.studio.places import places
from bot.studio.scalars import TEXT, Trail, replaced, scalars, values
from bot.studio.writing import tidy

YAML = """\
# A comment that stays.
title:   Old title   # and this one
quoted: "Old: one"
single: 'Old ''one'''
flow: {id: a, text: Old, more: [x, "y"]}

folded: >-
  Old words that go on and on and on and on and on and on and on and on and on and on and on and on
  over two lines.

literal: |-
  Old

  words
# Between.
list:
- Old
-   id: b
    text: Old   # odd spaces
- >
  Old

last: Old"""

TRAILS: tuple[Trail, ...] = (
    ("title",), ("quoted",), ("single",), ("flow", "text"), ("folded",), ("literal",),
    ("list", 0), ("list", 1, "text"), ("list", 2), ("last",),
)  # fmt: skip

LETTERS = st.characters(exclude_categories=["Cs"])
ANY = st.one_of(
    st.text(LETTERS, max_size=300),
    st.text(st.sampled_from(" \n:#-'\"{}[]>|&*!%@`,?\\ab"), max_size=60),
    st.text(st.sampled_from("שלום مرحبا \n\u200f\u200e.،؟"), max_size=200),
    st.text(st.sampled_from("Übung – „ja“ \n🙂…"), max_size=200),
)


def at(text: str, trail: Trail) -> str:
    return scalars(text)[trail].value.strip()


@pytest.mark.parametrize("trail", TRAILS)
@given(typed=ANY)
@example("no")
@example("12")
@example("- a\n- b")
@example("a: b # c")
@example("'")
@example('"\\n')
@example("---\n...")
@example("one\n\n\n  two\n three")
@example("x" * 5_000)
@example("many words " * 450)
@example("\n\n  padded  \n\n")
@example("a\u2028b\x85c\x00d\ufeff")
def test_any_words_can_be_written_anywhere_and_nothing_else_changes(
    trail: Trail, typed: str
) -> None:
    words = tidy(typed)
    if not words:
        return
    new = replaced(YAML, trail, words)

    found = scalars(new)
    assert found[trail].value.strip() == words
    assert found[trail].tag == TEXT
    others = {place: value for place, value in values(found).items() if place != trail}
    assert others == {p: v for p, v in values(scalars(YAML)).items() if p != trail}
    assert [line for line in new.split("\n") if line.startswith("#")] >= ["# A comment that stays."]


@pytest.mark.parametrize("trail", TRAILS)
def test_only_the_lines_of_that_text_differ(trail: Trail) -> None:
    old, new = YAML.split("\n"), replaced(YAML, trail, "New words").split("\n")
    begin = scalars(YAML)[trail].line
    after = next((s.line for t, s in scalars(YAML).items() if s.line > begin), len(old))

    assert new[:begin] == old[:begin]
    assert new[len(new) - (len(old) - after) :] == old[after:]


@pytest.mark.parametrize(
    ("trail", "line"),
    [
        (("title",), "title:   New words   # and this one"),
        (("quoted",), 'quoted: "New words"'),
        (("single",), "single: 'New words'"),
        (("flow", "text"), 'flow: {id: a, text: New words, more: [x, "y"]}'),
        (("list", 1, "text"), "    text: New words   # odd spaces"),
        (("last",), "last: New words"),
    ],
)
def test_a_text_keeps_its_style(trail: Trail, line: str) -> None:
    assert line in replaced(YAML, trail, "New words").split("\n")


def test_a_long_text_on_one_line_becomes_a_folded_block_of_short_lines() -> None:
    new = replaced(YAML, ("last",), "word " * 60 + "end")

    assert "last: >-\n  word word" in new
    assert max(map(len, new.split("\n"))) <= 100


def test_the_same_text_changes_no_byte_in_any_file_of_the_content() -> None:
    for path in sorted((ROOT / "content").rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        for place in places(ROOT, path.relative_to(ROOT).as_posix()).values():
            assert replaced(text, place.trail, place.words) == text


@pytest.mark.parametrize("file", ["words/interface.yml", "modules/urges.yml", "services/gb.yml"])
def test_there_and_back_again_leaves_the_words_of_a_real_file(file: str) -> None:
    text = (ROOT / "content" / file).read_text(encoding="utf-8")
    for place in list(places(ROOT, f"content/{file}").values())[::9]:
        changed = replaced(text, place.trail, "Other: words,\n\nof #1 “kind”.")
        back = replaced(changed, place.trail, place.words)

        assert at(changed, place.trail).startswith("Other: words,")
        assert values(scalars(back)).keys() == values(scalars(text)).keys()
        assert at(back, place.trail) == place.words
