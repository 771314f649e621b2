"""Who wrote what a part says and tells: nobody signs their own work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bot.conversation.facts import CHECK_IN, DECISIONS, is_rule
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import Part, is_enough
from bot.studio.history import History, Written
from bot.studio.index import Index

Place = tuple[str, str]
"""A part and a locale."""

_KINDS: Final = {"answers": "answer", "modules": "module", "exercises": "exercise"}
_WITH_PARTS: Final = (*_KINDS.values(), "service")
_WHOLE: Final = {CHECK_IN: ("check_in", DECISIONS), "content/survey.yml": ("survey",)}


def writers(index: Index, history: History) -> dict[Place, frozenset[str]]:
    """Return, by part and locale, the accounts that may not sign it.

    Those are the authors of every version of its texts, facts and files since it was last signed
    by everybody who must, whatever became of their words; removed texts count too. Authors of an
    older version count while it has the present words: somebody else may have brought them back.
    Parts that nobody changed here are left out.
    """
    by_place: dict[Place, list[Written]] = {}
    for place, written in _by_place(index, history):
        by_place.setdefault(place, []).append(written)
    found = {place: _accounts(index, history, place, all_) for place, all_ in by_place.items()}
    return {place: accounts for place, accounts in found.items() if accounts}


def _accounts(
    index: Index, history: History, place: Place, all_: Iterable[Written]
) -> frozenset[str]:
    part, locale = place
    since, present = _last_signed(index, history, place), _present(index, part, locale)
    return frozenset(
        each.author
        for each in all_
        if each.author and (each.id > since or (each.words and each.words in present))
    )


def _present(index: Index, part: str, locale: str) -> frozenset[str]:
    """Return the words that visitors read, and the hash of what the part tells besides."""
    said = (
        index.words(locale if index.is_done(locale, i) else SOURCE, i)
        for i in index.members.get(part, ())
    )
    return frozenset((*said, index.told(part, locale)))


def _by_place(index: Index, history: History) -> Iterator[tuple[Place, Written]]:
    for tag in index.tags:
        for item, versions in history.written(tag).items():
            for place in _places(index, item, tag):
                if place[0] in index.parts[place[1]]:
                    yield from ((place, version) for version in versions)


def _places(index: Index, item: str, locale: str) -> Iterator[Place]:
    """Yield the parts and locales in which visitors notice a version of ``item``."""
    kind, _, rest = item.partition("/")
    if kind == "part":
        yield from _everywhere(index, rest, locale)
    elif kind == "file":
        for part in _parts_in(index, rest):
            yield from _everywhere(index, part, index.rules.get(rest, ("", locale))[1])
    elif item in index.part_of:
        shown = (tag for tag in index.translated if locale == SOURCE and item in index.open[tag])
        yield from ((index.part_of[item], tag) for tag in (locale, *shown))
    else:
        for part in _parts_of_removed(item):
            yield from _everywhere(index, part, locale)


def _everywhere(index: Index, part: str, locale: str) -> Iterator[Place]:
    """Yield every locale for what is told in all; a rule or a translation is of one alone."""
    is_shared = locale == SOURCE and not is_rule(part)
    yield from ((part, tag) for tag in (index.tags if is_shared else (locale,)))


def _parts_in(index: Index, file: str) -> tuple[str, ...]:
    """Return the parts that make up a whole file; none where each has its own entry in it."""
    if file in _WHOLE:
        return _WHOLE[file]
    if file in index.rules:
        return (index.rules[file][0],)
    folder, _, name = file.removeprefix("content/").partition("/")
    return (f"{_KINDS[folder]}.{name.removesuffix('.yml')}",) if folder in _KINDS else ()


def _parts_of_removed(message_id: str) -> Iterator[str]:
    """Yield where a text that isn't there any more may have been; its catalog isn't known."""
    first, _, rest = message_id.partition(".")
    yield first
    if first in _WITH_PARTS:
        yield f"{first}.{rest.partition('.')[0]}"


def _last_signed(index: Index, history: History, place: Place) -> int:
    """Return the newest version of anything when all who must had signed the part; 0 if never.

    A signature that was taken out of the ledger, and not replaced, doesn't count.
    """
    name, locale = place
    part: Part = index.parts[locale][name]
    given = history.signed(name, locale)
    ledger = {(s.role, s.fingerprint, s.on, s.until) for s in index.signatures.get(place, ())}
    newest = {each.role: each for each in given}.values()
    gone = {s.id for s in newest if (s.role, s.fingerprint, s.on, s.until) not in ledger}
    roles: dict[str, dict[str, int]] = {}
    last = 0
    for each in given:
        if each.id not in gone:
            same = roles.setdefault(each.fingerprint, {})
            same[each.role] = each.last_version
            if is_enough(same, part.is_safety):
                last = max(last, min(same.values()))
    return last
