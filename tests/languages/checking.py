"""What the tests of the checks talk about: short texts, the real lists, all checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.languages.checks.each import (
    Check,
    Glossary,
    NoShouting,
    NoUnsourcedNumber,
    QuotedWords,
)
from bot.languages.checks.lists import Lists, read_avoided, read_lists
from bot.languages.checks.looking import plain_checks
from bot.languages.checks.text import Text
from bot.settings import ROOT

LISTS = ROOT / "content" / "words" / "checks.yml"
LOCALES = tuple(yaml.safe_load(LISTS.read_text(encoding="utf-8")))
ANSWER, SCREEN = "answer.greet.1", "module.urges.wave.text"


def lists(locale: str = "en") -> Lists:
    return read_lists(LISTS, locale)


def text(written: str, message_id: str = ANSWER, locale: str = "en") -> Text:
    return Text(locale, message_id, written, Path("file.yml"), 1)


def found(check: Check, written: str, message_id: str = ANSWER) -> list[str]:
    return list(check.look(text(written, message_id)))


def module(*written: str) -> tuple[Text, ...]:
    return tuple(text(w, f"module.urges.s{n}.text") for n, w in enumerate(written))


def glossary(locale: str) -> Path:
    return ROOT / "locales" / locale / "glossary.yml"


def every_check(locale: str) -> Iterator[Check]:
    listed = lists(locale)
    yield from plain_checks(listed)
    yield Glossary(read_avoided(glossary(locale), listed.readers_judge))
    yield NoShouting(["Stop It Now! UK"])
    yield NoUnsourcedNumber(listed.out_of, listed.percent, {"module.urges": frozenset({2022})})
    yield QuotedWords({ANSWER: 'Press "Leave now"', "nav.exit": "Leave now"}, {"nav.exit": "Weg"})
