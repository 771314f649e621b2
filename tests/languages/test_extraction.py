"""bot.languages.extraction: from content/ to translators and back, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from bot import wiring
from bot.errors import BrokenContent
from bot.languages import extraction
from bot.languages.catalogs import CATALOGS, Words, load_translations
from bot.settings import ROOT

Source = dict[str, dict[str, str]]


def source(**interface: str) -> Source:
    return {"interface": interface, "safety": {}, "modules": {}}


def extracted(folder: Path, words: Source) -> None:
    extraction.write_templates(words, folder)
    extraction.update(folder, ["de"])


def catalog(folder: Path, name: str = "interface") -> polib.POFile:
    return polib.pofile(str(folder / "de" / "LC_MESSAGES" / f"{name}.po"))


def translate(folder: Path, **texts: str) -> None:
    """Do what a translator does: write the text, and take the doubt away."""
    found = catalog(folder)
    for entry in found:
        if entry.msgctxt in texts:
            entry.msgstr, entry.flags = texts[entry.msgctxt], []
    found.save()


def shown(folder: Path, words: Source, message_id: str) -> str:
    extraction.compile_catalogs(folder, ["de"])
    return Words(words, load_translations(folder, ("en", "de"))).text("de", message_id)


def test_a_translation_makes_the_way_round(tmp_path: Path) -> None:
    words = source(send="Send", left="Left: {minutes}")
    extracted(tmp_path, words)
    translate(tmp_path, send="Senden", left="Noch {minutes}")
    extracted(tmp_path, words)

    assert shown(tmp_path, words, "send") == "Senden"
    assert list(extraction.problems(tmp_path, ["de"])) == []


def test_the_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    words = source(b="Two", a="One")
    extracted(tmp_path, words)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.po*")}
    extracted(tmp_path, source(a="One", b="Two"))

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.po*")} == before
    assert len(before) == 2 * len(CATALOGS)


def test_templates_are_current_until_a_word_changes(tmp_path: Path) -> None:
    extraction.write_templates(source(send="Send"), tmp_path)

    assert extraction.is_current(source(send="Send"), tmp_path)
    assert not extraction.is_current(source(send="Send it"), tmp_path)
    assert not extraction.is_current(source(send="Send"), tmp_path / "elsewhere")


def test_a_changed_english_text_puts_its_translation_in_doubt(tmp_path: Path) -> None:
    extracted(tmp_path, source(send="Send"))
    translate(tmp_path, send="Senden")
    changed = source(send="Send it now")
    extracted(tmp_path, changed)
    (entry,) = catalog(tmp_path)

    assert entry.fuzzy
    assert (entry.msgstr, entry.previous_msgid) == ("Senden", "Send")
    assert shown(tmp_path, changed, "send") == "Send it now"
    assert "send is not translated" in next(extraction.problems(tmp_path, ["de"]))


def test_a_translation_stays_in_doubt_until_a_translator_has_looked(tmp_path: Path) -> None:
    extracted(tmp_path, source(send="Send"))
    translate(tmp_path, send="Senden")
    changed = source(send="Send it now")
    for _ in range(3):
        extracted(tmp_path, changed)

    assert catalog(tmp_path)[0].fuzzy
    assert shown(tmp_path, changed, "send") == "Send it now"
    translate(tmp_path, send="Jetzt senden")
    assert shown(tmp_path, changed, "send") == "Jetzt senden"


def test_what_is_gone_from_content_is_gone_from_the_catalogs(tmp_path: Path) -> None:
    extracted(tmp_path, source(send="Send", old="Old"))
    extracted(tmp_path, source(send="Send"))

    assert [entry.msgctxt for entry in catalog(tmp_path)] == ["send"]


def test_a_translator_s_comment_is_kept(tmp_path: Path) -> None:
    extracted(tmp_path, source(send="Send"))
    found = catalog(tmp_path)
    found[0].tcomment = "a button"
    found.save()
    extracted(tmp_path, source(send="Send it"))

    assert catalog(tmp_path)[0].tcomment == "a button"


def test_the_same_english_text_can_have_two_translations(tmp_path: Path) -> None:
    words = source(back_button="Back", back_body="Back")
    extracted(tmp_path, words)
    translate(tmp_path, back_button="Zurück", back_body="Rücken")

    assert shown(tmp_path, words, "back_button") == "Zurück"
    assert shown(tmp_path, words, "back_body") == "Rücken"


@pytest.mark.parametrize(
    "text", ["Noch Minuten", "Noch {minuten}", "Noch {minutes", "{minutes} {x}"]
)
def test_other_placeholders_than_in_english_are_a_problem(tmp_path: Path, text: str) -> None:
    extracted(tmp_path, source(left="Left: {minutes}"))
    translate(tmp_path, left=text)
    (line,) = extraction.problems(tmp_path, ["de"])

    assert "interface.po:" in line
    assert "left needs the same {placeholders} as English" in line


def test_what_is_missing_is_a_problem_with_file_and_cure(tmp_path: Path) -> None:
    extracted(tmp_path, source(send="Send"))
    (line,) = extraction.problems(tmp_path, ["de"])

    assert line.endswith("interface.po: send is not translated; run make strings and translate it")


@pytest.mark.parametrize("content", [b'msgid "a"\nmsgxx "b"', b"\xff\xfe", b"what is this?"])
def test_a_broken_catalog_is_refused_with_its_file(tmp_path: Path, content: bytes) -> None:
    extracted(tmp_path, source(send="Send"))
    path = tmp_path / "de" / "LC_MESSAGES" / "interface.po"
    path.write_bytes(content)

    with pytest.raises(BrokenContent) as refused:
        extraction.compile_catalogs(tmp_path, ["de"])

    assert str(path) in str(refused.value)
    assert "UTF-8" in str(refused.value)


def test_a_missing_catalog_is_refused_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(BrokenContent, match=r"interface\.po"):
        extraction.compile_catalogs(tmp_path, ["de"])


def test_translators_are_told_what_fits_best(tmp_path: Path) -> None:
    comments = {"chat.": "A notice.", "chat.se": "A button."}
    extraction.write_templates(source(**{"chat.send": "Send"}), tmp_path, comments)
    template = (tmp_path / "interface.pot").read_text(encoding="utf-8")

    assert "#. Translators: A button." in template
    assert "A notice." not in template


def test_every_comment_for_translators_belongs_to_some_text() -> None:
    comments = extraction.read_comments(ROOT / "content" / "words" / "translators.yml")
    known = {i for messages in wiring.content().words.source.values() for i in messages}

    assert [start for start in comments if not any(i.startswith(start) for i in known)] == []
