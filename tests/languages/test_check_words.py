"""Which words no text may use: glossaries, claims, leading questions, numbers without a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BrokenContent
from bot.languages.checks.each import (
    Glossary,
    NoClaimOfEffect,
    NoLeadingQuestion,
    NoShouting,
    NoUnsourcedNumber,
    QuotedWords,
)
from bot.languages.checks.lists import form_finder, read_avoided
from bot.languages.checks.parts import (
    EveryModuleNamesHarmAndService,
)
from tests.languages.checking import (
    ANSWER,
    LOCALES,
    SCREEN,
    found,
    glossary,
    lists,
    module,
    text,
)


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
