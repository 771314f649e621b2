"""bot.languages.checks as a whole: lists, places, and what each finding says."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polib
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.content import Content
from bot.errors import BrokenContent
from bot.languages.catalogs import CATALOGS
from bot.languages.checks.lists import read_avoided, read_lists
from bot.languages.checks.looking import findings, look, part_checks
from bot.languages.checks.parts import (
    PartCheck,
)
from bot.languages.checks.text import by_part, source_texts
from bot.settings import ROOT
from tests.builders import tags
from tests.languages.checking import (
    ANSWER,
    LISTS,
    LOCALES,
    SCREEN,
    every_check,
    glossary,
    lists,
    text,
)

CHECKS = {locale: list(every_check(locale)) for locale in LOCALES}
PARTS: dict[str, list[PartCheck]] = {locale: part_checks(lists(locale)) for locale in LOCALES}


def test_every_locale_that_is_offered_has_lists_and_a_glossary() -> None:
    assert set(tags()) <= set(LOCALES)
    assert all(read_avoided(glossary(locale)) for locale in LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
@given(written=st.text(), message_id=st.sampled_from([ANSWER, SCREEN, "nav.exit", "x"]))
def test_no_text_can_break_a_check(locale: str, written: str, message_id: str) -> None:
    texts = [text(written, message_id, locale)]

    assert all(finding.cure for finding in look(texts, CHECKS[locale], PARTS[locale]))


def test_a_text_belongs_to_the_first_two_steps_of_its_id() -> None:
    parts = by_part([text("a", "module.urges.title"), text("b", "module.urges.wave.text")])

    assert {part: len(group) for part, group in parts.items()} == {"module.urges": 2}


def test_every_english_text_is_found_again_in_its_file(content: Content) -> None:
    lost = [t.id for t in source_texts(content.words.source, ROOT / "content") if not t.line]

    assert lost == []


def test_an_english_text_that_two_services_share_is_found_at_its_own(content: Content) -> None:
    texts = {t.id: t for t in source_texts(content.words.source, ROOT / "content")}
    place = texts["service.iwf-gb.about"]

    assert place.file.name == "gb.yml"
    assert place.words[:20] in place.file.read_text().splitlines()[place.line - 1]


def test_a_finding_names_file_line_id_check_and_cure(tmp_path: Path) -> None:
    source = {"interface": {}, "safety": {"answer.greet.1": "Hello!"}, "modules": {}}
    root = workplace(tmp_path, {"answers/greet.yml": "intent: greet\nsay: [Hello!]\n"})

    assert [finding.line(root) for finding in findings(root, source, ["en"])] == [
        "content/answers/greet.yml:2: answer.greet.1: no-shouting: "
        "an exclamation mark; use a full stop"
    ]


def test_a_translation_is_looked_at_where_it_stands(tmp_path: Path) -> None:
    source = {"interface": {}, "safety": {"answer.greet.1": "Hello."}, "modules": {}}
    root = workplace(tmp_path, {}, {"answer.greet.1": ("Hello.", "Hallo!")})

    lines = [finding.line(root) for finding in findings(root, source, ["de"])]

    assert lines == [
        "locales/de/LC_MESSAGES/safety.po:5: answer.greet.1: no-shouting: "
        "an exclamation mark; use a full stop"
    ]


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        ({"harm": None}, "en needs harm:"),
        ({"harm": ["no", 5]}, "en: harm must be a list of texts in quotes"),
        ({"lix": 40}, "en has lix:, which nothing uses; take it out"),
        ({"mean_words": 0}, "en: mean_words must be a number above 0"),
        ({"words_per_bubble": "many"}, "en: words_per_bubble must be a number above 0"),
    ],
)
def test_broken_lists_are_refused_with_a_cure(
    tmp_path: Path, change: Mapping[str, object], cure: str
) -> None:
    block = yaml.safe_load(LISTS.read_text(encoding="utf-8"))["en"] | change
    path = tmp_path / "checks.yml"
    path.write_text(yaml.safe_dump({"en": {k: v for k, v in block.items() if v is not None}}))

    with pytest.raises(BrokenContent, match=cure):
        read_lists(path, "en")


def test_a_locale_without_lists_is_refused_with_a_cure() -> None:
    with pytest.raises(BrokenContent, match="give xx a block of lists and limits"):
        read_lists(LISTS, "xx")


def test_limits_are_those_of_the_file() -> None:
    assert replace(lists("de"), reading=1).reading == 1
    assert lists().words_per_bubble < lists("de").words_per_bubble


def workplace(
    root: Path, contents: Mapping[str, str], german: Mapping[str, tuple[str, str]] | None = None
) -> Path:
    """Return a folder with the real lists and glossaries, and only these texts."""
    for name, written in contents.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written)
    (root / "content" / "words").mkdir(parents=True, exist_ok=True)
    shutil.copy(LISTS, root / "content" / "words")
    for locale in ("en", "de"):
        (root / "locales" / locale / "LC_MESSAGES").mkdir(parents=True)
        shutil.copy(glossary(locale), root / "locales" / locale)
    for name in CATALOGS:
        catalog = polib.POFile()
        for message_id, (english, said) in (german or {}).items() if name == "safety" else ():
            catalog.append(polib.POEntry(msgctxt=message_id, msgid=english, msgstr=said))
        catalog.save(str(root / "locales" / "de" / "LC_MESSAGES" / f"{name}.po"))
    return root
