"""bot.studio.desk: seeing, changing and signing words on one working copy."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import wiring
from bot.conversation.facts import PHRASES, RULES, THRESHOLDS, is_rule
from bot.errors import BrokenContent, CannotSign, Conflict, UnknownText
from bot.languages import extraction
from bot.languages.signoff import read_ledger
from bot.referral.reading import read_directory
from bot.storage.studio_records import FROM_FILES, Draft, Review
from bot.studio.desk import Desk
from bot.studio.index import Index
from bot.studio.needs import Why
from bot.studio.seeing import KINDS, State
from bot.studio.signing import Person
from bot.studio.writing import COMMENTS
from tests.studio.conftest import NOW

TODAY = NOW.date()
POLICY = "content/safety/policy.yml"
LEDGER = Path("content", "signoff.yml")


def files(desk: Desk) -> dict[str, bytes]:
    return {
        str(path.relative_to(desk.root)): path.read_bytes()
        for path in desk.root.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def differing(desk: Desk, before: dict[str, bytes]) -> set[str]:
    return {path for path, content in files(desk).items() if before.get(path) != content}


def save(desk: Desk, locale: str, message_id: str, words: str, author: str = "ann") -> None:
    text = desk.text(locale, message_id)
    desk.save(author, locale, message_id, words, text.version, NOW)


def signer(account: str, *roles: str) -> Person:
    return Person(account, frozenset({"signer"}), frozenset(roles))


def sign(
    desk: Desk, who: Person, role: str, part: str, locale: str = "de", days: int = 300
) -> None:
    seen = {part: desk.part(locale, part, TODAY).fingerprint}
    desk.sign(who, locale, seen, role, TODAY + timedelta(days), NOW)


# ---------- seeing ----------


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


# ---------- changing ----------


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


def assert_as_content_strings_writes_it(desk: Desk) -> None:
    before, locales = files(desk), desk.root / "locales"
    source = wiring.source_words(desk.root, read_directory(desk.root / "content" / "services"))
    extraction.write_templates(source, locales, extraction.read_comments(desk.root / COMMENTS))
    extraction.update(locales, ["de", "fr"])
    assert differing(desk, before) == set()


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


def why_of(desk: Desk, locale: str, item: str) -> Why | None:
    person = Person("tim", frozenset({"translator"}), frozenset(), frozenset({locale}))
    return next((n.why for n in desk.needs(person, TODAY) if n.item == item), None)


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


# ---------- whole files ----------


def test_screens_can_change_places_and_their_translations_stay(desk: Desk) -> None:
    file = "content/modules/triggers.yml"
    text = (desk.root / file).read_text()
    head, *screens = re.split(r"(?m)^(?=- id: )", text)
    last, tail = screens[-1].split("choices:")
    moved = head + "".join([screens[1], screens[0], *screens[2:-1], last]) + "choices:" + tail
    open_before = desk.part("de", "module.triggers", TODAY).open_texts
    desk.save_file("ann", file, moved, desk.file_version(file), NOW)

    ids = [t.message_id for t in desk.texts("en", "module.triggers")]
    assert ids.index(_id(screens[1])) < ids.index(_id(screens[0]))
    assert desk.part("de", "module.triggers", TODAY).open_texts == open_before
    assert [v.author for v in desk.versions(f"file/{file}", "en")] == ["ann", FROM_FILES]


def _id(screen: str) -> str:
    return f"module.triggers.{screen.split()[2]}.title"


@pytest.mark.slow
def test_a_screen_can_go_and_come_back_as_content_strings_would_have_it(desk: Desk) -> None:
    file = "content/modules/urges.yml"
    text = (desk.root / file).read_text()
    without = re.sub(r"(?ms)^- id: body\n.*?(?=^- id: )", "", text)
    desk.save_file("ann", file, without, desk.file_version(file), NOW)
    assert "module.urges.body.title" not in desk.index.places
    assert_as_content_strings_writes_it(desk)

    desk.save_file("ann", file, text, desk.file_version(file), NOW)
    assert not desk.index.is_done("de", "module.urges.body.title")
    assert_as_content_strings_writes_it(desk)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (POLICY, "certain_at: 0.65", "certain_at: high"),
        ("content/modules/urges.yml", "slug: urges", "slug: other"),
        ("content/modules/urges.yml", "screens:", "screens: ["),
        ("content/answers/suicide_risk.yml", "exercise.grounding", "exercise.unheard_of"),
        ("content/services/gb.yml", '"0808 1000 900"', '"not a number"'),
        ("content/words/checks.yml", "words_per_bubble:", "words_in_bubble:"),
        ("content/words/interface.yml", "help_now: Help now", "help_now: Help {now}"),
    ],
)
def test_a_file_that_the_product_couldnt_use_is_refused_and_the_old_one_stays(
    desk: Desk, file: str, old: str, new: str
) -> None:
    before, text = files(desk), (desk.root / file).read_text()
    assert old in text
    with pytest.raises(BrokenContent) as told:
        desk.save_file("ann", file, text.replace(old, new, 1), desk.file_version(file), NOW)

    assert told.value.path == file
    assert told.value.cure
    assert differing(desk, before) == set()


@pytest.mark.parametrize(
    "file", ["../secret.yml", "content/../../secret.yml", "/etc/x.yml", "content/signoff.yml",
             "content/./signoff.yml", "content//signoff.yml", "bot/glossary.yml",
             "locales/locales.yml", "bot/errors.py", "content/services.schema.json"],
)  # fmt: skip
def test_only_files_of_words_can_be_written(desk: Desk, file: str) -> None:
    with pytest.raises(BrokenContent, match=r"choose a \.yml file"):
        desk.save_file("ann", file, "a: b\n", 0, NOW)


# ---------- signing ----------


def test_nobody_signs_their_own_words_and_others_do(desk: Desk) -> None:
    save(desk, "de", "module.feelings.title", "Gefühle, die schwer sind", author="sue")
    part = "module.feelings"

    assert desk.refusals(signer("sue", "editor"), "de", part, "editor", TODAY)
    with pytest.raises(CannotSign, match="you wrote"):
        sign(desk, signer("sue", "editor"), "editor", part)
    sign(desk, signer("tom", "editor"), "editor", part)
    assert desk.part("de", part, TODAY).state is State.SIGNED
    assert "tom" not in (desk.root / LEDGER).read_text()


def test_a_safety_part_waits_for_a_second_person(desk: Desk) -> None:
    part, both = "answer.suicide_risk", signer("ann2", "clinician", "editor")
    sign(desk, both, "editor", part)
    assert desk.part("de", part, TODAY).state is State.WAITING
    with pytest.raises(CannotSign, match="a second person"):
        sign(desk, both, "clinician", part)
    assert Why.SECOND not in {n.why for n in desk.needs(both, TODAY) if n.item == part}

    second = signer("bob2", "clinician")
    assert Why.SECOND in {n.why for n in desk.needs(second, TODAY) if n.item == part}
    sign(desk, second, "clinician", part)
    assert desk.part("de", part, TODAY).state is State.SIGNED
    assert desk.part("de", part, TODAY).roles == ("clinician", "editor")


def test_whoever_changes_a_threshold_cant_sign_it_and_two_others_must(desk: Desk) -> None:
    text = (desk.root / POLICY).read_text()
    desk.save_file("ann", POLICY, text.replace("0.65", "0.66", 1), desk.file_version(POLICY), NOW)

    with pytest.raises(CannotSign, match="you wrote"):
        sign(desk, signer("ann", "clinician"), "clinician", THRESHOLDS, "en")
    sign(desk, signer("bob", "clinician"), "clinician", THRESHOLDS, "en")
    assert desk.part("en", THRESHOLDS, TODAY).state is State.WAITING
    sign(desk, signer("sue", "lawyer"), "lawyer", THRESHOLDS, "en")
    assert desk.part("en", THRESHOLDS, TODAY).state is State.SIGNED


def test_whoever_changes_a_number_cant_sign_it_in_any_language(desk: Desk) -> None:
    file = "content/services/gb.yml"
    text = (desk.root / file).read_text()
    other = text.replace('"0808 1000 900"', '"0808 1000 901"')
    desk.save_file("ann", file, other, desk.file_version(file), NOW)

    for locale in ("en", "de"):
        with pytest.raises(CannotSign, match="you wrote"):
            sign(desk, signer("ann", "clinician"), "clinician", "service.stop-it-now-uk-ireland",
                 locale)  # fmt: skip


def test_what_changed_while_it_was_read_cant_be_signed(desk: Desk) -> None:
    seen = {"module.law": desk.part("de", "module.law", TODAY).fingerprint}
    save(desk, "de", "module.law.title", "Was das Gesetz sagt, neu")

    with pytest.raises(CannotSign, match="changed while you read"):
        desk.sign(signer("bob", "editor"), "de", seen, "editor", TODAY, NOW)


def test_all_parts_are_signed_together_or_none(desk: Desk) -> None:
    ledger = (desk.root / LEDGER).read_bytes()
    names = ["exercise.grounding", "answer.greet"]
    seen = {name: desk.part("fr", name, TODAY).fingerprint for name in names}
    with pytest.raises(CannotSign):
        desk.sign(signer("bob", "editor"), "fr", seen | {"answer.greet": "0" * 64}, "editor",
                  TODAY, NOW)  # fmt: skip
    assert (desk.root / LEDGER).read_bytes() == ledger
    desk.sign(signer("bob", "editor"), "fr", seen, "editor", TODAY, NOW)
    assert {s.part for s in read_ledger(desk.root / LEDGER) if s.locale == "fr"} == set(names)


def test_a_signature_expires_and_a_change_makes_it_stale(desk: Desk) -> None:
    part, message_id = "module.thoughts", "module.thoughts.title"
    sign(desk, signer("bob", "editor"), "editor", part, days=40)

    def state(day: date) -> State:
        return desk.part("de", part, day).state

    assert state(TODAY) is State.SIGNED
    assert state(TODAY + timedelta(11)) is State.EXPIRING
    assert state(TODAY + timedelta(41)) is State.EXPIRED
    assert desk.part("de", part, TODAY).last_day == TODAY + timedelta(40)
    old = desk.text("de", message_id).words
    save(desk, "de", message_id, f"{old} hier")
    assert state(TODAY) is State.STALE
    runs = desk.since_signed("de", part)
    assert set(runs) == {message_id}
    assert [(run.change, run.words) for run in runs[message_id]] == [
        ("same", old), ("new", " hier"),
    ]  # fmt: skip


# ---------- needs ----------


def test_a_suggestion_is_taken_as_its_authors_words(desk: Desk) -> None:
    number = desk.store.suggest("nav.label", "de", "Seiten hier", "tim", NOW)
    author = Person("ann", frozenset({"author"}))
    assert Why.SUGGESTION in {need.why for need in desk.needs(author, TODAY)}
    desk.take(number, "ann", desk.text("de", "nav.label").version, NOW)

    assert desk.text("de", "nav.label").author == "tim"
    assert Why.SUGGESTION not in {need.why for need in desk.needs(author, TODAY)}


def test_needs_are_of_ones_own_roles_and_languages(desk: Desk) -> None:
    desk.store.comment("nav.exit", "fr", "Plus court ?", "tim", NOW)
    french = Person("zoe", frozenset({"translator"}), frozenset(), frozenset({"fr"}))

    assert {need.locale for need in desk.needs(french, TODAY)} == {"fr"}
    assert Why.COMMENT in {need.why for need in desk.needs(french, TODAY)}
    assert desk.needs(Person("new"), TODAY) == []
    order = [need.why for need in desk.needs(signer("neu", "clinician"), TODAY)]
    assert order == sorted(order, key=list(Why).index)


def test_a_reader_can_give_a_version_back(desk: Desk) -> None:
    save(desk, "de", "help.title", "Hilfe jetzt hier")
    text = desk.text("de", "help.title")
    assert text.review is Review.READY
    desk.set_review("de", "help.title", text.version, Review.RETURNED)

    assert desk.text("de", "help.title").review is Review.RETURNED
