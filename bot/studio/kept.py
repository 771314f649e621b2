"""What visitors of a language go on reading while a changed English text waits for a translator.

Translators don't all read their mail in the hour in which a sentence is mended. Until they have, a
part stays in their language exactly as visitors have it, with the signatures that it has: whole,
never one sentence of today beside one of last month.

So much stays, and no more: what a translator has worked on since, and what would lose a signature,
is translated or signed first. Danger is different, and so are law, confidentiality, buttons and
questions: there, words of before beside decisions of today could do harm. Such a part is published
when it is translated, not earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.languages.catalogs import SOURCE, Words
from bot.languages.signoff import Part, State, fingerprint, state_of
from bot.studio.entries import with_words
from bot.studio.index import Index
from bot.studio.seeing import kind_of
from bot.studio.unpublished import Live
from bot.studio.writing import catalog_file

TO_READ_AND_DO: Final = ("module", "exercise")
"""Of these kinds parts may stay. All others wait: the interface is help, buttons and what is said
about confidentiality; answers, services and rules are about danger; in the check-in and the survey
an answer decides."""

DECIDE_IN_DANGER: Final = frozenset(
    {
        # what answers about danger offer, and what is read when somebody is close to an act
        "module.urges",
        "module.permission_thoughts",
        "module.surroundings",
        "module.setbacks",
        "module.already_harmed",
        "module.family",
        "module.young_people",
        "exercise.stay_safe_plan",
        "exercise.urge_timer",
        "exercise.grounding",
        "exercise.setback_plan",
        "exercise.surroundings_checklist",
        # law
        "module.law",
        "module.investigation",
        "module.professionals",
        # what is confidential: here, and with a service
        "module.privacy",
        "module.first_contact",
        "exercise.first_sentence",
    }
)
"""Of these nobody may read last month's words: a step, a duty or a promise may be wrong by now."""

Kept = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Locale to the names of its parts that stay, and to the words of each by message id."""


def kept(index: Index, live: Live, today: date) -> Kept:
    """Return the parts that stay as visitors have them; only locales that have such parts.

    Nothing stays of a bundle that somebody changed after it was signed.
    """
    if not live.is_whole:
        return {}
    found = {
        tag: {
            name: words
            for name in _in_doubt(index, tag)
            if may_stay(name) and (words := _stays(index, live, tag, name, today))
        }
        for tag in index.translated
    }
    return {tag: parts for tag, parts in found.items() if parts}


def may_stay(name: str) -> bool:
    """Tell whether a part does no harm when it is a while older than the rest."""
    return kind_of(name) in TO_READ_AND_DO and name not in DECIDE_IN_DANGER


def keep(index: Index, staying: Kept) -> None:
    """Write the words that stay into the catalogs that ``index`` reads: a copy to be published."""
    for tag, parts in staying.items():
        for message_id, words in (pair for texts in parts.values() for pair in texts.items()):
            path = index.root / catalog_file(index.places[message_id].catalog, tag)
            text = path.read_text(encoding="utf-8")
            path.write_text(with_words(text, message_id, words), encoding="utf-8")


def _in_doubt(index: Index, tag: str) -> list[str]:
    """Return the parts that were translated once, every text of them."""
    doubtful = index.doubtful[tag]
    missing = index.open[tag] - doubtful
    return sorted({index.part_of[i] for i in doubtful} - {index.part_of[i] for i in missing})


def _stays(index: Index, live: Live, tag: str, name: str, today: date) -> dict[str, str]:
    """Return the words that visitors have of a part; nothing when it can't stay as it is."""
    here, there = index.parts[tag][name], live.parts.get(tag, {}).get(name)
    if there is None or here.is_safety or there.is_safety:
        return {}
    words = {i: index.words(tag, i) for i in index.members[name]}
    if not all(_is_theirs(live.content.words, tag, i, text) for i, text in words.items()):
        return {}
    would_be = fingerprint(words, index.facts.of(name, tag))
    is_same = would_be == there.fingerprint and _stays_signed(index, live, there, today)
    return words if is_same else {}


def _is_theirs(published: Words, tag: str, message_id: str, words: str) -> bool:
    """Tell whether visitors have just these words, and not English in their place.

    Other words are a translator's who has worked on the part since. One word alone, such as a
    name, may be the same in both languages.
    """
    if not published.has(message_id) or published.text(tag, message_id) != words:
        return False
    english = published.text(SOURCE, message_id)
    return words != english or len(english.split()) < 2


def _stays_signed(index: Index, live: Live, part: Part, today: date) -> bool:
    """Tell whether the live words are signed here too, if they are where visitors have them.

    A role that signed newer words since has replaced its signature of these. Parts that need two
    roles never stay, so one is enough.
    """
    place = part.name, part.locale
    before = state_of(part, live.signatures.get(place, ()), today)
    will_be = state_of(part, index.signatures.get(place, ()), today)
    return before is not State.SIGNED or will_be is State.SIGNED
