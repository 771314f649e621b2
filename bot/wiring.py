"""The composition root: from settings and files to the parts of the product."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from bot.checkin.reading import check_in_words, read_check_in
from bot.checkin.survey import Survey, read_survey, survey_words
from bot.conversation.answers import answer_words, read_answers
from bot.conversation.checks import survey_problems, unknown_buttons
from bot.conversation.content import Content
from bot.conversation.facts import read_facts
from bot.errors import BrokenContent
from bot.languages.catalogs import Words, load_translations, read_words
from bot.languages.locales import Locale, read_locales
from bot.languages.offering import offered
from bot.languages.signoff import SignOff, parts_of, read_ledger
from bot.languages.yaml import read_yaml
from bot.masking.personal import Personal, read_personal
from bot.modules.reading import read_shelf, shelf_words
from bot.referral.duties import read_duties
from bot.referral.phones import dialled, digits
from bot.referral.reading import Directory, read_directory, service_words
from bot.safety.phrases import STAR, PhraseList, read_phrases
from bot.safety.policy import read_policy
from bot.settings import ROOT, Settings, read

FEWEST_WORDS = 150
LEDGER = Path("content", "signoff.yml")
KEPT = 4
"""So many versions of the content stay in memory: conversations change over within a moment."""


class _Home:
    """Where what this process says comes from: the checkout, or published content."""

    root: Path = ROOT


def use(root: Path) -> None:
    """Let this process say what stands in ``root`` from now on.

    Raises:
        BrokenContent: Something in it can't be used; then nothing changes.
    """
    content(root)
    _Home.root = root


def locales(root: Path | None = None) -> tuple[Locale, ...]:
    """Return the locales on offer, the source first."""
    return _locales(root or _Home.root)


@functools.lru_cache(KEPT)
def _locales(root: Path) -> tuple[Locale, ...]:
    return read_locales(root / "locales" / "locales.yml")


def content(root: Path | None = None) -> Content:
    """Return everything that clinicians own, read once.

    Raises:
        BrokenContent: Something can't be used; says file, line and cure.
    """
    return _content(root or _Home.root, read().survey == "on")


@functools.lru_cache(KEPT)
def _content(root: Path, surveys: bool) -> Content:
    folder = root / "content"
    directory = read_directory(folder / "services")
    tags = tuple(locale.tag for locale in locales(root))
    phrases = tuple(read_phrases(path) for path in _phrase_lists(folder / "safety"))
    survey = read_survey(folder / "survey.yml")
    loaded = Content(
        policy=read_policy(folder / "safety" / "policy.yml"),
        phrases=phrases,
        answers=read_answers(folder / "answers"),
        shelf=read_shelf(folder / "modules", folder / "exercises"),
        check_in=read_check_in(folder / "checkin" / "check_in.yml"),
        directory=directory,
        duties=read_duties(folder / "duties.yml"),
        code_words=_code_words(folder / "words" / "codes.yml"),
        words=Words(source_words(root, directory), load_translations(root / "locales", tags)),
        personal=_personal(folder / "words" / "personal.yml", phrases, directory),
        survey=survey if surveys else None,
    )
    _refuse_unknown_buttons(folder, loaded)
    _refuse_unfit_survey(folder, survey, loaded)
    return loaded


def signoff(root: Path | None = None) -> SignOff:
    """Return what is to be signed in every locale, and what clinicians have signed.

    Raises:
        BrokenContent: The ledger or other content can't be used.
    """
    return _signoff(root or _Home.root)


@functools.lru_cache(KEPT)
def _signoff(root: Path) -> SignOff:
    loaded = content(root)
    tags = [locale.tag for locale in locales(root)]
    told = read_facts(root, tags, loaded.directory)
    parts = {tag: parts_of(loaded.words, tag, told.shared, told.rules.get(tag)) for tag in tags}
    return SignOff(parts, read_ledger(root / LEDGER))


def offered_locales(
    settings: Settings, root: Path | None = None, today: date | None = None
) -> tuple[Locale, ...]:
    """Return the locales that visitors may see of what stands in ``root``; today is UTC's.

    Every process that speaks to visitors asks this before it takes content over.

    Raises:
        BrokenContent: Something can't be used.
        NotReady: In production, safety texts are not signed, or no locale is.
    """
    day = today or datetime.now(UTC).date()
    return offered(locales(root), settings, signoff(root), day)


def source_words(root: Path, directory: Directory) -> dict[str, dict[str, str]]:
    """Return message id to English text, by catalog."""
    folder = root / "content"
    interface = read_words(folder / "words" / "interface.yml")
    referral = read_words(folder / "words" / "referral.yml")
    return {
        "interface": interface | referral,
        "safety": answer_words(folder / "answers") | service_words(directory),
        "modules": shelf_words(folder / "modules", folder / "exercises")
        | check_in_words(folder / "checkin" / "check_in.yml")
        | survey_words(folder / "survey.yml"),
    }


def _code_words(path: Path) -> tuple[str, ...]:
    """Return the words of which codes are made; a few hundred, or codes would be guessed."""
    document = read_yaml(path)
    words = document.get("words") if isinstance(document, dict) else None
    if not isinstance(words, list) or len(set(words)) < FEWEST_WORDS:
        raise BrokenContent(path, None, f"list {FEWEST_WORDS} different words under words:")
    return tuple(str(word) for word in words)


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


def _refuse_unfit_survey(folder: Path, survey: Survey, loaded: Content) -> None:
    for cure in survey_problems(survey, loaded):
        raise BrokenContent(folder / "survey.yml", None, cure)
