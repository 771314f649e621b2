"""The way to the language that a visitor writes in: lines and buttons in languages of their own."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.other_language import CHANGE, lines
from bot.conversation.turn import Turn
from bot.languages.catalogs import Words
from bot.languages.locales import Locale


@dataclass(frozen=True)
class Spoken:
    """Words in the language of ``locale``, which need not be the page's."""

    locale: Locale
    text: str


@dataclass(frozen=True)
class LanguageOffer:
    """What a turn says about the visitor's language; each button changes to its locale."""

    lines: tuple[Spoken, ...]
    buttons: tuple[Spoken, ...]


def language_offer(turn: Turn, words: Words, locales: tuple[Locale, ...]) -> LanguageOffer | None:
    """Return the offer of ``turn``: its locale out of ``locales``, or all if it has none."""
    by_tag = {locale.tag: locale for locale in locales}
    said = tuple(
        Spoken(by_tag[tag], words.text(tag, message_id))
        for message_id, tag in lines(turn.locale, turn.speaks, by_tag)
        if tag in by_tag
    )
    if not said:
        return None
    wanted = by_tag.get(turn.speaks)
    if wanted:
        return LanguageOffer(said, (Spoken(wanted, words.text(wanted.tag, CHANGE)),))
    return LanguageOffer(said, tuple(Spoken(locale, locale.name) for locale in locales))
