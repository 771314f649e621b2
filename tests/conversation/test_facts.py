"""What signatures cover besides words, of the real content and of a changed copy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import wiring
from bot.conversation.facts import (
    DECISIONS,
    DUTIES,
    PHRASES,
    RULES,
    THRESHOLDS,
    file_of_rule,
    groups_of,
    read_facts,
)
from bot.errors import BrokenContent
from bot.languages.signoff import part_name
from bot.settings import ROOT
from tests.builders import checkout, tags

CHANGES = [
    ("answers/suicide_risk.yml", "[suicide_line, emergency, helpline]", "[helpline]",
     {"answer.suicide_risk"}),
    ("exercises/urge_timer.yml", "minutes: 4", "minutes: 1", {"exercise.urge_timer"}),
    ("modules/urges.yml", "code: M8", "code: M99", {"module.urges"}),
    ("modules/urges.yml", "year: 2022", "year: 2021", {"module.urges"}),
    ("exercises/urge_timer.yml", "code: E", "code: E9", {"exercise.urge_timer"}),
    ("duties.yml", "none_general", "all_professionals", {DUTIES}),
    ("safety/policy.yml", "certain_at: 0.65", "certain_at: 0.66", {THRESHOLDS}),
    ("services/emergency.yml", 'general: ["999"]', 'general: ["998"]', {"service.emergency-ac"}),
    ("checkin/check_in.yml", "sums_in: [en]", "sums_in: [en, de]", {DECISIONS}),
    ("survey.yml", "left_out: [", "left_out: [family, ", {"survey"}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "parts"), CHANGES)
def test_a_change_besides_words_is_one_of_its_part(
    tmp_path: Path, file: str, old: str, new: str, parts: set[str]
) -> None:
    root = checkout(tmp_path)
    before, path = read_facts(root, ["en"]), root / "content" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    after = read_facts(root, ["en"])

    names = {*before.shared, *before.rules["en"]}
    assert {n for n in names if before.of(n, "en") != after.of(n, "en")} == parts


def test_words_alone_change_no_fact(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    before = read_facts(root, ["en"])
    for path in (root / "content" / "answers").glob("*.yml"):
        path.write_text(re.sub("(?m)^  We ", "  They ", path.read_text()))

    assert read_facts(root, ["en"]) == before


def test_every_rule_is_a_safety_part_and_has_its_file() -> None:
    parts = wiring.signoff().parts
    rules = {(name, tag) for tag in parts for name in parts[tag] if name in RULES}

    assert rules == {
        (THRESHOLDS, "en"), (DECISIONS, "en"), (DUTIES, "en"), *((PHRASES, tag) for tag in tags()),
    }  # fmt: skip
    assert all(parts[tag][name].is_safety for name, tag in rules)
    assert all((ROOT / file_of_rule(name, tag)).is_file() for name, tag in rules)


def test_phrases_of_a_language_that_isnt_offered_are_signed_in_the_source_locale() -> None:
    rules = read_facts(ROOT, ["en", "de"]).rules

    assert "phrases.fr" in rules["en"]
    assert set(rules["de"]) == {PHRASES}
    assert file_of_rule("phrases.fr", "en") == "content/safety/fr.yml"


def test_every_part_of_content_has_facts_and_only_the_interface_has_none() -> None:
    words = wiring.content().words.source
    facts = read_facts(ROOT, tags()).shared
    parts = {
        catalog: {part_name(catalog, message_id) for message_id in messages}
        for catalog, messages in words.items()
    }

    assert parts["safety"] | parts["modules"] <= set(facts)
    assert set(facts) & parts["interface"] == {"check_in"}, "its words are in two catalogs"


def test_a_changed_file_belongs_to_what_is_read_with_it() -> None:
    changed = ["content/exercises/x.yml", "content/duties.yml", "content/signoff.yml", "locales/x"]

    assert groups_of(changed) == {"modules", "duties.yml"}


def test_a_file_that_lacks_a_key_is_refused(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    path = root / "content" / "exercises" / "urge_timer.yml"
    path.write_text(path.read_text().replace("kind: timer", "kind: steps"))

    with pytest.raises(BrokenContent):
        read_facts(root, ["en"])
