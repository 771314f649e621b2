"""Words: every id exists, every locale is complete, and no word is one that we never use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from bot import wiring
from bot.conversation.content import Content
from bot.languages import extraction
from bot.languages.catalogs import CATALOGS
from bot.referral.reading import read_directory
from bot.settings import ROOT
from tests.builders import every_choice, surveying, tags

DOTTED = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)*\.?")
SHAPES = re.compile(r"\.(?:html|css|js|yml|po|pot|mo|py|svg|tar|gz|sock|sqlite)$")

FORBIDDEN = re.compile(
    r"child porn|child erotica|kiddie|child prostitut|kinderporn|pédoporn"
    r"|pornographie (?:enfant|infant)|commit(?:s|ted|ting)? suicide|\bselbstm[oö]rd"
    r"|suicide réussi|failed suicide|pa?edophile\b",
    re.IGNORECASE,
)
"""A label, a trivial name for abuse, or blame for a death."""

PROMISES = re.compile(
    r"\b(?:untraceable|undetectable|completely (?:safe|secret|anonymous)|100 ?% (?:safe|anonymous)"
    r"|nobody (?:can|will) ever know|völlig (?:sicher|anonym)|garantiert (?:sicher|anonym)"
    r"|totalement (?:anonyme|sûr)|you will be cured)\b",
    re.IGNORECASE,
)
SHOUTING = re.compile(r"(?<!Stop It Now)!|[\U0001F300-\U0001FAFF\u2600-\u27BF]")

ASKED_ABOUT_A_WORD = ["warum sagt man nicht mehr kinderpornografie"]
"""Examples of visitors who ask why we don't use a word."""


def source() -> dict[str, dict[str, str]]:
    return wiring.source_words(ROOT, read_directory(ROOT / "content" / "services"))


def said() -> Iterator[tuple[str, str]]:
    """Yield every text that visitors can read, in every locale, and where it is from."""
    for messages in source().values():
        yield from messages.items()
    for tag in set(tags()) - {"en"}:
        for name in CATALOGS:
            path = ROOT / "locales" / tag / "LC_MESSAGES" / f"{name}.po"
            for entry in polib.pofile(str(path)):
                yield f"{tag}: {entry.msgctxt}", entry.msgstr


def literals() -> Iterator[tuple[Path, str]]:
    """Yield each string in Python and in quotes in a template that might be a message id."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value
    for path in sorted((ROOT / "bot" / "web" / "templates").glob("*.html")):
        for quoted in re.findall(r"'([^'<>]*)'", path.read_text(encoding="utf-8")):
            yield path, quoted


def ids_in_code(groups: set[str]) -> Iterator[tuple[Path, str]]:
    """Yield what begins like a message id; codes of errors look so too."""
    for path, text in literals():
        begins = DOTTED.fullmatch(text) and "." in text and text.split(".")[0] in groups
        is_file = text.endswith((".json", ".yml", ".csv"))
        if begins and not (is_file or SHAPES.search(text) or path.name == "errors.py"):
            yield path, text


def test_every_message_id_in_the_code_has_words(content: Content) -> None:
    known = {message_id for messages in content.words.source.values() for message_id in messages}
    groups = {message_id.split(".")[0] for message_id in known}
    used = list(ids_in_code(groups))
    begin = known | set(every_choice(surveying()))
    unknown = {
        f"{path.relative_to(ROOT)}: {text}"
        for path, text in used
        if not any(one.startswith(text) for one in begin)
    }

    assert len(used) > 100
    assert unknown == set()


def test_every_catalog_is_complete_in_every_locale() -> None:
    translated = [tag for tag in tags() if tag != "en"]

    assert list(extraction.problems(ROOT / "locales", translated)) == []


def test_the_templates_hold_the_words_of_content() -> None:
    comments = extraction.read_comments(ROOT / "content" / "words" / "translators.yml")

    assert extraction.is_current(source(), ROOT / "locales", comments)


def test_no_translation_is_just_the_english_text() -> None:
    same = [
        f"{tag}: {entry.msgctxt}"
        for tag in tags()
        if tag != "en"
        for name in CATALOGS
        for entry in polib.pofile(str(ROOT / "locales" / tag / "LC_MESSAGES" / f"{name}.po"))
        if entry.msgstr == entry.msgid and len(entry.msgid.split()) > 3
    ]

    assert same == []


@pytest.mark.parametrize("never", [FORBIDDEN, PROMISES, SHOUTING], ids=["words", "promises", "!"])
def test_no_text_uses_what_we_never_say(never: re.Pattern[str]) -> None:
    assert [(place, text) for place, text in said() if never.search(text)] == []


def test_no_list_or_training_example_names_material_by_a_trivial_word() -> None:
    trivial = re.compile(r"child porn|kiddie(?! pool)|kinderporn|pédoporn|pedoporn", re.IGNORECASE)
    paths = [*(ROOT / "data").rglob("*.yml"), *(ROOT / "content").rglob("*.yml")]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]

    assert [line.strip(" -") for line in lines if trivial.search(line)] == ASKED_ABOUT_A_WORD


@pytest.mark.parametrize("text", ["child porn", "he committed suicide", "Kinderpornografie"])
def test_the_search_for_words_that_we_never_use_finds_them(text: str) -> None:
    assert FORBIDDEN.search(text)
