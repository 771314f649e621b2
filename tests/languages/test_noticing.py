"""bot.languages.noticing: another language is noticed; short and mixed messages are let be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.languages.noticing import LONGEST, TOLD_APART, noticed

SUPPORTED = {
    "en": "I am afraid of my own thoughts and I want to talk to somebody",
    "de": "Ich habe Angst vor meinen Gedanken und möchte mit jemandem reden",
    "fr": "J'ai peur de mes pensées et je voudrais parler à quelqu'un",
    "it": "Ho paura dei miei pensieri e vorrei parlare con qualcuno",
    "es": "Tengo miedo de mis pensamientos y quiero hablar con alguien",
    "pt": "Tenho medo dos meus pensamentos e não sei com quem falar",
    "nl": "Ik ben bang voor mijn gedachten en wil met iemand praten",
    "pl": "Boję się swoich myśli i chciałbym z kimś porozmawiać",
    "cs": "Mám strach ze svých myšlenek a chtěl bych si s někým promluvit",
    "fi": "Pelkään omia ajatuksiani ja haluaisin puhua jonkun kanssa",
    "sv": "Jag är rädd för mina tankar och vill prata med någon",
    "ro": "Mi-e frică de gândurile mele și vreau să vorbesc cu cineva",
    "tr": "Kendi düşüncelerimden korkuyorum ve biriyle konuşmak istiyorum",
    "uk": "Я боюся своїх думок і хочу з кимось поговорити",
    "ar": "أخاف من أفكاري وأريد أن أتحدث مع شخص ما",
}

UNSUPPORTED = {
    "ru": "Я боюсь своих мыслей и хочу с кем-нибудь поговорить",
    "hu": "Félek a saját gondolataimtól, és szeretnék beszélni valakivel",
    "el": "Φοβάμαι τις σκέψεις μου και θέλω να μιλήσω με κάποιον",
    "bg": "Страх ме е от мислите ми и искам да говоря с някого",
    "hr": "Bojim se svojih misli i želio bih razgovarati s nekim",
    "et": "Ma kardan oma mõtteid ja tahaksin kellegagi rääkida",
    "lt": "Bijau savo minčių ir norėčiau su kuo nors pasikalbėti",
    "sq": "Kam frikë nga mendimet e mia dhe dua të flas me dikë",
    "fa": "از فکرهای خودم می‌ترسم و می‌خواهم با کسی صحبت کنم",
    "ur": "مجھے اپنے خیالات سے ڈر لگتا ہے اور میں کسی سے بات کرنا چاہتا ہوں",
    "hi": "मुझे अपने विचारों से डर लगता है और मैं किसी से बात करना चाहता हूँ",
    "zh": "我害怕自己的想法，想找人谈谈",
    "ja": "自分の考えが怖いので、誰かに相談したいです",
    "ko": "제 생각이 무서워서 누군가와 이야기하고 싶어요",
    "vi": "Tôi sợ những suy nghĩ của mình và muốn nói chuyện với ai đó",
    "he": "אני מפחד מהמחשבות שלי ורוצה לדבר עם מישהו",
    "ka": "მეშინია ჩემი ფიქრების და მინდა ვინმესთან საუბარი",
    "th": "ฉันกลัวความคิดของตัวเองและอยากคุยกับใครสักคน",
}

GREETINGS = """
hello|hallo|bonjour|ciao|hola|olá|hoi|cześć|ahoj|hei|hej|salut|merhaba|привіт|مرحبا|привет|szia|
γεια σου|здравей|bok|tere|labas|përshëndetje|سلام|ہیلو|नमस्ते|你好|こんにちは|안녕하세요|xin chào|
שלום|გამარჯობა|สวัสดี|নমস্কার|բարեւ|வணக்கம்|ਸਤ ਸ੍ਰੀ ਅਕਾਲ|sveiki|živjo|dobrý deň|здраво|halló|
dia duit|helo sut wyt ti|kaixo|bon dia|moien|grüezi mitenand|habari yako|sawubona|mabuhay|
selamat pagi|good evening everyone, how are you|guten Abend zusammen, wie geht es Ihnen
""".replace("\n", "").split("|")

TAGS = {language.iso_code_639_1.name.lower() for language in TOLD_APART}


@pytest.mark.parametrize("language", SUPPORTED)
def test_a_language_of_ours_is_noticed_on_a_page_in_another(language: str) -> None:
    page = "en" if language != "en" else "de"

    assert noticed(SUPPORTED[language], page) == language


@pytest.mark.parametrize("language", SUPPORTED)
def test_a_message_in_the_language_of_the_page_is_none_to_notice(language: str) -> None:
    assert noticed(SUPPORTED[language], language) == ""


@pytest.mark.parametrize("language", UNSUPPORTED)
def test_a_language_that_we_do_not_have_is_noticed_as_well(language: str) -> None:
    assert noticed(UNSUPPORTED[language], "en") == language


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("vreau sa vorbesc cu cineva despre gandurile mele", "en"),
        ("chcialbym porozmawiac z kims o swoich myslach", "de"),
        ("kendi dusuncelerimden korkuyorum ve yardim istiyorum", "fr"),
    ],
)
def test_a_language_typed_without_its_accents_is_noticed(text: str, page: str) -> None:
    assert noticed(text, page) in ("ro", "pl", "tr")


@pytest.mark.parametrize(("page", "language"), [("de-AT", "de"), ("pt-BR", "pt"), ("EN-gb", "en")])
def test_a_regional_page_counts_by_its_language(page: str, language: str) -> None:
    assert noticed(SUPPORTED[language], page) == ""
    assert noticed(SUPPORTED["fi"], page) == "fi"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "ja",
        "ok danke",
        "merci beaucoup",
        "non lo so",
        "Was?",
        "???",
        "112",
        "你好",
        "14 / 22:30",
    ],
)
def test_a_short_message_is_let_be(text: str) -> None:
    assert noticed(text, "en") == ""


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("I don't know how to say it, ich weiß nicht mehr weiter", "en"),
        ("ich weiß nicht mehr weiter, I don't know how to say it", "de"),
        ("mir geht es nicht gut, i'm just so tired and sad about everything", "de"),
        ("je suis perdu et je ne sais pas quoi faire, please can you help me with this", "fr"),
        ("I want to talk to somebody about this, quiero hablar con alguien", "en"),
        ("mon médecin me l'a dit hier, you should talk to somebody about it", "fr"),
    ],
)
def test_a_mixed_message_is_let_be(text: str, page: str) -> None:
    assert noticed(text, page) == ""


@pytest.mark.parametrize("page", ["", "xx", "sk", "-"])
def test_nothing_is_noticed_where_the_language_of_the_page_cannot_be_told(page: str) -> None:
    assert noticed(SUPPORTED["fi"], page) == ""


@pytest.mark.parametrize("page", ["en", "fi", "ar"])
@pytest.mark.parametrize("greeting", GREETINGS)
def test_a_greeting_is_let_be_or_taken_for_some_other_language(greeting: str, page: str) -> None:
    assert noticed(greeting, page) in (TAGS | {""}) - {page}


def test_there_are_greetings_of_fifty_languages() -> None:
    assert len(set(GREETINGS)) >= 50


@given(st.text(st.characters(), max_size=200), st.sampled_from(["en", "uk", "pt-BR", ""]))
def test_any_text_is_taken(text: str, page: str) -> None:
    assert noticed(text, page) in TAGS | {""}


def test_a_long_message_is_judged_by_its_beginning() -> None:
    beginning = SUPPORTED["it"] + ". "

    assert noticed(beginning * (2_000 // len(beginning)), "en") == "it"
    assert noticed("a " * LONGEST + SUPPORTED["it"], "en") in TAGS | {""}
