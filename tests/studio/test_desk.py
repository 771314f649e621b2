"""bot.studio.desk: seeing, changing and signing words on one working copy."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot import wiring
from bot.conversation.facts import PHRASES, RULES, is_rule
from bot.errors import BrokenContent, Conflict, UnknownText
from bot.languages import extraction
from bot.storage.studio_records import FROM_FILES, Draft, Review
from bot.studio.desk import Desk
from bot.studio.index import Index
from bot.studio.needs import Why
from bot.studio.seeing import KINDS
from bot.studio.signing import Person
from tests.studio.conftest import NOW
from tests.studio.working import (
    TODAY,
    assert_as_content_strings_writes_it,
    differing,
    files,
    needs,
    save,
    signer,
    why_of,
)


def test_the_parts_are_those_that_the_product_has_signed_and_the_rules(desk: Desk) -> None:
    real = wiring.signoff(desk_copy(desk)).parts

    for tag, parts in real.items():
        mine = {p.name: p.fingerprint for p in desk.parts(tag, TODAY)}
        assert mine == {name: part.fingerprint for name, part in parts.items()}
    english = {p.name for p in desk.parts("en", TODAY, "rule")}
    assert english == {name for name in real["en"] if is_rule(name)} > {*RULES}
    assert {p.name for p in desk.parts("de", TODAY, "rule")} == {PHRASES}


def desk_copy(desk: Desk) -> Path:
    extraction.compile_catalogs(desk.root / "locales", ["de", "fr"])
    return desk.root


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_parts_that_need_two_people_where_danger_is(desk: Desk, kind: str) -> None:
    parts = desk.parts("en", TODAY, kind)

    assert parts
    assert all(part.needs_two for part in parts if kind in ("answer", "service", "rule"))


def test_a_text_stands_beside_its_english_with_its_file_and_line(desk: Desk) -> None:
    text = next(t for t in desk.texts("de", "module.sleep_and_substances"))
    line = (desk.root / text.file).read_text().splitlines()[text.line - 1]

    assert text.source in line
    assert text.words
    assert text.words != text.source
    assert (text.version, text.author, text.made) == (0, "", None)


def test_search_finds_any_case_and_accent_in_the_languages_asked_for(desk: Desk) -> None:
    found = desk.search("UBUNG", ["de"])

    assert found
    assert all(re.search("übung", hit.words, re.IGNORECASE) for hit in found)
    assert {hit.locale for hit in found} == {"de"}
    assert len(desk.search("ubung")) >= len(found)
    assert desk.search("  ") == []
    assert [hit.locale for hit in desk.search("nav.exit")] == ["en", "de", "fr"]


def test_coverage_counts_texts_and_parts_of_every_locale(desk: Desk) -> None:
    rows = {row.locale: row for row in desk.coverage(TODAY)}

    assert set(rows) == {"en", "de", "fr"}
    for row in rows.values():
        assert row.translated + row.fuzzy + row.missing == row.texts
        assert sum(row.states.values()) == len(desk.parts(row.locale, TODAY))


def test_findings_are_those_of_content_check_for_words_that_arent_saved(desk: Desk) -> None:
    before = files(desk)

    def names(words: str) -> set[str]:
        return {each.check for each in desk.findings("de", "module.urges.wave.text", words)}

    assert "no-shouting" in names("Sie schaffen das!")
    assert "words-per-bubble" in names("Wort " * 100)
    assert names("Ein {name} zu viel.") == {"placeholders"}
    assert names("Ein { zu viel.") == {"placeholders"}
    assert names(" \n ") == {"empty"}
    assert names(desk.text("de", "module.urges.wave.text").words) == set()
    assert differing(desk, before) == set()


@pytest.mark.parametrize(
    "ask",
    [
        lambda desk: desk.parts("xx", TODAY),
        lambda desk: desk.part("de", "module.unheard_of", TODAY),
        lambda desk: desk.texts("de", "module.unheard_of"),
        lambda desk: desk.text("de", "module.unheard_of.title"),
        lambda desk: desk.findings("xx", "nav.exit", "a"),
        lambda desk: desk.search("a", ["xx"]),
        lambda desk: desk.save("ann", "de", "../../etc/passwd", "a", 0, NOW),
        lambda desk: desk.take(12345, "ann", 0, NOW),
    ],
)
def test_what_doesnt_exist_is_told_in_a_sentence(desk: Desk, ask: object) -> None:
    with pytest.raises(UnknownText, match=r"see|search|choose|open"):
        ask(desk)  # type: ignore[operator]


def test_a_translation_changes_one_entry_of_one_catalog_and_is_a_version(desk: Desk) -> None:
    before = files(desk)
    save(desk, "de", "nav.label", "Alle Seiten")

    assert differing(desk, before) == {"locales/de/LC_MESSAGES/interface.po"}
    text = desk.text("de", "nav.label")
    assert (text.words, text.author, text.made, text.version) == ("Alle Seiten", "ann", NOW, 1)
    assert [(v.number, v.author) for v in desk.versions("nav.label", "de")] == [
        (1, "ann"), (0, FROM_FILES),
    ]  # fmt: skip


def test_english_makes_every_translation_doubtful_as_content_strings_does(desk: Desk) -> None:
    before = files(desk)
    save(desk, "en", "exercise.grounding.title", "Back to here: now, “today”")

    changed = differing(desk, before)
    assert changed == {
        "content/exercises/grounding.yml", "locales/modules.pot",
        "locales/de/LC_MESSAGES/modules.po", "locales/fr/LC_MESSAGES/modules.po",
    }  # fmt: skip
    assert desk.text("de", "exercise.grounding.title").is_fuzzy
    assert_as_content_strings_writes_it(desk)


def test_what_is_in_memory_is_what_a_new_desk_reads(desk: Desk) -> None:
    save(desk, "en", "chat.send", "Send it")
    save(desk, "fr", "service.stop-it-now-uk-ireland.about", "Une ligne pour adultes.")
    fresh = Index(desk.root)
    fresh.refresh()

    assert desk.index.places == fresh.places
    assert desk.index.parts == fresh.parts
    assert desk.index.open == fresh.open
    assert desk.index.part_of == fresh.part_of


def test_a_file_changed_by_hand_is_seen_and_its_words_can_be_gone_back_to(desk: Desk) -> None:
    path = desk.root / "content" / "words" / "interface.yml"
    old = desk.text("en", "nav.skip_to_content").words
    path.write_text(path.read_text().replace(old, "By hand"))
    os.utime(path, ns=(1, 1))
    save(desk, "en", "nav.skip_to_content", "By desk")

    numbers = [(v.words, v.author) for v in desk.versions("nav.skip_to_content", "en")]
    assert numbers == [("By desk", "ann"), ("By hand", FROM_FILES)]


def test_whoever_is_slower_is_told_and_keeps_what_they_typed(desk: Desk) -> None:
    seen = desk.text("de", "nav.exit").version
    desk.save("ann", "de", "nav.exit", "Annas Wort", seen, NOW)
    before = files(desk)
    with pytest.raises(Conflict, match="ann changed this") as told:
        desk.save("bob", "de", "nav.exit", "Bobs Wort", seen, NOW)

    assert (told.value.who, told.value.words) == ("ann", "Annas Wort")
    assert differing(desk, before) == set()
    assert [draft.words for draft in desk.store.drafts("bob")] == ["Bobs Wort"]
    desk.save("bob", "de", "nav.exit", "Bobs Wort", told.value.number, NOW)
    assert desk.store.drafts("bob") == []


@pytest.mark.parametrize(
    ("locale", "message_id", "words", "cure"),
    [
        ("en", "nav.exit", " \n ", "write a text"),
        ("en", "nav.exit", "Go {away}", "no names in braces"),
        ("de", "nav.exit", "Go {", "close each {"),
        ("de", "statistics.week", "Ohne Namen", "{"),
    ],
)
def test_words_that_would_break_a_page_are_refused_with_file_line_and_cure(
    desk: Desk, locale: str, message_id: str, words: str, cure: str
) -> None:
    if message_id not in desk.index.places:
        message_id = next(i for i, p in desk.index.places.items() if "{" in p.words)
    before = files(desk)
    with pytest.raises(BrokenContent, match=re.escape(cure)) as told:
        save(desk, locale, message_id, words)

    assert told.value.line
    assert (desk.root / told.value.path).is_file()
    assert differing(desk, before) == set()


def test_a_translation_can_be_taken_back(desk: Desk) -> None:
    save(desk, "fr", "nav.label", "")

    assert not desk.index.is_done("fr", "nav.label")
    assert why_of(desk, "fr", "nav.label") is Why.UNTRANSLATED


def test_taking_a_suggestion_leaves_what_its_author_typed_since(desk: Desk) -> None:
    message_id = "nav.skip_to_content"
    seen = desk.text("fr", message_id).version
    number = desk.store.suggest(message_id, "fr", "Aller au texte", "zoe", NOW)
    desk.store.keep_draft(Draft("zoe", message_id, "fr", "Une heure de travail", seen, NOW))
    with pytest.raises(Conflict):
        desk.take(number, "bob", seen + 7, NOW) if seen else _stale_take(desk, number, message_id)
    assert [each.words for each in desk.store.drafts("zoe")] == ["Une heure de travail"]

    desk.take(number, "bob", desk.text("fr", message_id).version, NOW)
    assert desk.text("fr", message_id).words == "Aller au texte"
    assert [each.words for each in desk.store.drafts("zoe")] == ["Une heure de travail"]


def _stale_take(desk: Desk, number: int, message_id: str) -> None:
    desk.save("ann", "fr", message_id, "Aller", 0, NOW)
    desk.take(number, "bob", 0, NOW)


def test_a_suggestion_is_taken_as_its_authors_words(desk: Desk) -> None:
    number = desk.store.suggest("nav.label", "de", "Seiten hier", "tim", NOW)
    author = Person("ann", frozenset({"author"}))
    assert Why.SUGGESTION in {need.why for need in needs(desk, author)}
    desk.take(number, "ann", desk.text("de", "nav.label").version, NOW)

    assert desk.text("de", "nav.label").author == "tim"
    assert Why.SUGGESTION not in {need.why for need in needs(desk, author)}


def test_needs_are_of_ones_own_roles_and_languages(desk: Desk) -> None:
    desk.store.comment("nav.exit", "fr", "Plus court ?", "tim", NOW)
    french = Person("zoe", frozenset({"translator"}), frozenset(), frozenset({"fr"}))

    assert {need.locale for need in needs(desk, french)} == {"fr"}
    assert Why.COMMENT in {need.why for need in needs(desk, french)}
    assert needs(desk, Person("new")) == []
    order = [need.why for need in needs(desk, signer("neu", "clinician"))]
    assert order == sorted(order, key=list(Why).index)


def test_a_reader_can_give_a_version_back(desk: Desk) -> None:
    save(desk, "de", "help.title", "Hilfe jetzt hier")
    text = desk.text("de", "help.title")
    assert text.review is Review.READY
    desk.set_review("de", "help.title", text.version, Review.RETURNED)

    assert desk.text("de", "help.title").review is Review.RETURNED
