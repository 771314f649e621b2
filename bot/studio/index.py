"""Every text of the working copy in memory, by file: only what changed is read again."""

from __future__ import annotations

import gettext
import os
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Final, TypeVar

from bot import wiring
from bot.conversation.facts import (
    Facts,
    Told,
    file_of_rule,
    groups_of,
    read_group,
    sorted_out,
)
from bot.errors import BrokenContent
from bot.languages.catalogs import CATALOGS, SOURCE, Words
from bot.languages.letters import BARE
from bot.languages.locales import Locale, read_locales
from bot.languages.signoff import Part, Signature, SignOff, fingerprint, part_name, parts_of
from bot.studio import ledger
from bot.studio.entries import Entry, entries, one_entry
from bot.studio.places import Place, catalog_of, places, places_in
from bot.studio.scalars import scalars, values
from bot.studio.writing import Raw, Source, catalog_file

LOCALES: Final = "locales/locales.yml"

_BARE: Final = {
    **BARE,
    **{code: None for code in range(0x300, 0x3100) if unicodedata.combining(chr(code))},
}
"""What is typed without an accent, and the accents themselves."""

Stamp = tuple[int, int, int]
Haystack = tuple[str, list[int], list[str]]
Read = TypeVar("Read")


@dataclass
class _Kept:
    """What was read of files, and what they looked like then."""

    stamps: dict[str, Stamp] = field(default_factory=dict)
    english: dict[str, dict[str, Place]] = field(default_factory=dict)
    translated: dict[str, dict[str, Entry]] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    signed: dict[str, Signature] = field(default_factory=dict)


class _Catalog(gettext.NullTranslations):
    """Answers as the compiled catalog would: what is in doubt is English."""

    def __init__(self, found: Mapping[str, Entry]) -> None:
        super().__init__()
        self._found = found

    def pgettext(self, context: str, message: str) -> str:
        entry = self._found.get(context)
        return entry.words if entry and entry.is_done and entry.source == message else message


