"""bot.masking.masking: what says who somebody is goes, what tells of danger stays."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from bot.conversation.content import Content
from bot.conversation.message import LONGEST, clean
from bot.errors import BrokenContent
from bot.languages.yaml import read_yaml
from bot.masking.masking import mask
from bot.masking.personal import Personal, read_personal
from bot.masking.plain import MARK
from bot.safety.phrases import screen
from bot.settings import ROOT
from tests.builders import content as real_content

LISTED = ROOT / "content" / "words" / "personal.yml"
HALF_PERCENT = 0.005
SLOWEST = 1.0  # seconds of the processor for the longest message

NAMES = {
    "en": [
        ("my name is Peter Smith and I'm scared", "my name is … and I'm scared"),
        ("my name is peter and i'm scared", "my name is … and i'm scared"),
        ("my name is peter smith, please help", "my name is …, please help"),
        ("My name’s Anna-Lena. I need help", "My name’s …. I need help"),
        ("MY NAME IS PETER AND I NEED HELP", "MY NAME IS … AND I NEED HELP"),
        ("his name is tom", "his name is …"),
        ("my name is Juan de la Cruz", "my name is …"),
    ],
    "de": [
        ("ich heiße peter und habe angst", "ich heiße … und habe angst"),
        ("Ich heisse Müller", "Ich heisse …"),
        ("Mein Name ist Hans von der Heide, ich bin 34", "Mein Name ist …, ich bin 34"),
        ("meine tochter heißt mia", "meine tochter heißt …"),
    ],
    "fr": [
        ("je m'appelle Jean Dupont et j'ai peur", "je m'appelle … et j'ai peur"),
        ("Je m’appelle marie", "Je m’appelle …"),
        ("mon prénom est Zoé.", "mon prénom est …."),
    ],
    "it": [
        ("mi chiamo luca e ho paura", "mi chiamo … e ho paura"),
        ("Il mio nome è Maria De Luca", "Il mio nome è …"),
    ],
    "es": [
        ("me llamo ana y tengo miedo", "me llamo … y tengo miedo"),
        ("Mi nombre es José García López.", "Mi nombre es …."),
    ],
    "pt": [
        ("me chamo joão e tenho medo", "me chamo … e tenho medo"),
        ("o meu nome é Inês da Silva", "o meu nome é …"),
        ("Chamo-me Rui", "Chamo-me …"),
    ],
    "nl": [
        ("ik heet jan en ik ben bang", "ik heet … en ik ben bang"),
        ("mijn naam is Jan van den Berg", "mijn naam is …"),
    ],
    "pl": [
        ("mam na imię Paweł i boję się", "mam na imię … i boję się"),
        ("nazywam sie jan kowalski", "nazywam sie …"),
    ],
    "cs": [
        ("jmenuji se Petr a bojím se", "jmenuji se … a bojím se"),
        ("jmenuju se Jana Nováková", "jmenuju se …"),
    ],
    "fi": [
        ("nimeni on Pekka ja pelkään", "nimeni on … ja pelkään"),
        ("minun nimeni on liisa", "minun nimeni on …"),
    ],
    "sv": [("jag heter Åsa och är rädd", "jag heter … och är rädd")],
    "ro": [("mă numesc Ion și mi-e frică", "mă numesc … și mi-e frică")],
    "tr": [("benim adım Ayşe ve korkuyorum", "benim adım … ve korkuyorum")],
    "uk": [("мене звати Олена і мені страшно", "мене звати … і мені страшно")],
    "ar": [("اسمي أحمد وأنا خائف", "اسمي … وأنا خائف")],
}

ADDRESSES = {
    "en": [
        ("I live at 12 Baker Street with her", "I live at … with her"),
        ("10 Downing Street, London SW1A 2AA", "…"),
        ("i'm at 221b baker street", "i'm at …"),
        ("12 Main St, now", "…, now"),
    ],
    "de": [
        ("ich wohne musterstraße 12 und", "ich wohne … und"),
        ("Hauptstr. 5a, 10115 Berlin, bitte", "…, bitte"),
        ("Berliner Straße 17", "…"),
        ("hauptstr. 5, 10115 hilfe bitte", "… hilfe bitte"),
        ("komm zum Birkenweg 3.", "komm zum …."),
    ],
    "fr": [
        ("j'habite 5 rue de la Paix 75002 Paris", "j'habite …"),
        ("rue de la Paix 5", "…"),
        ("12 bis, avenue Victor Hugo", "…"),
    ],
    "it": [("abito in via Roma 3, aiuto", "abito in …, aiuto"), ("Via Garibaldi, 12", "…")],
    "es": [("vivo en la calle Mayor 5", "vivo en la …"), ("Avenida de América, 21", "…")],
    "pt": [("moro na rua Augusta, 100", "moro na …"), ("Avenida da Liberdade 5", "…")],
    "nl": [("ik woon Kerkstraat 12, 1017 GC Amsterdam", "ik woon …"), ("lange straat 4", "…")],
    "pl": [("mieszkam na ul. Długiej 5, 00-950 Warszawa", "mieszkam na …")],
    "cs": [("bydlím v ulici Dlouhá 5", "bydlím v …"), ("Dlouhá ulice 5", "…")],
    "fi": [("asun mannerheiminkatu 5 a", "asun …"), ("Koivutie 7.", "….")],
    "sv": [("jag bor på Storgatan 5", "jag bor på …")],
    "ro": [("stau pe strada Lungă nr. 5", "stau pe …")],
    "tr": [("Bağdat Caddesi No:12", "…")],
    "uk": [("живу на вул. Шевченка 5", "живу на …")],
    "ar": [("أسكن في شارع الملك فهد 15", "أسكن في …")],
}

NUMBERS = [
    ("write to peter.smith@web.de.", "write to …."),
    ("PETER@GMAIL.COM", "…"),
    ("peter (at) web (dot) de", "…"),
    ("peter at gmail dot com", "…"),
    ("I am @peter_92 there", "I am … there"),
    ("see https://example.org/u/peter?x=1, please", "see …, please"),
    ("www.example.org", "…"),
    ("facebook.com/peter.smith", "…"),
    ("call 0170 1234567 now", "call … now"),
    ("+49 (0)30 123456-7", "…"),
    ("06 12 34 56 78 ou 06.12.34.56.78", "… ou …"),
    ("mi número: 612 345 678", "mi número: …"),
    ("٠١٢٣٤٥٦٧٨٩", "…"),
    ("DE89 3704 0044 0532 0130 00", "…"),
    ("GB29 NWBK 6016 1331 9268 19", "…"),
    ("4111 1111 1111 1111", "…"),
    ("my passport is C01X00T47", "my passport is …"),
    ("12345678Z", "…"),
    ("RSSMRA85T10A562S", "…"),
    ("131052-308T", "…"),
    ("811228-9874", "…"),
    ("736028/5163", "…"),
    ("123.456.789-09", "…"),
    ("QQ 12 34 56 C", "…"),
    ("192.168.10.20", "…"),
    ("2001:db8:0:0:1:0:0:1", "…"),
    ("my ip is 2001:db8::1", "my ip is …"),
    ("my car is B-AB 1234", "my car is …"),
]

KEPT = [
    "she is 14 and I am 35", "since 1998", "born 12.03.1998", "on 12/03/1998 at 22:30",
    "2019-2022", "2018 2019 2020 2021", "01.02.2019-03.02.2019", "from 22.30-23.45", "24/7",
    "at 22:30:15", "3 weeks, 10-15 times", "1 2 3 4 5 6 7 8 9 10", "ages 10 11 12 13 14",
    "112", "116 111", "988", "i called 116 123 and 999", "14jähriger", "covid19", "windows2000",
    "1.000.000 euro", "1000-1500 euro", "p3d0ph1l3", "k1ll mys3lf", "I'm scared",
    "I am Peter Pan's age", "ich bin peter", "je suis marie",
    "my name is being dragged through the mud",
    "my name is on the list", "das heißt ich", "mein name ist egal", "ça s'appelle inceste",
    "mi madre me llamó anoche", "ilk adım", "adım atmak istiyorum", "i was at the street",
    "14 year old kids in the street", "auf dem spielplatz 2 kinder", "auf dem Weg 3 Stunden",
    "auf der straße 3 kinder", "unterwegs 2 stunden", "j'ai 3 cours de maths",
    "sono andato via 3 volte", "en la calle vi 3 niños", "na rua vi 3 crianças",
    "ollaan 3 tuntia", "a 10 minute drive", "meet @ home", "f@ck", "at what point do i go",
]  # fmt: skip


def listed() -> Personal:
    return real_content().personal


def texts() -> st.SearchStrategy[str]:
    openings = [case for cases in (*NAMES.values(), *ADDRESSES.values()) for case, _ in cases]
    pieces = st.one_of(
        st.text(max_size=30),
        st.text(alphabet="0123456789 .-/()+@ab…", max_size=60),
        st.sampled_from(openings + KEPT + [case for case, _ in NUMBERS]),
    )
    return st.lists(pieces, max_size=6).map(" ".join)


def lines() -> Iterator[str]:
    """Yield every training and evaluation example."""
    for path in sorted((ROOT / "data" / "nlu").glob("*/*.yml")):
        for entry in read_yaml(path)["nlu"]:
            yield from (line.removeprefix("- ") for line in entry["examples"].splitlines())
    for path in sorted((ROOT / "tests" / "recognition").glob("*.yml")):
        yield from (entry["text"] for entry in read_yaml(path)["items"])


def cases(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    return [case for found in table.values() for case in found]


@pytest.mark.parametrize(("text", "masked"), cases(NAMES))
def test_a_name_after_an_opening_is_left_out(text: str, masked: str) -> None:
    assert mask(text, listed()).text == masked


@pytest.mark.parametrize(("text", "masked"), cases(ADDRESSES))
def test_a_street_with_a_number_is_left_out(text: str, masked: str) -> None:
    assert mask(text, listed()).text == masked


@pytest.mark.parametrize(("text", "masked"), NUMBERS)
def test_numbers_links_and_codes_are_left_out(text: str, masked: str) -> None:
    assert mask(text, listed()).text == masked


@pytest.mark.parametrize("text", KEPT)
def test_what_says_nothing_about_who_somebody_is_stays(text: str) -> None:
    assert mask(text, listed()).text == text
    assert not mask(text, listed()).is_changed


@pytest.mark.parametrize("country", ["", "GB", "DE", "ZZ"])
def test_the_numbers_of_our_services_stay(content: Content, country: str) -> None:
    for service in content.directory.services.values():
        for channel in service.channels:
            if channel.kind in ("phone", "sms"):
                text = f"i called {channel.value} today"
                assert mask(text, content.personal, country).text == text, service.id


@pytest.mark.parametrize("region", ["GB", "US", "DE", "AT", "FR", "IT", "ES", "PL", "CZ", "NL"])
def test_an_example_number_of_a_country_is_left_out_however_it_is_written(region: str) -> None:
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(region, kind)
        assert number is not None
        for style in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL):
            written = phonenumbers.format_number(number, style)
            assert mask(f"ring {written} today", listed()).text == f"ring {MARK} today"


@pytest.mark.parametrize(
    ("country", "number"), [("NO", "22 33 44 55"), ("DK", "31 22 44 55"), ("FR", "6 12 34 56 78")]
)
def test_many_small_numbers_before_it_hide_no_telephone_number(
    content: Content, country: str, number: str
) -> None:
    counted = " and ".join(f"{day} days" for day in range(12, 33))

    masked = mask(f"I counted {counted}, call me on {number}", content.personal, country)

    assert masked.text == f"I counted {counted}, call me on {MARK}"


def test_a_country_that_nobody_listed_is_known_from_the_visitor() -> None:
    icelandic = "ring 611 1234 now"

    assert mask(icelandic, listed()).text == icelandic
    assert mask(icelandic, listed(), "IS").text == "ring … now"


@given(texts())
def test_masking_never_lengthens_and_says_whether_it_changed(text: str) -> None:
    masked = mask(text, listed())

    assert len(masked.text) <= len(text)
    assert masked.is_changed == (masked.text != text)


@given(texts())
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(clean(text), listed()).text

    assert mask(once, listed()).text == once


@given(texts())
def test_a_masked_message_is_still_clean(text: str) -> None:
    masked = mask(clean(text), listed()).text

    assert clean(masked) == masked


@given(st.emails(), st.sampled_from(["{}", "mail {} please", "({})", "{}, {}", "my name is {}"]))
def test_no_email_address_survives(address: str, around: str) -> None:
    masked = mask(around.replace("{}", address), listed()).text

    assert address not in masked
    assert "@" not in masked


@given(st.text(alphabet="0123456789", min_size=7, max_size=40), st.text(max_size=20))
def test_no_long_number_survives(number: str, around: str) -> None:
    assume(not around[-1:].isalnum() and number not in listed().public)

    assert number not in mask(f"{around} {number} {around}", listed()).text


@pytest.mark.parametrize(
    "piece",
    ["1", "12 ", "1.", "1-", "a@", "@", " ", ".", "a.", "a@b.", "+", "(", "1(", "a1", "x ", "…",
     "0170 1234567 ", "via ", "via a ", "12 baker ", "my name is ", "my ", "de la ", "street ",
     "a:", "abcd:", "http://", "at ", "a (at) ", "19.", "01.02.2019-", "\u0301", "\ufdfa", "_",
     "de89 3704 ", "12 12 12 ", "strasse 1 ", "1/2/", "[", "''", "1998 "],
)  # fmt: skip
def test_no_message_keeps_the_site_busy(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    began = time.process_time()
    mask(text, listed(), "DE")

    assert time.process_time() - began < SLOWEST


@pytest.mark.slow
def test_training_and_evaluation_examples_stay_as_they_are(content: Content) -> None:
    found = [(line, mask(line, listed())) for line in lines()]
    changed = [(line, masked.text) for line, masked in found if masked.is_changed]

    assert len(found) > 10_000
    assert len(changed) <= HALF_PERCENT * len(found), changed
    for line, masked_line in changed:
        assert screen(masked_line, content.phrases) == screen(line, content.phrases), line


@pytest.mark.parametrize(
    ("before", "masked"),
    [
        ("", ""),
        ("my name is peter ", "my name is … "),
        ("Ich heiße Peter ", "Ich heiße … "),
        ("12 Baker Street ", "… "),
    ],
)
def test_every_listed_phrase_stays_whole(content: Content, before: str, masked: str) -> None:
    meanings = [meaning for phrases in content.phrases for meaning in phrases.meanings.values()]
    for phrase in {meaning.phrase.replace("*", "") for meaning in meanings}:
        assert mask(before + phrase, content.personal).text == masked + phrase


def test_no_opening_is_itself_taken_for_something_personal() -> None:
    for entry in read_yaml(LISTED).values():
        for opening in entry["openings"]:
            assert not mask(opening, listed()).is_changed


def broken(folder: Path, **changes: object) -> Path:
    entry = {
        "countries": ["GB"],
        "openings": ["my name is"],
        "stops": ["and"],
        "particles": ["de"],
        "streets": {"last": {"sure": ["street"]}},
    }
    path = folder / "personal.yml"
    kept = {name: value for name, value in (entry | changes).items() if value is not None}
    path.write_text(yaml.safe_dump({"en": kept}), encoding="utf-8")
    return path


def test_a_small_list_is_enough(tmp_path: Path) -> None:
    personal = read_personal(broken(tmp_path))

    assert mask("my name is ann and 5 baker street", personal).text == "my name is … and …"


@pytest.mark.parametrize(
    ("changes", "cure"),
    [
        ({"openings": None}, "en: openings must be a list"),
        ({"openings": []}, "en: openings must be a list"),
        ({"openings": ["?"]}, "en: openings must be a list of words"),
        ({"stops": [True]}, "en: stops must be a list of words"),
        ({"countries": ["XX"]}, "XX is not a country's code"),
        ({"streets": None}, "en: add streets"),
        ({"streets": {"middle": {}}}, "remove or correct middle"),
        ({"streets": {"last": {"perhaps": ["x"]}}}, "last needs lists called sure or unsure"),
        ({"names": ["Ann"]}, "remove or correct names"),
    ],
)
def test_a_broken_list_is_refused_with_its_cure(
    tmp_path: Path, changes: dict[str, object], cure: str
) -> None:
    with pytest.raises(BrokenContent, match=cure):
        read_personal(broken(tmp_path, **changes))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "personal.yml"
    path.write_text("[]", encoding="utf-8")

    with pytest.raises(BrokenContent, match="list openings"):
        read_personal(path)


def test_the_list_serves_every_language_that_has_phrases() -> None:
    tags = {path.stem for path in (ROOT / "content" / "safety").glob("*.yml")} - {"policy"}

    assert tags - set(read_yaml(LISTED)) == set()
    assert all(re.fullmatch(r"[a-z]{2}", tag) for tag in read_yaml(LISTED))
