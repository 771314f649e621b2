"""bot.studio.exchange: what goes out and comes back is the same, and what is wrong stays out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polib
import pytest

from bot.errors import BrokenContent, NotReady
from bot.languages.signoff import Signature, read_ledger, sign
from bot.studio.desk import LEDGER, Desk
from bot.studio.entries import entries
from bot.studio.exchange import Imported, export, import_catalog, import_folder, start
from bot.studio.seeing import State
from bot.studio.signing import Person
from tests.studio.conftest import NOW

CATALOG = "locales/de/LC_MESSAGES/interface.po"


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("content", "locales")
        for path in (root / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".mo"
    }


@pytest.fixture
def exported(desk: Desk, tmp_path: Path) -> Path:
    export(desk.root, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def catalog(exported: Path) -> Path:
    return exported / CATALOG


def edited(path: Path, message_id: str, words: str) -> None:
    """Change one translation as Poedit does: with heads of its own, and lines of its own width."""
    found = polib.pofile(str(path), wrapwidth=60)
    found.metadata |= {"X-Generator": "Poedit 3.5", "Last-Translator": "", "Language": "de_DE"}
    next(entry for entry in found if entry.msgctxt == message_id).msgstr = words
    found.save(str(path))


def test_a_working_copy_is_begun_once(original: Path, desk: Desk) -> None:
    with pytest.raises(NotReady, match="There is a working copy already"):
        start(original, desk.root)


def test_a_round_trip_changes_no_byte(desk: Desk, exported: Path, original: Path) -> None:
    before = contents(desk.root)

    assert contents(exported) == before
    assert import_folder(desk, exported, "ann", NOW) == Imported()
    assert contents(desk.root) == before
    assert export(desk.root, exported) == []


def test_export_removes_words_that_are_gone_and_leaves_other_files(
    desk: Desk, tmp_path: Path, original: Path
) -> None:
    shutil.copytree(original, tmp_path / "out")
    (tmp_path / "out" / "content" / "modules" / "gone.yml").write_text("slug: gone\n")
    (tmp_path / "out" / "README.md").write_text("stays\n")

    assert "content/modules/gone.yml" in export(desk.root, tmp_path / "out")
    assert contents(tmp_path / "out") == contents(desk.root)
    assert (tmp_path / "out" / "README.md").read_text() == "stays\n"


def test_a_catalog_from_poedit_brings_only_what_its_translator_changed(
    desk: Desk, catalog: Path
) -> None:
    before = (desk.root / CATALOG).read_text()
    edited(catalog, "nav.label", "Alle\n„Seiten“")

    assert import_catalog(desk, catalog, "tim", NOW) == Imported(files=1, texts=1)
    assert desk.text("de", "nav.label").words == "Alle\n„Seiten“"
    assert desk.text("de", "nav.label").author == "tim"
    now = entries((desk.root / CATALOG).read_text())
    assert {i for i, e in entries(before).items() if e != now[i]} == {"nav.label"}
    assert import_catalog(desk, catalog, "tim", NOW) == Imported()


def test_a_catalog_of_yesterday_doesnt_take_back_what_a_colleague_wrote_since(
    desk: Desk, catalog: Path
) -> None:
    text = desk.text("de", "nav.exit")
    desk.save("ann", "de", "nav.exit", "Jetzt weg hier", text.version, NOW)
    edited(catalog, "nav.help_now", "Hilfe sofort")

    assert import_catalog(desk, catalog, "tim", NOW) == Imported(1, 1, older=1)
    assert desk.text("de", "nav.exit").words == "Jetzt weg hier"


def test_a_translation_of_older_english_becomes_a_suggestion(desk: Desk, catalog: Path) -> None:
    text = desk.text("en", "help.title")
    desk.save("ann", "en", "help.title", "Help for you now", text.version, NOW)
    edited(catalog, "help.title", "Hilfe nach altem Text")

    assert import_catalog(desk, catalog, "tim", NOW).suggested == 1
    assert desk.text("de", "help.title").is_fuzzy
    found = desk.store.suggestions("help.title", "de")
    assert [(each.words, each.author) for each in found] == [("Hilfe nach altem Text", "tim")]


def other_catalog(text: str) -> str:
    return text + '\nmsgctxt "answer.greet.1"\nmsgid "x"\nmsgstr "y"\n'


def unknown_message(text: str) -> str:
    return text + '\nmsgctxt "no.such.text"\nmsgid "x"\nmsgstr "y"\n'


def broken_line(text: str) -> str:
    return text.replace("\nmsgid ", "\nmsgidd ", 4)


@pytest.mark.parametrize(
    ("spoil", "cure"),
    [
        (other_catalog, "belongs into safety.po"),
        (unknown_message, "none of ours"),
        (broken_line, "no line of a catalog"),
        (lambda text: text.replace('"Language: de\\n"', '"Language: xx\\n"'), "Language"),
        (lambda text: text.replace("UTF-8", "ISO-8859-1"), "save the file as UTF-8"),
        (lambda text: re.sub(r'(msgctxt "nav.exit"\nmsgid .*\nmsgstr ").*"', r'\1{x}"', text),
         "no names in braces"),
        (lambda text: "This is no catalog\n", "no line of a catalog"),
        (lambda text: "", "Language"),
    ],
)  # fmt: skip
def test_a_wrong_catalog_is_refused_with_line_and_cure_and_nothing_is_taken(
    desk: Desk, catalog: Path, spoil: Callable[[str], str], cure: str
) -> None:
    before, text = contents(desk.root), catalog.read_text()
    assert spoil(text) != text
    catalog.write_text(spoil(text))
    with pytest.raises(BrokenContent, match=re.escape(cure)) as told:
        import_catalog(desk, catalog, "tim", NOW)

    assert told.value.path == str(catalog)
    assert told.value.line
    assert contents(desk.root) == before


def test_a_catalog_in_another_encoding_is_refused_with_the_line(desk: Desk, catalog: Path) -> None:
    content = catalog.read_bytes()
    at = content.index("ü".encode())
    catalog.write_bytes(content[:at] + "ü".encode("latin-1") + content[at + 2 :])
    with pytest.raises(BrokenContent, match="save the file as UTF-8") as told:
        import_catalog(desk, catalog, "tim", NOW)

    assert told.value.line == content.count(b"\n", 0, at) + 1


def test_a_folder_brings_english_structure_and_translations_in_one_go(
    desk: Desk, exported: Path
) -> None:
    module = exported / "content" / "modules" / "law.yml"
    module.write_text(re.sub(r"(?m)^title: .*$", "title: What laws say", module.read_text()))
    edited(exported / CATALOG, "nav.skip_to_content", "Zum Inhalt hier")
    done = import_folder(desk, exported, "ann", NOW)

    assert done.texts
    assert desk.text("en", "module.law.title").words == "What laws say"
    assert desk.text("de", "module.law.title").is_fuzzy
    assert desk.text("de", "nav.skip_to_content").author == "ann"
    assert desk.versions("module.law.title", "en")[0].author == "ann"


def test_a_folder_that_the_product_couldnt_use_changes_nothing(desk: Desk, exported: Path) -> None:
    before = contents(desk.root)
    (exported / "content" / "safety" / "policy.yml").write_text("thresholds: none\n")
    with pytest.raises(BrokenContent, match=r"policy\.yml"):
        import_folder(desk, exported, "ann", NOW)

    assert contents(desk.root) == before


def test_a_folder_without_words_or_with_other_languages_is_refused(
    desk: Desk, exported: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BrokenContent, match="must have content/"):
        import_folder(desk, tmp_path / "empty", "ann", NOW)
    (exported / "locales" / "locales.yml").write_text("locales:\n- tag: en\n- tag: de\n")
    with pytest.raises(BrokenContent, match="other languages"):
        import_folder(desk, exported, "ann", NOW)


def test_signatures_come_in_only_when_somebody_says_how_many(desk: Desk, exported: Path) -> None:
    part, until = desk.part("de", "module.law", NOW.date()), NOW.date() + timedelta(90)
    new = [
        Signature(part.name, "de", part.fingerprint, role, NOW.date(), until)
        for role in ("clinician", "editor")
    ]
    path, ours = exported / LEDGER, desk.root / LEDGER
    before = ours.read_bytes()
    path.write_text(sign(path.read_text(), (), new))

    assert import_folder(desk, exported, "ann", NOW) == Imported(unsigned=2)
    with pytest.raises(BrokenContent, match="it brings 2 signatures"):
        import_folder(desk, exported, "ann", NOW, 3)
    assert ours.read_bytes() == before
    assert import_folder(desk, exported, "ann", NOW, 2).signatures == 2
    assert read_ledger(ours) == tuple(new)
    assert desk.part("de", part.name, NOW.date()).state is State.SIGNED


def test_a_folder_without_signatures_takes_none_away(desk: Desk, exported: Path) -> None:
    part = desk.part("de", "module.family", NOW.date())
    person = Person("sue", frozenset({"signer"}), frozenset({"editor"}))
    desk.sign(person, "de", {part.name: part.fingerprint}, "editor", NOW.date(), NOW)
    (exported / LEDGER).unlink()

    import_folder(desk, exported, "ann", NOW)
    assert desk.part("de", part.name, NOW.date()).roles == ("editor",)
