"""The composition root: from settings and files to the parts of the product."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.checkin.reading import check_in_words, read_check_in
from bot.conversation.answers import answer_words, read_answers
from bot.conversation.checks import unknown_buttons
from bot.conversation.content import Content
from bot.errors import BrokenContent
from bot.languages.catalogs import Words, load_translations, read_words
from bot.languages.locales import Locale, read_locales
from bot.masking.personal import Personal, read_personal
from bot.modules.reading import read_shelf, shelf_words
from bot.referral.phones import dialled, digits
from bot.referral.reading import Directory, read_directory, service_words
from bot.safety.phrases import STAR, PhraseList, read_phrases
from bot.safety.policy import read_policy
from bot.settings import ROOT


@functools.cache
def locales(root: Path = ROOT) -> tuple[Locale, ...]:
    """Return the locales on offer, the source first."""
    return read_locales(root / "locales" / "locales.yml")


@functools.cache
def content(root: Path = ROOT) -> Content:
    """Return everything that clinicians own, read once.

    Raises:
        BrokenContent: Something can't be used; says file, line and cure.
    """
    folder = root / "content"
    directory = read_directory(folder / "services")
    tags = tuple(locale.tag for locale in locales(root))
    phrases = tuple(read_phrases(path) for path in _phrase_lists(folder / "safety"))
    loaded = Content(
        policy=read_policy(folder / "safety" / "policy.yml"),
        phrases=phrases,
        answers=read_answers(folder / "answers"),
        shelf=read_shelf(folder / "modules", folder / "exercises"),
        check_in=read_check_in(folder / "checkin" / "check_in.yml"),
        directory=directory,
        words=Words(source_words(root, directory), load_translations(root / "locales", tags)),
        personal=_personal(folder / "words" / "personal.yml", phrases, directory),
    )
    _refuse_unknown_buttons(folder, loaded)
    return loaded


def source_words(root: Path, directory: Directory) -> dict[str, dict[str, str]]:
    """Return message id to English text, by catalog."""
    folder = root / "content"
    interface = read_words(folder / "words" / "interface.yml")
    referral = read_words(folder / "words" / "referral.yml")
    return {
        "interface": interface | referral,
        "safety": answer_words(folder / "answers") | service_words(directory),
        "modules": shelf_words(folder / "modules", folder / "exercises")
        | check_in_words(folder / "checkin" / "check_in.yml"),
    }


def _phrase_lists(folder: Path) -> list[Path]:
    """Return the lists of every language, also of those that the site doesn't speak yet."""
    return sorted(path for path in folder.glob("*.yml") if path.stem != "policy")


def _personal(path: Path, phrases: Iterable[PhraseList], directory: Directory) -> Personal:
    """Return how personal data is known; what danger is heard by is none, nor is a helpline."""
    heard = {word for listed in phrases for phrase in listed.meanings for word in phrase.split()}
    serious = (word.removesuffix(STAR) for word in heard)
    return read_personal(path, serious, _public_numbers(directory))


def _public_numbers(directory: Directory) -> Iterator[str]:
    """Yield the digits of each service's number, as it is dialled at home and from abroad."""
    for service in directory.services.values():
        for channel in service.channels:
            if channel.kind in ("phone", "sms"):
                yield digits(channel.value).removeprefix("+")
                for country in service.countries:
                    yield dialled(channel.value, country, "").removeprefix("+")


def _refuse_unknown_buttons(folder: Path, loaded: Content) -> None:
    for place, choice in unknown_buttons(loaded):
        raise BrokenContent(folder / place, None, f"there is no button {choice}")