class Index:
    """All texts and parts; ``refresh`` before use, which reads what changed and nothing else.

    Attributes:
        revision: Grows whenever anything changed; what is worked out of the index is kept by it.
        revisions: The same of each locale.
        places: Message id to where its English stands.
        parts: Locale to its parts by name, the rules that decide about danger among them.
        members: Part to the ids of its texts; ``part_of`` is the other way round.
        open: Locale to the ids of texts that aren't translated, or are in doubt; ``doubtful`` are
            those of them that have words.
        signatures: What content/signoff.yml holds, by part and locale.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.revision = root, 0
        self.revisions: dict[str, int] = {}
        self.places: dict[str, Place] = {}
        self.parts: dict[str, dict[str, Part]] = {}
        self.members: dict[str, list[str]] = {}
        self.part_of: dict[str, str] = {}
        self.locales: tuple[Locale, ...] = ()
        self.signatures: dict[tuple[str, str], tuple[Signature, ...]] = {}
        self.open: dict[str, set[str]] = {}
        self.doubtful: dict[str, set[str]] = {}
        self._kept, self.facts = _Kept(), Facts({}, {})
        self._folds: dict[str, str] = {}
        self._haystacks: dict[str, tuple[int, Haystack]] = {}
        self._lock = threading.RLock()

    @property
    def tags(self) -> list[str]:
        """The tags of all locales, the source first."""
        return [locale.tag for locale in self.locales]

    @property
    def translated(self) -> list[str]:
        """The tags of all locales but the source."""
        return [tag for tag in self.tags if tag != SOURCE]

    @property
    def rules(self) -> dict[str, tuple[str, str]]:
        """Files that decide for everybody, with their part's name and locale."""
        rules = self.facts.rules.items()
        return {file_of_rule(name, tag): (name, tag) for tag, found in rules for name in found}

    @property
    def source(self) -> Source:
        """Message id to English text, by catalog, as the product reads it."""
        return by_catalog(self.places.values())

    @property
    def sign_off(self) -> SignOff:
        """What is to be signed, and what was."""
        given = (each for found in self.signatures.values() for each in found)
        return SignOff(self.parts, tuple(given))

    def told(self, part: str, locale: str) -> str:
        """Return the hash of what a part tells besides words, or empty when it tells nothing."""
        return digest_of(self.facts.of(part, locale))

    def words(self, locale: str, message_id: str) -> str:
        """Return the words of a text; of one that isn't translated, what is in its catalog."""
        if locale == SOURCE:
            return self.places[message_id].words
        entry = self.entry(locale, message_id)
        return entry.words if entry else ""

    def all_words(self) -> Words:
        """Return every text as visitors would read it: what is in doubt is English."""
        found = {tag: self._catalogs(tag) for tag in self.translated}
        return Words(self.source, found)

    def entry(self, locale: str, message_id: str) -> Entry | None:
        """Return a translation, or None when its catalog doesn't have the message."""
        file = catalog_file(self.places[message_id].catalog, locale)
        return self._kept.translated.get(file, {}).get(message_id)

    def is_done(self, locale: str, message_id: str) -> bool:
        """Tell whether visitors read this text in their language."""
        return message_id not in self.open.get(locale, ())

    def with_fold(self, locale: str, wanted: str) -> Iterator[str]:
        """Yield the ids of the texts of a locale that have ``wanted`` once they are folded."""
        text, ends, ids = self._haystack(locale)
        at = text.find(wanted)
        while at >= 0:
            number = bisect_right(ends, at)
            yield ids[number]
            at = text.find(wanted, ends[number])

    def _haystack(self, locale: str) -> Haystack:
        """Return all texts of a locale folded into one, where each ends, and their ids."""
        kept = self._haystacks.get(locale)
        if kept is None or kept[0] != self.revisions[locale]:
            ids = list(self.places)
            folded = [self._folded(self.words(locale, message_id)) + "\0" for message_id in ids]
            whole = "".join(folded), list(accumulate(map(len, folded))), ids
            kept = self._haystacks[locale] = self.revisions[locale], whole
        return kept[1]

    def _folded(self, words: str) -> str:
        found = self._folds.get(words)
        if found is None:
            found = self._folds[words] = fold(words)
        return found

    def warm_up(self) -> None:
        """Fold every text once, so that the first search is as quick as the next ones."""
        for tag in self.tags:
            self._haystack(tag)

    def refresh(self) -> None:
        """Read what changed since the last time, and work out what follows from it.

        Raises:
            BrokenContent: A file was changed by hand so that it can't be read.
        """
        with self._lock:
            found = dict(self._stamps())
            changed = {file for file in found if self._kept.stamps.get(file) != found[file]}
            gone = set(self._kept.stamps) - set(found)
            if changed or gone:
                try:
                    self._read(changed, gone)
                except BaseException:
                    self._kept = _Kept()  # half of it is older than the rest: read all next time
                    raise
                self._kept.stamps = found

    def adopt(self, changes: Raw, message_id: str) -> None:
        """Take over what this process has just written: files in which one text changed."""
        with self._lock:
            stale = set()
            for file, text in changes.items():
                if file.endswith(".po") and text is not None:
                    catalog = text.encode() if isinstance(text, str) else text
                    entry = one_entry(catalog, message_id)
                    self._kept.translated[file] |= {message_id: entry}
                    stale.add((file.split("/")[1], message_id))
                elif file.endswith(".yml"):
                    self._kept.english[file] = places(self.root, file)
                    self.places |= self._kept.english[file]
                    stale |= {(tag, message_id) for tag in self.tags}
                if not file.endswith(".pot"):
                    self._kept.stamps[file] = _stamp((self.root / file).stat())
            self._look(stale)
            self._some_parts(stale)
            self._bump({tag for tag, _ in stale})

    def _bump(self, tags: Iterable[str]) -> None:
        self.revision += 1
        for tag in tags:
            self.revisions[tag] = self.revision

    def _stamps(self) -> Iterator[tuple[str, Stamp]]:
        prefix = len(os.path.join(self.root, ""))
        folders = [str(self.root / "content"), str(self.root / "locales")]
        while folders:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    if entry.is_dir():
                        folders.append(entry.path)
                    elif entry.name.endswith((".yml", ".po")) and entry.name[0] != ".":
                        name = entry.path[prefix:]
                        yield name, _stamp(entry.stat())

    def _read(self, changed: set[str], gone: set[str]) -> None:
        before = {i: place.words for i, place in self.places.items()}
        stale: set[tuple[str, str]] = set()
        if LOCALES in changed:
            self.locales = read_locales(self.root / LOCALES)
        for file in sorted(changed | gone):
            self._read_file(file, file in gone, stale)
        english = sorted(self._kept.english.items())
        self.places = {i: place for _, found in english for i, place in found.items()}
        told = self._read_facts(changed | gone)
        if list(before) != list(self.places) or LOCALES in changed or told:
            self._all_parts()
            self._bump(self.tags)
        else:
            now = {i: place.words for i, place in self.places.items()}
            everywhere = {i for i in now if now[i] != before[i]}
            stale |= {(tag, i) for i in everywhere for tag in self.tags}
            self._look(stale)
            self._some_parts(stale)
            self._bump({tag for tag, _ in stale})
        if "content/signoff.yml" in changed:
            self._bump(self._read_signatures())

    def _read_file(self, file: str, is_gone: bool, stale: set[tuple[str, str]]) -> None:
        if file.endswith(".po"):
            tag, old = file.split("/")[1], self._kept.translated.get(file, {})
            new = (
                {}
                if is_gone
                else self._placed(file, lambda: entries(self._text(file), old.values()))
            )
            self._kept.translated[file] = new
            stale |= {(tag, i) for i in {*old, *new} if old.get(i) != new.get(i)}
        elif catalog_of(file):
            found = {} if is_gone else self._placed(file, lambda: places(self.root, file))
            self._kept.english[file] = found

    def _placed(self, file: str, read: Callable[[], Read]) -> Read:
        try:
            return read()
        except BrokenContent as error:
            place = file or error.path.replace(f"{self.root}/", "")
            raise BrokenContent(place, error.line, error.cure) from None

    def _text(self, file: str) -> str:
        try:
            return (self.root / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise BrokenContent(file, None, "save the file as UTF-8") from None

    def _read_facts(self, changed: set[str]) -> bool:
        """Read what is signed besides words; tell whether it is other than before."""
        for group in groups_of(changed):
            self._kept.told[group] = self._placed("", partial(read_group, self.root, group))
        told = {place: fact for found in self._kept.told.values() for place, fact in found.items()}
        found = sorted_out(told, self.tags)
        is_other, self.facts = found != self.facts, found
        return is_other

    def _words(self, source: Source, tag: str) -> Words:
        return Words(source, {tag: self._catalogs(tag)})

    def _catalogs(self, tag: str) -> dict[str, gettext.NullTranslations]:
        return {
            name: _Catalog(self._kept.translated.get(catalog_file(name, tag), {}))
            for name in CATALOGS
        }

    def _all_parts(self) -> None:
        self.open = {tag: set() for tag in self.translated}
        self.doubtful = {tag: set() for tag in self.translated}
        self._look({(tag, message_id) for tag in self.open for message_id in self.places})
        source = self.source
        rules, shared = self.facts.rules, self.facts.shared
        self.parts = {
            tag: parts_of(self._words(source, tag), tag, shared, rules.get(tag))
            for tag in self.tags
        }
        self.members = {}
        self.part_of = {i: part_name(place.catalog, i) for i, place in self.places.items()}
        for message_id, name in self.part_of.items():
            self.members.setdefault(name, []).append(message_id)

    def _look(self, changed: set[tuple[str, str]]) -> None:
        """See which of these texts visitors read in their language, and which in English."""
        for tag, message_id in changed:
            place = self.places.get(message_id)
            if tag == SOURCE or place is None:
                continue
            entry = self.entry(tag, message_id)
            is_open = not (entry and entry.is_done and entry.source == place.words)
            _keep(self.open[tag], message_id, is_open)
            _keep(self.doubtful[tag], message_id, bool(is_open and entry and entry.words))

    def _some_parts(self, stale: set[tuple[str, str]]) -> None:
        """Work out again the parts of the texts in ``stale``, pairs of locale and message id."""
        by_locale: dict[str, set[str]] = {}
        for tag, message_id in stale:
            if message_id in self.part_of and tag in self.parts:
                by_locale.setdefault(tag, set()).add(self.part_of[message_id])
        for tag, names in by_locale.items():
            shared = self.facts.shared
            told = {name: shared[name] for name in names if name in shared}
            source = by_catalog(self.places[i] for name in names for i in self.members[name])
            self.parts[tag] |= parts_of(self._words(source, tag), tag, told)

    def _read_signatures(self) -> set[str]:
        """Read the ledger, and return the locales in which something else is signed now."""
        found = ledger.read(self.root / wiring.LEDGER, self._kept.signed)
        by_place: dict[tuple[str, str], tuple[Signature, ...]] = {}
        for each in found.values():
            place = each.part, each.locale
            by_place[place] = (*by_place.get(place, ()), each)
        differing = self._kept.signed.items() ^ found.items()
        self._kept.signed, self.signatures = found, by_place
        return {each.locale for _, each in differing}


def _keep(ids: set[str], message_id: str, is_in: bool) -> None:
    (ids.add if is_in else ids.discard)(message_id)


def _stamp(seen: os.stat_result) -> Stamp:
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def by_catalog(found: Iterable[Place]) -> dict[str, dict[str, str]]:
    """Return message id to English text, by catalog."""
    words: dict[str, dict[str, str]] = {name: {} for name in CATALOGS}
    for place in found:
        words[place.catalog][place.message_id] = place.words
    return words


def digest_of(fact: str) -> str:
    """Return the hash of what a part tells besides words; empty when it tells nothing."""
    return fingerprint({}, fact) if fact else ""


def besides_words(file: str, text: str) -> str:
    """Return the hash of what a file holds besides its texts."""
    texts = {place.trail for place in places_in(file, text).values()}
    found = values(scalars(text))
    return fingerprint({}, repr([pair for pair in found.items() if pair[0] not in texts]))


def fold(words: str) -> str:
    """Return small letters without accents, such as ``uber`` for ``Über``."""
    if words.isascii():
        return words.lower()
    return unicodedata.normalize("NFKD", words.casefold()).translate(_BARE)
