"""bot.modules: modules and exercises are complete, small, and broken ones are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.conversation.content import Content
from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.modules.module import KINDS
from bot.modules.reading import SCREENS, read_shelf, shelf_words
from bot.settings import ROOT

FOLDERS = (ROOT / "content" / "modules", ROOT / "content" / "exercises")
MOST_WORDS = 65
"""A text that is longer isn't read on a small screen at night; authors aim at 60."""


def copied(folder: Path) -> tuple[Path, Path]:
    for source in FOLDERS:
        shutil.copytree(source, folder / source.name)
    return folder / "modules", folder / "exercises"


def test_all_modules_and_exercises_of_the_field_are_there(content: Content) -> None:
    codes = {read_yaml(path)["code"] for folder in FOLDERS for path in folder.glob("*.yml")}

    assert codes == {f"M{n}" for n in range(1, 22)} | {f"E{n}" for n in range(1, 17)}
    assert {exercise.kind for exercise in content.shelf.exercises.values()} == set(KINDS)


def test_a_module_has_four_to_seven_screens_and_leads_on(content: Content) -> None:
    for module in content.shelf.modules.values():
        assert len(module.screens) in SCREENS
        assert module.choices


def test_every_message_id_of_the_shelf_has_words(content: Content) -> None:
    ids: list[str] = []
    for module in content.shelf.modules.values():
        ids += [module.title, module.about]
        ids += [i for s in module.screens for i in (s.title, s.text, s.do) if i]
    for exercise in content.shelf.exercises.values():
        ids += [exercise.title, exercise.about, exercise.intro, exercise.end]
        ids += [i for s in exercise.steps for i in (s.title, s.text, *s.options)]

    assert set(ids) == set(shelf_words(*FOLDERS))


def test_a_screen_is_short_enough_for_a_small_one(content: Content) -> None:
    words = shelf_words(*FOLDERS)
    long = [name for name, text in words.items() if len(text.split()) > MOST_WORDS]

    assert [name for name in long if name.startswith("module.")] == []


def test_a_timer_counts_minutes_and_nothing_else_does(content: Content) -> None:
    for exercise in content.shelf.exercises.values():
        minutes = sum(step.minutes for step in exercise.steps)
        assert (minutes > 0) == (exercise.kind == "timer")


@pytest.mark.parametrize(
    ("name", "old", "new", "cure"),
    [
        ("modules/urges.yml", "slug: urges", "slug: urge", "slug must be the file's name"),
        ("modules/urges.yml", "about:", "abuot:", "check the keys: about, abuot"),
        ("modules/urges.yml", "- id: ", "- name: ", "every one of the screens needs its own id"),
        ("modules/urges.yml", "  title: ", "  heading: ", "needs a title and a text"),
        ("exercises/grounding.yml", "kind: steps", "kind: dance", "kind must be one of timer"),
        ("exercises/grounding.yml", "end:", "ending:", "check the keys: end, ending"),
    ],
)
def test_a_broken_entry_is_refused_with_file_and_cure(
    tmp_path: Path, name: str, old: str, new: str, cure: str
) -> None:
    folders = copied(tmp_path)
    path = tmp_path / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BrokenContent) as refused:
        read_shelf(*folders)

    assert str(path) in str(refused.value)
    assert cure in str(refused.value)


def test_a_module_with_too_many_screens_or_a_double_id_is_refused(tmp_path: Path) -> None:
    folders = copied(tmp_path)
    screens = "".join(f"- {{id: s{n}, title: T, text: T}}\n" for n in range(8))
    head = "slug: big\ncode: M0\ntitle: T\nabout: T\nsources: []\nchoices: [menu]\nscreens:\n"
    path = folders[0] / "big.yml"

    path.write_text(head + screens)
    with pytest.raises(BrokenContent, match="4 to 7 screens"):
        read_shelf(*folders)
    path.write_text(head + "- {id: s, title: T, text: T}\n" * 4)
    with pytest.raises(BrokenContent, match="needs its own id"):
        read_shelf(*folders)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    folders = copied(tmp_path)
    (folders[0] / "empty.yml").write_text("")

    with pytest.raises(BrokenContent, match=r"empty\.yml: check the keys"):
        read_shelf(*folders)
