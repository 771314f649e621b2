"""bot.wiring: the product starts with good content only; what is broken is named with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import wiring
from bot.errors import BrokenContent
from bot.languages import extraction
from bot.settings import ROOT
from tests.builders import checkout

BREAKING = {
    "content/answers/greet.yml": ("intent: greet", "intent: hello", "intent must be the file's"),
    "content/answers/thanks.yml": ("say:", "says:", "remove or correct the key says"),
    "content/answers/stop.yml": ("services.helpline", "services.bank", "no button services.bank"),
    "content/modules/urges.yml": ("slug: urges", "slug: urge", "slug must be the file's name"),
    "content/exercises/grounding.yml": ("kind: steps", "kind: song", "kind must be one of"),
    "content/checkin/check_in.yml": ("band: today", "band: yesterday", "yesterday"),
    "content/safety/en.yml": ("  suicide_risk:", "  sadness:", "sadness/route is not a topic"),
    "content/safety/policy.yml": ("outcome: refuse", "outcome: shout", "shout"),
    "content/services/gb.yml": ("id: emergency-gb", "id: emergency-gb\n  id: x", "id"),
    "content/survey.yml": ("id: talk", "id: trust", "those of the tables survey_hope"),
    "content/words/interface.yml": ("{minutes}", "{minutes", "broken {placeholder}"),
    "locales/locales.yml": ("tag: fr", "tag: klingonese", "a tag that Babel knows"),
}


def broken(folder: Path, name: str, old: str, new: str) -> Path:
    path = checkout(folder) / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} no longer holds what this test breaks"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BREAKING)
def test_a_broken_file_stops_the_start_with_its_name_and_cure(tmp_path: Path, name: str) -> None:
    old, new, cure = BREAKING[name]
    path = broken(tmp_path, name, old, new)

    with pytest.raises(BrokenContent) as refused:
        wiring.content(tmp_path)

    assert str(path) in str(refused.value)
    assert cure in str(refused.value)


def test_a_file_that_isnt_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    path = broken(tmp_path, "content/answers/greet.yml", "services: []", "services: [")

    with pytest.raises(BrokenContent) as refused:
        wiring.content(tmp_path)

    assert refused.value.line
    assert str(refused.value).startswith(f"{path}:{refused.value.line}: ")


CATALOG = "locales/de/LC_MESSAGES/safety"
DAMAGED = [None, b"no catalog", b"\xde\x12\x04\x95 cut short"]


def damage(path: Path, content: bytes | None) -> None:
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)


@pytest.mark.parametrize("content", DAMAGED)
def test_a_compiled_catalog_that_is_lost_or_garbage_takes_nobodys_language_away(
    tmp_path: Path, content: bytes | None
) -> None:
    damage(checkout(tmp_path) / f"{CATALOG}.mo", content)

    message_id = "answer.suicide_risk.1"
    found = wiring.content(tmp_path).words.text("de", message_id)

    assert found == wiring.content().words.text("de", message_id)
    assert found != wiring.content().words.text("en", message_id)


def test_a_compiled_catalog_of_an_unheard_encoding_is_compiled_anew(tmp_path: Path) -> None:
    path = checkout(tmp_path) / f"{CATALOG}.mo"
    whole = path.read_bytes()
    assert b"charset=UTF-8" in whole
    path.write_bytes(whole.replace(b"charset=UTF-8", b"charset=U~F-8"))

    message_id = "answer.suicide_risk.1"
    found = wiring.content(tmp_path).words.text("de", message_id)

    assert found == wiring.content().words.text("de", message_id)


@pytest.mark.parametrize("content", DAMAGED)
def test_a_catalog_that_is_lost_altogether_says_how_to_mend_it(
    tmp_path: Path, content: bytes | None
) -> None:
    root = checkout(tmp_path)
    damage(root / f"{CATALOG}.mo", content)
    damage(root / f"{CATALOG}.po", content)

    with pytest.raises(BrokenContent, match=r"safety\.mo: .*make setup"):
        wiring.content(root)


def test_a_copy_of_the_checkout_starts_like_the_checkout(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    extraction.compile_catalogs(root / "locales", ["de", "fr"])

    assert wiring.content(root).answers == wiring.content(ROOT).answers


def test_content_is_read_once() -> None:
    assert wiring.content() is wiring.content()


@pytest.mark.parametrize(("setting", "is_on"), [("on", True), ("off", False), ("", False)])
def test_the_survey_is_there_only_where_an_operator_turned_it_on(
    monkeypatch: pytest.MonkeyPatch, setting: str, is_on: bool
) -> None:
    monkeypatch.setenv("QUIETLINE_SURVEY", setting)

    assert (wiring.content().survey is not None) is is_on
