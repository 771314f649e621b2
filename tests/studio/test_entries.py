"""bot.studio.entries: one message of a catalog, as the product's own tools write it."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import BrokenContent
from bot.languages import extraction
from bot.languages.catalogs import CATALOGS
from bot.settings import ROOT
from bot.studio.entries import entries, line_of, rebuilt, with_source, with_words
from bot.studio.writing import tidy

REAL = sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po"))
HEAD = '#\nmsgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
SMALL = (
    HEAD + '\n#. Translators: Short.\nmsgctxt "a.b"\nmsgid "One"\nmsgstr "Eins"\n'
    '\nmsgctxt "a.c"\nmsgid "Two"\nmsgstr ""\n'
)


@pytest.mark.parametrize("path", REAL[::5], ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_messages_are_those_that_polib_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [(e.message_id, e.source, e.words, e.is_fuzzy) for e in entries(text).values()]

    assert found == [(e.msgctxt, e.msgid, e.msgstr, e.fuzzy) for e in polib.pofile(text)]


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_same_words_change_no_byte_of_any_catalog(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for entry in list(entries(text).values())[::25]:
        back = with_words(with_words(text, entry.message_id, "x"), entry.message_id, entry.words)

        assert with_words(text, entry.message_id, entry.words, entry.is_fuzzy) == text
        assert entry.is_fuzzy or back == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
@example('"quoted" \\n and \\')
@example("long words " * 450)
@example("مرحبا\n\nبالعالم")
@example('msgid "x"\n\nmsgctxt "a.c"')
def test_any_words_are_written_as_polib_writes_them(typed: str) -> None:
    words = tidy(typed)
    new = with_words(SMALL, "a.b", words)
    wanted = polib.pofile(SMALL, wrapwidth=100)
    wanted[0].msgstr = words

    assert entries(new)["a.b"].words == words
    assert new.rstrip("\n") == str(wanted).rstrip("\n")


def test_new_words_take_the_doubt_away_and_new_english_brings_it() -> None:
    doubtful = with_source(SMALL.encode(), "a.b", "Number one").decode()
    certain = with_words(doubtful, "a.b", "Nummer eins")

    assert entries(doubtful)["a.b"].is_fuzzy
    assert '#| msgid "One"' in doubtful
    assert not entries(certain)["a.b"].is_fuzzy
    assert "#|" not in certain


def test_a_text_without_a_translation_has_nothing_to_doubt() -> None:
    assert not entries(with_source(SMALL.encode(), "a.c", "Number two").decode())["a.c"].is_fuzzy


def test_a_message_is_found_on_its_line() -> None:
    assert SMALL.split("\n")[line_of(SMALL, "a.c") - 1] == 'msgctxt "a.c"'


def test_a_line_that_is_none_is_refused_with_its_number() -> None:
    with pytest.raises(BrokenContent) as told:
        entries(SMALL.replace('msgid "Two"', "msgid Two"))

    assert told.value.line == SMALL[: SMALL.index('msgid "Two"')].count("\n") + 1


IDS = st.sampled_from(["a.b", "a.c", "a.d", "a.e"])
WORDS = st.sampled_from(["One", "Two", "Three words here", ""])
SOURCES = st.dictionaries(IDS, WORDS.filter(bool), min_size=1)


@given(SOURCES, SOURCES, st.dictionaries(IDS, WORDS), st.sampled_from(["Short.", "Longer."]))
def test_other_messages_make_the_catalog_that_content_strings_makes(
    before: dict[str, str], after: dict[str, str], said: dict[str, str], comment: str
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "de" / "LC_MESSAGES" / "safety.po"
        _strings(folder, before, "Short.")
        text = path.read_text(encoding="utf-8")
        for message_id, words in said.items():
            text = with_words(text, message_id, words) if message_id in before else text
        path.write_text(text, encoding="utf-8")
        _strings(folder, after, comment)

        template = (folder / "safety.pot").read_text(encoding="utf-8")
        assert rebuilt(text, template).rstrip("\n") == path.read_text("utf-8").rstrip("\n")


def _strings(folder: Path, source: dict[str, str], comment: str) -> None:
    whole = {name: source if name == "safety" else {} for name in CATALOGS}
    extraction.write_templates(whole, folder, {"a.": comment})
    extraction.update(folder, ["de"])
