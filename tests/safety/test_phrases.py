"""bot.safety.phrases: danger is heard whatever the spelling, and idioms are not danger."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.safety.phrases import PhraseList, _ways, fold, read_phrases, screen
from bot.safety.topics import Outcome, Topic
from bot.safety.triage import Signal
from bot.settings import ROOT
from tests.builders import content, phrase_list, tags

AROUND = {
    "en": ("hello there, to be honest with you {} since monday", "erm {} over here at work"),
    "de": ("hallo zusammen, ehrlich gesagt {} seit montag", "tja {} heute im büro"),
    "fr": ("bonjour à tous, pour être franc {} depuis lundi", "euh {} aujourd'hui au bureau"),
    "it": ("buonasera, a dire il vero {} da lunedì", "ecco {} oggi in ufficio"),
    "es": ("buenas, para ser sincero {} desde el lunes", "bueno {} en la oficina"),
    "pt": ("boa noite, para ser sincero {} desde segunda", "bem {} hoje, depois do trabalho"),
    "nl": ("goedenavond, eerlijk gezegd {} sinds maandag", "tja {} vandaag op kantoor"),
    "pl": ("dobry wieczór, szczerze mówiąc {} od poniedziałku", "hm {} w biurze"),
    "cs": ("dobrý večer, upřímně řečeno {} od pondělí", "hm {} dneska v kanceláři"),
    "fi": ("hyvää iltaa, suoraan sanottuna {} maanantaista asti", "hmm {} toimistolla"),
}
"""Sentences around a phrase, in each language; none of them says anything by itself."""

LISTS = {path.stem: read_phrases(path) for path in sorted((ROOT / "content/safety").glob("??.yml"))}

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as listed": str,
    "in capitals": str.upper,
    "without accents": without_accents,
    "with accents apart": lambda text: unicodedata.normalize("NFD", text),
    "with a curly apostrophe": lambda text: text.replace("'", "’"),
    "without apostrophes": lambda text: text.replace("'", ""),
    "with a comma after each word": lambda text: text.replace(" ", ", "),
    "with many blanks": lambda text: text.replace(" ", "   "),
}


def listed(tag: str) -> Iterator[tuple[str, Signal]]:
    """Yield each phrase as clinicians wrote it, and the signal that it has to give."""
    for topic, by_outcome in read_yaml(ROOT / f"content/safety/{tag}.yml")["phrases"].items():
        for outcome, phrases in by_outcome.items():
            for phrase in phrases:
                yield str(phrase).replace("*", ""), Signal("phrase", Topic(topic), Outcome(outcome))


def unheard(tag: str, spelled: Callable[[str], str]) -> list[str]:
    return [
        sentence
        for frame in AROUND[tag]
        for phrase, signal in listed(tag)
        if signal not in screen(sentence := frame.format(spelled(phrase)), [LISTS[tag]])
    ]


def test_every_locale_has_its_list_and_sentences_to_try_it_in() -> None:
    assert set(AROUND) == set(LISTS)
    assert set(tags()) <= set(LISTS)
    assert content().phrases == tuple(LISTS.values())


@pytest.mark.parametrize("tag", AROUND)
def test_the_sentences_around_a_phrase_say_nothing_by_themselves(tag: str) -> None:
    assert [screen(frame.format(""), content().phrases) for frame in AROUND[tag]] == [[], []]


@pytest.mark.parametrize("tag", AROUND)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_listed_phrase_is_heard_inside_a_longer_sentence(tag: str, spelling: str) -> None:
    assert unheard(tag, SPELLINGS[spelling]) == []


def test_every_german_phrase_is_heard_with_umlauts_written_as_two_letters() -> None:
    assert unheard("de", lambda phrase: phrase.translate(UMLAUTS)) == []


def test_a_phrase_is_heard_in_every_conversation_whatever_its_locale() -> None:
    heard = {signal.topic for signal in screen("Ich will nicht mehr leben", content().phrases)}

    assert heard == {Topic.SUICIDE_RISK}


@pytest.mark.parametrize("tag", AROUND)
def test_a_longer_phrase_softens_a_shorter_one_at_most_to_a_question(tag: str) -> None:
    meanings = {fold(phrase): signal for phrase, signal in listed(tag)}
    asking = [phrase for phrase, signal in meanings.items() if signal.outcome is Outcome.ASK]

    for phrase in asking:
        heard = screen(phrase, [LISTS[tag]])
        assert any(signal.outcome in (Outcome.ASK, Outcome.ROUTE) for signal in heard), phrase


def test_a_longer_phrase_of_one_topic_never_hides_another_topic(tmp_path: Path) -> None:
    phrases = phrase_list(
        tmp_path, {"suicide_risk": {"route": ["one two"]}, "survivor": {"route": ["one two three"]}}
    )

    heard = {signal.topic for signal in screen("one two three", [phrases])}
    assert heard == {"suicide_risk", "survivor"}


def test_a_star_stands_for_any_ending_of_a_word(tmp_path: Path) -> None:
    phrases = phrase_list(tmp_path, {"suicide_risk": {"route": ["chc* umrz*"]}})

    assert screen("Chcę umrzeć", [phrases]) != []
    assert screen("chciałbym umrzeć", [phrases]) != []
    assert screen("nie wiem co umrze", [phrases]) == []


@pytest.mark.parametrize(
    "text",
    [
        # en
        "my phone is dying",
        "I have a few hours to kill, just to kill time",
        "that joke killed me",
        "I'm dying to see that film",
        "I would die for a coffee",
        "my feet are killing me",
        "the deadline is killing me and I'm dead tired",
        "the children played in the garden",
        "I take my kids to school and they fight all day",
        "is this chat anonymous?",
        "how can I sleep better?",
        # de
        "mein Akku stirbt gleich",
        "ich will die Zeit totschlagen",
        "ich lache mich tot",
        "ich sterbe vor Langeweile",
        "zum Sterben schön",
        "ich bin todmüde",
        "die Kinder spielen im Garten",
        "ich bringe die Kinder zur Schule",
        "ist dieser Chat anonym?",
        "der Film ist ab 18",
        # fr
        "mon téléphone est en train de mourir",
        "je veux tuer le temps",
        "je suis mort de rire",
        "je meurs de faim",
        "c'est à mourir d'ennui",
        "je suis mort de fatigue",
        "les enfants jouent dans le jardin",
        "j'emmène les enfants à l'école",
        "est-ce que ce chat est anonyme ?",
        "",
        "🙂🙂🙂",
        "... !!! ???",
    ],
)
def test_everyday_words_are_not_danger(text: str) -> None:
    assert screen(text, content().phrases) == []


def test_fancy_letters_are_letters() -> None:
    assert screen("𝐈 𝐖𝐀𝐍𝐓 𝐓𝐎 𝐃𝐈𝐄", content().phrases) != []


def test_only_whole_words_count(tmp_path: Path) -> None:
    phrases = phrase_list(tmp_path, {"suicide_risk": {"route": ["kill myself"]}})

    assert screen("I have the skill myself", [phrases]) == []
    assert screen("I kill myselfish thoughts", [phrases]) == []
    assert screen("kill_myself", [phrases]) != []


def test_a_negation_takes_a_phrase_back(tmp_path: Path) -> None:
    phrases = phrase_list(tmp_path)

    assert screen("It is not that I want to die", [phrases]) == []
    assert screen("NEVER said that i want to die", [phrases]) == []


def test_a_negation_reaches_three_words_far(tmp_path: Path) -> None:
    phrases = phrase_list(tmp_path)

    assert screen("not saying that i want to die", [phrases]) == []
    assert screen("not so much that i want to die", [phrases]) != []


@pytest.mark.parametrize("end", [".", ",", ";", ":", "!", "?", "…", "...", "?!"])
def test_a_negation_reaches_only_to_the_end_of_its_clause(tmp_path: Path, end: str) -> None:
    phrases = phrase_list(tmp_path)

    assert screen(f"I do not{end} I want to die", [phrases]) != []
    assert screen(f"I do not{end}I want to die", [phrases]) != []


def test_a_negation_behind_a_phrase_takes_nothing_back(tmp_path: Path) -> None:
    assert screen("I want to die not live", [phrase_list(tmp_path)]) != []


def test_a_cry_after_another_negated_clause_is_heard_in_every_locale() -> None:
    cries = ("I can't sleep, I want to die", "ich kann nicht mehr ich will sterben",
             "je dors pas, je veux mourir")  # fmt: skip

    assert all(screen(cry, content().phrases) for cry in cries)


def test_phrases_that_overlap_are_all_heard(tmp_path: Path) -> None:
    phrases = phrase_list(
        tmp_path,
        {"suicide_risk": {"ask": ["one two three"]}, "survivor": {"route": ["two three four"]}},
    )

    assert {s.topic for s in screen("one two three four", [phrases])} == {
        "suicide_risk",
        "survivor",
    }


def test_of_phrases_that_begin_together_the_longest_is_heard(tmp_path: Path) -> None:
    phrases = phrase_list(
        tmp_path, {"suicide_risk": {"ask": ["one two"], "route": ["one two three"]}}
    )

    assert [s.outcome for s in screen("one two three", [phrases])] == [Outcome.ROUTE]


@given(st.text(max_size=300))
def test_any_text_can_be_screened(text: str) -> None:
    assert isinstance(screen(text, content().phrases), list)


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


BYSTANDERS = st.lists(st.sampled_from(["well", "truly", "since", "monday", "and"]), max_size=8)


@given(before=BYSTANDERS, after=BYSTANDERS, end=st.sampled_from(["", ".", " ,", "!", " … "]))
def test_words_around_a_phrase_never_silence_it(
    before: list[str], after: list[str], end: str
) -> None:
    text = f"{' '.join(before)} i want to die{end} {' '.join(after)}"

    assert Topic.SUICIDE_RISK in {signal.topic for signal in screen(text, content().phrases)}


@pytest.mark.parametrize(
    ("broken", "cure"),
    [
        ("negations: []\nphrases: {gardening: {route: [a b]}}", "gardening/route is not a topic"),
        ("negations: []\nphrases: {survivor: {hide: [a b]}}", "survivor/hide is not a topic"),
        (
            "negations: []\nphrases: {survivor: {route: ['...']}}",
            ": a phrase has no letters; remove it",
        ),
        ("negations: []\nphrases: {survivor: {route: [a, a], ask: [A]}}", "'A' is listed twice"),
        ("negations: []\nphrases: {survivor: {route: a b}}", "route must be a list"),
        ("negations: []\nphrases: {survivor: [a b]}", "survivor must be a group"),
        ("negations: []\nphrases: {survivor: {route: []}}", ": list at least one phrase"),
        ("negations: []\nphrases: {}", ": list at least one phrase"),
        ("negations: []", "phrases must be a group"),
        ("phrases: {survivor: {route: [a b]}}", "negations must be a list"),
        ("negations: not\nphrases: {survivor: {route: [a b]}}", "negations must be a list"),
        ("", "phrases must be a group"),
        ("negations: []\nphrases: {survivor: {route: ['an* b']}}", "three letters before it"),
    ],
)
def test_a_broken_list_is_refused_with_file_and_cure(
    tmp_path: Path, broken: str, cure: str
) -> None:
    path = tmp_path / "xx.yml"
    path.write_text(broken, encoding="utf-8")

    with pytest.raises(BrokenContent) as refused:
        read_phrases(path)

    assert str(path) in str(refused.value)
    assert cure in str(refused.value)


def test_a_phrase_is_known_by_its_folded_words_and_kept_as_it_was_written(tmp_path: Path) -> None:
    found = phrase_list(tmp_path, {"survivor": {"ask": ["Über  mich*"]}}, negations=["Nié"])
    signal = Signal("phrase", Topic.SURVIVOR, Outcome.ASK)

    assert found.meanings == {"uber mich*": signal, "ueber mich*": signal}
    assert {heard.phrase for heard in found.meanings.values()} == {"Über  mich*"}
    assert found.negations == {"nie"}


def test_the_same_phrase_twice_with_one_meaning_is_no_mistake(tmp_path: Path) -> None:
    found = phrase_list(tmp_path, {"survivor": {"route": ["a b", "A  B"]}})

    assert isinstance(found, PhraseList)


def test_a_word_without_end_is_compared_with_no_more_beginnings_than_are_listed(
    tmp_path: Path,
) -> None:
    phrases = phrase_list(tmp_path, {"suicide_risk": {"route": ["suffer*", "suffering* badly"]}})
    word = Counting("suffer" + "x" * 10_000)

    assert [*_ways(word, phrases.tree)]
    assert word.cuts <= len("suffering")


class Counting(str):
    """A word that counts how often it is cut."""

    __slots__ = ("cuts",)
    cuts: int

    def __new__(cls, word: str) -> Counting:
        made = super().__new__(cls, word)
        made.cuts = 0
        return made

    def __getitem__(self, place: SupportsIndex | slice) -> str:
        self.cuts += 1
        return super().__getitem__(place)
