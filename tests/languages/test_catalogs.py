"""bot.languages.catalogs: words for every id, in English where a locale has none."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.content import Content
from bot.errors import BrokenContent
from bot.languages.catalogs import CATALOGS, Words, load_translations, placeholders, read_words
from tests.builders import tags

SOURCE = {
    "interface": {"left": "Minutes left: {minutes}", "send": "Send"},
    "safety": {"now": "Now"},
    "modules": {},
}


def translated(folder: Path, messages: dict[str, str], fuzzy: bool = False) -> Words:
    """Return words with a German catalog that holds ``messages``."""
    place = folder / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    for name in CATALOGS:
        catalog = polib.POFile()
        catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        for message_id, text in messages.items() if name == "interface" else ():
            english = SOURCE["interface"][message_id]
            flags = ["fuzzy"] if fuzzy else []
            catalog.append(
                polib.POEntry(msgctxt=message_id, msgid=english, msgstr=text, flags=flags)
            )
        catalog.save_as_mofile(str(place / f"{name}.mo"))
    return Words(SOURCE, load_translations(folder, ("en", "de")))


def test_a_message_comes_in_the_locale_that_was_asked_for(tmp_path: Path) -> None:
    words = translated(tmp_path, {"send": "Senden"})

    assert words.text("de", "send") == "Senden"
    assert words.text("en", "send") == "Send"


def test_a_message_that_a_locale_lacks_comes_in_english(tmp_path: Path) -> None:
    words = translated(tmp_path, {"left": "Noch {minutes} Minuten"})

    assert words.text("de", "send") == "Send"
    assert words.text("de", "now") == "Now"


def test_a_translation_that_is_in_doubt_is_not_shown(tmp_path: Path) -> None:
    assert translated(tmp_path, {"send": "Senden"}, fuzzy=True).text("de", "send") == "Send"


def test_an_unknown_locale_answers_in_english(tmp_path: Path) -> None:
    assert translated(tmp_path, {"send": "Senden"}).text("xx", "send") == "Send"


def test_placeholders_are_filled(tmp_path: Path) -> None:
    words = translated(tmp_path, {"left": "Noch {minutes} Minuten"})

    assert words.text("de", "left", minutes=5) == "Noch 5 Minuten"
    assert words.text("fr", "left", minutes=5) == "Minutes left: 5"


def test_braces_in_a_value_are_left_alone() -> None:
    assert Words(SOURCE).text("en", "left", minutes="{send}") == "Minutes left: {send}"


def test_an_id_that_no_catalog_has_is_an_error_that_tests_find() -> None:
    with pytest.raises(KeyError):
        Words(SOURCE).text("en", "gone")
    assert not Words(SOURCE).has("gone")
    assert Words(SOURCE).has("now")


def test_groups_of_words_are_read_with_dots(tmp_path: Path) -> None:
    path = tmp_path / "words.yml"
    path.write_text("a:\n  b: '  Text  '\n  c: {d: Other}\ne: Third")

    assert read_words(path) == {"a.b": "Text", "a.c.d": "Other", "e": "Third"}


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("a: {b: 3}", "a.b must be a text"),
        ("a: [x]", "a must be a text"),
        ("", "the file must be a text"),
        ("a: 'left {minutes'", "a has a broken {placeholder}"),
        ("a: 'left {}'", "a has a broken {placeholder}"),
        ("a: 'left {0}'", "a has a broken {placeholder}"),
        ("a: 'left {x.y}'", "a has a broken {placeholder}"),
    ],
)
def test_broken_words_are_refused_with_file_and_id(tmp_path: Path, text: str, cure: str) -> None:
    path = tmp_path / "words.yml"
    path.write_text(text)

    with pytest.raises(BrokenContent) as refused:
        read_words(path)

    assert str(path) in str(refused.value)
    assert cure in str(refused.value)


@given(st.text(max_size=40))
def test_any_text_has_placeholders_or_is_refused(text: str) -> None:
    try:
        assert all(name.isidentifier() for name in placeholders(text))
    except ValueError:
        return


def test_placeholders_are_the_same_in_every_locale(content: Content) -> None:
    for messages in content.words.source.values():
        for message_id, english in messages.items():
            wanted = placeholders(english)
            assert {
                tag: placeholders(content.words.text(tag, message_id))
                for tag in tags()
                if placeholders(content.words.text(tag, message_id)) != wanted
            } == {}, message_id


def test_no_id_is_in_two_catalogs(content: Content) -> None:
    ids = [message_id for messages in content.words.source.values() for message_id in messages]

    assert len(ids) == len(set(ids))
