"""bot.languages.checks: each check finds what it should, names the cure, and leaves good texts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polib
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.content import Content
from bot.errors import BrokenContent
from bot.languages.catalogs import CATALOGS
from bot.languages.checks.each import (
    Check,
    Glossary,
    NoClaimOfEffect,
    NoLeadingQuestion,
    NoShouting,
    NoUnsourcedNumber,
    QuotedWords,
    WordsPerBubble,
    WordsPerSentence,
)
from bot.languages.checks.lists import Lists, form_finder, read_avoided, read_lists
from bot.languages.checks.looking import findings, look, part_checks, plain_checks
from bot.languages.checks.measuring import grade, lix, sentences, syllables, words
from bot.languages.checks.parts import (
    EveryModuleNamesHarmAndService,
    MeanWordsPerSentence,
    PartCheck,
    ReadingLevel,
)
from bot.languages.checks.text import Text, by_part, source_texts
from bot.settings import ROOT
from tests.builders import tags

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


CHECKS = {locale: list(every_check(locale)) for locale in LOCALES}
PARTS: dict[str, list[PartCheck]] = {locale: part_checks(lists(locale)) for locale in LOCALES}


def test_every_locale_that_is_offered_has_lists_and_a_glossary() -> None:
    assert set(tags()) <= set(LOCALES)
    assert all(read_avoided(glossary(locale)) for locale in LOCALES)


def test_a_bubble_may_be_full_but_not_fuller() -> None:
    check = WordsPerBubble(3)

    assert found(check, "One two three.") == []
    assert found(check, "One two three four.") == [
        "4 words in one bubble, 3 at most; take some out"
    ]


@pytest.mark.parametrize(
    ("message_id", "is_bubble"),
    [
        ("answer.suicide_risk.2", True),
        ("module.urges.wave.text", True),
        ("check_in.child_unsafe.question", True),
        ("check_in.band.now.do_now", True),
        ("module.urges.wave.do", False),
        ("exercise.grounding.intro", False),
        ("service.samaritans-gb.about", False),
        ("privacy.p1", False),
    ],
)
def test_only_what_stands_in_a_bubble_must_fit_into_one(message_id: str, is_bubble: bool) -> None:
    assert bool(found(WordsPerBubble(1), "Two words", message_id)) is is_bubble


def test_every_bubble_of_the_conversation_is_known(content: Content) -> None:
    check = WordsPerBubble(1)
    said = [say for answer in content.answers.values() for say in answer.says]
    said += [s.text for m in content.shelf.modules.values() for s in m.screens]
    said += [item.question for item in content.check_in.items]

    assert [i for i in said if not found(check, "Two words", i)] == []


def test_a_long_sentence_is_named_by_how_it_begins() -> None:
    check = WordsPerSentence(5)

    assert found(check, "One two three four five. Six seven.") == []
    assert found(check, "One two. Three four five six seven eight.") == [
        '"Three four five six ..." has 6 words, 5 at most; make two sentences'
    ]


def test_many_long_sentences_are_too_many_though_each_is_allowed() -> None:
    check = MeanWordsPerSentence(4)

    assert list(check.look(module("One two three four five six. One two."))) == []
    assert len(list(check.look(module("One two three four five.", "One two three four.")))) == 1


def test_hard_words_are_found_in_a_module_and_only_there() -> None:
    hard = "Psychotherapeutic interventions necessitate considerable determination."
    english, other = ReadingLevel("grade", 6), ReadingLevel("lix", 40)

    assert list(english.look(module("You can stop. Help is there."))) == []
    assert len(list(english.look(module(hard)))) == 1
    assert len(list(other.look(module(hard)))) == 1
    assert list(english.look((text(hard, "answer.greet.1"),))) == []


def test_the_first_locale_is_measured_by_grade_and_all_others_by_lix() -> None:
    assert {locale: lists(locale).measure for locale in LOCALES} == {
        locale: "grade" if locale == "en" else "lix" for locale in LOCALES
    }


@pytest.mark.parametrize(
    ("word", "number"),
    [("help", 1), ("harm", 1), ("helpline", 2), ("stopped", 1), ("wanted", 2), ("people", 2),
     ("emergency", 4), ("I", 1), ("4", 1)],
)  # fmt: skip
def test_syllables_are_counted_well_enough(word: str, number: int) -> None:
    assert syllables(word) == number


def test_sentences_end_at_stops_questions_colons_and_lines() -> None:
    assert sentences('Say: "Stay." Then go?\n- first\n- second') == (
        "Say:", '"Stay.', "Then go?", "- first", "- second",
    )  # fmt: skip
    assert words("- It isn't 15 {minutes} – stay.") == ("It", "isn't", "15", "x", "stay.")


def test_lix_counts_words_a_sentence_and_long_words_a_hundred() -> None:
    assert lix(["Das Telefon hilft heute. Wir sind da."]) == pytest.approx(7 / 2 + 100 / 7)
    assert grade([]) == lix([]) == lix(["..."]) == 0


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "He was a Predator."),
        ("en", "They committed suicide."),
        ("de", "Er hat an Selbstmord gedacht."),
        ("de", "Das ist Kinderpornografie."),
        ("fr", "Ce sont des pédophiles."),
        ("it", "Materiale pedopornografico."),
        ("es", "Es pornografía infantil."),
        ("pt", "É um predador."),
        ("pt", "A pessoa sozinha em casa."),
        ("nl", "Hij is een pedofiel."),
        ("pl", "To jest pornografii dziecięcej pełne."),
        ("cs", "Sledoval dětskou pornografii."),
        ("fi", "Se on lapsipornoa."),
    ],
)
def test_a_word_that_the_glossary_avoids_is_found_also_inflected(locale: str, written: str) -> None:
    check = Glossary(read_avoided(glossary(locale), lists(locale).readers_judge))

    assert len(found(check, written)) == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_every_term_of_a_glossary_is_found_as_it_is_written_there(locale: str) -> None:
    avoided = read_avoided(glossary(locale))
    terms = {entry.term.replace("(a)", "") for entry in avoided}

    assert [term for term in terms if not found(Glossary(avoided), term)] == []


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "Sexual abuse harms a child."),
        ("de", "Es ist sicher, dass Hilfe da ist."),
        ("it", "Le immagini mostrano un danno. Mostra i servizi."),
        ("cs", "Myslíte na sebevraždu? Blízký vztah pomáhá."),
    ],
)
def test_words_that_only_look_alike_or_depend_on_their_place_are_left(
    locale: str, written: str
) -> None:
    check = Glossary(read_avoided(glossary(locale), lists(locale).readers_judge))

    assert found(check, written) == []


def test_an_entry_with_a_remark_and_what_readers_judge_are_left_to_readers(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yml"
    path.write_text(
        "avoid:\n  safe, secret (about this chat): say what is kept\n  error, bug: act\n"
    )

    assert [entry.term for entry in read_avoided(path, ["Error"])] == ["bug"]


def test_a_glossary_without_what_to_avoid_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yml"
    path.write_text("terms: {}\n")

    with pytest.raises(BrokenContent, match="list under avoid"):
        read_avoided(path)


def test_one_word_grows_at_its_end_and_several_may_change_it() -> None:
    assert form_finder("monster").search("two monsters here")
    assert not form_finder("mostro").search("mostra i servizi")
    assert form_finder("dětská pornografie").search("dětskou pornografii")
    assert form_finder("predat*").search("predatory")


def test_an_exclamation_mark_is_found_except_in_the_name_of_a_service() -> None:
    check = NoShouting(["Stop It Now! UK and Ireland", "Stop it Now ! Bruxelles", "Samaritans"])

    assert found(check, "Call Stop It Now! It is free.") == []
    assert found(check, "Appelez Stop it Now\u00a0! C’est gratuit.") == []
    assert len(found(check, "Call Stop It Now! Call now!")) == 1
    assert len(found(check, "¡Llama")) == 1
    assert len(found(check, "You are welcome 🙂")) == 1


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "This is proven."),
        ("en", "We guarantee it."),
        ("de", "Das hilft immer."),
        ("fr", "Un résultat garanti."),
        ("it", "Funziona sempre."),
        ("es", "Está demostrado."),
        ("pt", "Resultado garantido."),
        ("nl", "Dat is bewezen."),
        ("pl", "To zawsze działa."),
        ("cs", "Zaručený účinek."),
        ("fi", "Se on taattu."),
    ],
)
def test_a_claim_of_effect_is_found_in_each_locale(locale: str, written: str) -> None:
    assert len(found(NoClaimOfEffect(lists(locale).claims), written)) == 1


def test_what_a_person_can_do_is_no_claim() -> None:
    assert found(NoClaimOfEffect(lists().claims), "An urge falls again. You can wait.") == []


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "You don't want that, right?"),
        ("en", "You're not alone, are you?"),
        ("de", "Das wollen Sie nicht, oder?"),
        ("fr", "Vous êtes là, n’est-ce pas ?"),
        ("it", "Non vuole farlo, vero?"),
        ("es", "No quieres eso, ¿verdad?"),
        ("pt", "Quer parar, não é?"),
        ("nl", "Je wilt stoppen, toch?"),
        ("pl", "Chcesz przestać, prawda?"),
        ("cs", "Chcete přestat, že?"),
        ("fi", "Haluat lopettaa, eikö niin?"),
    ],
)
def test_a_question_that_ends_in_its_answer_is_found_in_each_locale(
    locale: str, written: str
) -> None:
    assert len(found(NoLeadingQuestion(lists(locale).tags), written)) == 1


@pytest.mark.parametrize("written", ["Are you alone?", "Is this right?", "Yes, or no?"])
def test_an_open_question_is_left_alone(written: str) -> None:
    assert found(NoLeadingQuestion(lists().tags), written) == []


@pytest.mark.parametrize(
    ("locale", "written", "is_found"),
    [
        ("en", "About 40 % of people say so.", True),
        ("en", "In 2022, 40 % of people said so.", False),
        ("en", "In 2019, 40 % of people said so.", True),
        ("en", "Almost 3 in 10 people.", True),
        ("en", "1 out of 5 adults.", True),
        ("de", "40 Prozent sagen das.", True),
        ("de", "1 von 5 Menschen.", True),
        ("es", "1 de cada 5 personas.", True),
        ("fr", "3 adultes sur 10", False),
        ("fr", "Plus de 3 sur 10.", True),
        ("en", "From 0 to 10. Count 5, 4, 3, 2, 1. Wait 15 minutes, 24 hours a day.", False),
    ],
)
def test_a_statistic_in_a_module_names_the_year_of_its_source(
    locale: str, written: str, is_found: bool
) -> None:
    listed = lists(locale)
    years = {"module.urges": frozenset({2022})}
    check = NoUnsourcedNumber(listed.out_of, listed.percent, years)

    assert bool(found(check, written, SCREEN)) is is_found
    assert found(check, written, "service.some.about") == []


def test_what_english_quotes_from_the_page_the_locale_quotes_in_its_own_words() -> None:
    english = {ANSWER: 'Press "Leave now".', "nav.exit": "Leave now", "chat.send": "Send"}
    check = QuotedWords(english, {"nav.exit": "Poistu heti", "chat.send": "Lähetä"})

    assert found(check, "Paina ”Poistu heti”.") == []
    assert found(check, "Paina « Poistu heti ».") == []
    assert found(check, "Paina ”Poistu nyt”.") == ['quote nav.exit as it is: "Poistu heti"']


def test_sentences_that_english_only_says_can_be_said_freely() -> None:
    english = {ANSWER: 'You can say: "I need help."', "nav.exit": "Leave now"}

    assert found(QuotedWords(english, {"nav.exit": "Weg"}), "Sagen Sie: „Ich brauche Hilfe.“") == []


def test_a_button_that_is_no_longer_called_so_is_found() -> None:
    here = {"nav.exit": "Leave now", "chat.send": "Send"}
    check = QuotedWords({}, here, ["press", "button"])

    assert found(check, 'Press "Leave now". You can say: "Hello."') == []
    assert found(check, 'Use the button "Go away".') == [
        'no title or button is called "go away"; quote it as it is called now'
    ]


def test_a_module_says_what_harms_children_and_where_people_are() -> None:
    check = EveryModuleNamesHarmAndService(lists())
    harm, people = "Abuse harms a child.", "Call a helpline."

    assert list(check.look(module(harm, people))) == []
    assert len(list(check.look(module(harm)))) == 1
    assert len(list(check.look(module("It harms you.", "A child plays.", people)))) == 1
    assert list(check.look((text("Hello.", "answer.greet.1"),))) == []


@pytest.mark.parametrize("locale", LOCALES)
@given(written=st.text(), message_id=st.sampled_from([ANSWER, SCREEN, "nav.exit", "x"]))
def test_no_text_can_break_a_check(locale: str, written: str, message_id: str) -> None:
    texts = [text(written, message_id, locale)]

    assert all(finding.cure for finding in look(texts, CHECKS[locale], PARTS[locale]))


@given(st.text(), st.text())
def test_more_words_never_make_a_bubble_fit(some: str, more: str) -> None:
    check = WordsPerBubble(5)

    assert len(found(check, f"{some} {more}")) >= len(found(check, some))


def test_a_text_belongs_to_the_first_two_steps_of_its_id() -> None:
    parts = by_part([text("a", "module.urges.title"), text("b", "module.urges.wave.text")])

    assert {part: len(group) for part, group in parts.items()} == {"module.urges": 2}


def test_every_english_text_is_found_again_in_its_file(content: Content) -> None:
    lost = [t.id for t in source_texts(content.words.source, ROOT / "content") if not t.line]

    assert lost == []


def test_an_english_text_that_two_services_share_is_found_at_its_own(content: Content) -> None:
    texts = {t.id: t for t in source_texts(content.words.source, ROOT / "content")}
    place = texts["service.iwf-gb.about"]

    assert place.file.name == "gb.yml"
    assert place.words[:20] in place.file.read_text().splitlines()[place.line - 1]


def test_a_finding_names_file_line_id_check_and_cure(tmp_path: Path) -> None:
    source = {"interface": {}, "safety": {"answer.greet.1": "Hello!"}, "modules": {}}
    root = workplace(tmp_path, {"answers/greet.yml": "intent: greet\nsay: [Hello!]\n"})

    assert [finding.line(root) for finding in findings(root, source, ["en"])] == [
        "content/answers/greet.yml:2: answer.greet.1: no-shouting: "
        "an exclamation mark; use a full stop"
    ]


def test_a_translation_is_looked_at_where_it_stands(tmp_path: Path) -> None:
    source = {"interface": {}, "safety": {"answer.greet.1": "Hello."}, "modules": {}}
    root = workplace(tmp_path, {}, {"answer.greet.1": ("Hello.", "Hallo!")})

    lines = [finding.line(root) for finding in findings(root, source, ["de"])]

    assert lines == [
        "locales/de/LC_MESSAGES/safety.po:5: answer.greet.1: no-shouting: "
        "an exclamation mark; use a full stop"
    ]


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        ({"harm": None}, "en needs harm:"),
        ({"harm": ["no", 5]}, "en: harm must be a list of texts in quotes"),
        ({"lix": 40}, "en has lix:, which nothing uses; take it out"),
        ({"mean_words": 0}, "en: mean_words must be a number above 0"),
        ({"words_per_bubble": "many"}, "en: words_per_bubble must be a number above 0"),
    ],
)
def test_broken_lists_are_refused_with_a_cure(
    tmp_path: Path, change: Mapping[str, object], cure: str
) -> None:
    block = yaml.safe_load(LISTS.read_text(encoding="utf-8"))["en"] | change
    path = tmp_path / "checks.yml"
    path.write_text(yaml.safe_dump({"en": {k: v for k, v in block.items() if v is not None}}))

    with pytest.raises(BrokenContent, match=cure):
        read_lists(path, "en")


def test_a_locale_without_lists_is_refused_with_a_cure() -> None:
    with pytest.raises(BrokenContent, match="give xx a block of lists and limits"):
        read_lists(LISTS, "xx")


def test_limits_are_those_of_the_file() -> None:
    assert replace(lists("de"), reading=1).reading == 1
    assert lists().words_per_bubble < lists("de").words_per_bubble


def workplace(
    root: Path, contents: Mapping[str, str], german: Mapping[str, tuple[str, str]] | None = None
) -> Path:
    """Return a folder with the real lists and glossaries, and only these texts."""
    for name, written in contents.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written)
    (root / "content" / "words").mkdir(parents=True, exist_ok=True)
    shutil.copy(LISTS, root / "content" / "words")
    for locale in ("en", "de"):
        (root / "locales" / locale / "LC_MESSAGES").mkdir(parents=True)
        shutil.copy(glossary(locale), root / "locales" / locale)
    for name in CATALOGS:
        catalog = polib.POFile()
        for message_id, (english, said) in (german or {}).items() if name == "safety" else ():
            catalog.append(polib.POEntry(msgctxt=message_id, msgid=english, msgstr=said))
        catalog.save(str(root / "locales" / "de" / "LC_MESSAGES" / f"{name}.po"))
    return root
