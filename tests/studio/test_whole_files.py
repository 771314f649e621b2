"""Whole files at the desk: used by the product, or refused, and the old one stays."""

from __future__ import annotations

import re

import pytest

from bot.errors import BrokenContent
from bot.storage.studio_records import FROM_FILES
from bot.studio.desk import Desk
from tests.studio.conftest import NOW
from tests.studio.working import (
    POLICY,
    TODAY,
    assert_as_content_strings_writes_it,
    differing,
    files,
)


def test_screens_can_change_places_and_their_translations_stay(desk: Desk) -> None:
    file = "content/modules/triggers.yml"
    text = (desk.root / file).read_text()
    head, *screens = re.split(r"(?m)^(?=- id: )", text)
    last, tail = screens[-1].split("choices:")
    moved = head + "".join([screens[1], screens[0], *screens[2:-1], last]) + "choices:" + tail
    open_before = desk.part("de", "module.triggers", TODAY).open_texts
    desk.save_file("ann", file, moved, desk.file_version(file), NOW)

    ids = [t.message_id for t in desk.texts("en", "module.triggers")]
    assert ids.index(_id(screens[1])) < ids.index(_id(screens[0]))
    assert desk.part("de", "module.triggers", TODAY).open_texts == open_before
    assert [v.author for v in desk.versions(f"file/{file}", "en")] == ["ann", FROM_FILES]


def _id(screen: str) -> str:
    return f"module.triggers.{screen.split()[2]}.title"


@pytest.mark.slow
def test_a_screen_can_go_and_come_back_as_content_strings_would_have_it(desk: Desk) -> None:
    file = "content/modules/urges.yml"
    text = (desk.root / file).read_text()
    without = re.sub(r"(?ms)^- id: body\n.*?(?=^- id: )", "", text)
    desk.save_file("ann", file, without, desk.file_version(file), NOW)
    assert "module.urges.body.title" not in desk.index.places
    assert_as_content_strings_writes_it(desk)

    desk.save_file("ann", file, text, desk.file_version(file), NOW)
    assert not desk.index.is_done("de", "module.urges.body.title")
    assert_as_content_strings_writes_it(desk)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (POLICY, "certain_at: 0.65", "certain_at: high"),
        ("content/modules/urges.yml", "slug: urges", "slug: other"),
        ("content/modules/urges.yml", "screens:", "screens: ["),
        ("content/answers/suicide_risk.yml", "exercise.grounding", "exercise.unheard_of"),
        ("content/services/gb.yml", '"0808 1000 900"', '"not a number"'),
        ("content/words/checks.yml", "words_per_bubble:", "words_in_bubble:"),
        ("content/words/interface.yml", "help_now: Help now", "help_now: Help {now}"),
    ],
)
def test_a_file_that_the_product_couldnt_use_is_refused_and_the_old_one_stays(
    desk: Desk, file: str, old: str, new: str
) -> None:
    before, text = files(desk), (desk.root / file).read_text()
    assert old in text
    with pytest.raises(BrokenContent) as told:
        desk.save_file("ann", file, text.replace(old, new, 1), desk.file_version(file), NOW)

    assert told.value.path == file
    assert told.value.cure
    assert differing(desk, before) == set()


@pytest.mark.parametrize(
    "file", ["../secret.yml", "content/../../secret.yml", "/etc/x.yml", "content/signoff.yml",
             "content/./signoff.yml", "content//signoff.yml", "bot/glossary.yml",
             "locales/locales.yml", "bot/errors.py", "content/services.schema.json"],
)  # fmt: skip
def test_only_files_of_words_can_be_written(desk: Desk, file: str) -> None:
    with pytest.raises(BrokenContent, match=r"choose a \.yml file"):
        desk.save_file("ann", file, "a: b\n", 0, NOW)
