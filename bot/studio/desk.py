"""The desk itself: what pages and commands ask and do, on one working copy and one database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Final

from bot import wiring
from bot.errors import BrokenContent, Conflict, UnknownText
from bot.languages import signoff
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import Part, Signature
from bot.storage.studio import StudioStore
from bot.storage.studio_records import Draft, NewVersion, Review, Signed, Version
from bot.studio import files, needs, seeing, signing
from bot.studio.differences import Run, differences
from bot.studio.eyes import Eyes
from bot.studio.findings import Checks, Remark, checks, part_remarks, remarks
from bot.studio.history import History, words_at
from bot.studio.index import Index
from bot.studio.needs import Pile
from bot.studio.places import Place
from bot.studio.seeing import Coverage, Found, SeenPart, SeenText
from bot.studio.signing import Person
from bot.studio.writing import (
    Raw,
    alone,
    english_changes,
    tidy,
    translation_changes,
    written,
)

LEDGER: Final = wiring.LEDGER.as_posix()


class Desk:
    """One working copy with its memory; may be used by several threads.

    Every method may block. BrokenContent, Conflict, CannotSign and UnknownText say what to do;
    BadSetting means that the database can't be reached. After any of them nothing has changed.
    """

    def __init__(self, root: Path, store: StudioStore) -> None:
        self.root, self.store = root, store
        self.index, self.history = Index(root), History(store)
        self._checks: dict[str, Checks] = {}
        self._seen = seeing.SeenParts(self.index, self.history)
        self._eyes = Eyes(self.index, self.history, self._seen)
        self.refresh()
        self.index.warm_up()
        with suppress(BrokenContent):  # who needs these checks is told what is broken
            self._checks_of(SOURCE)

    def refresh(self) -> None:
        """Read what changed in files and database; each method below does so by itself."""
        self.index.refresh()
        self.history.refresh()

    # ---------- seeing ----------

    def parts(self, locale: str, today: date, kind: str = "") -> list[SeenPart]:
        """Return the parts of a locale, of one of seeing.KINDS or of all."""
        self.refresh()
        self._known(locale)
        found = self._seen.of(locale, today)
        return [part for part in found if not kind or part.kind == kind]

    def all_parts(self, today: date) -> list[SeenPart]:
        """Return every part of every locale, the source first."""
        self.refresh()
        return [part for tag in self.index.tags for part in self._seen.of(tag, today)]

    def part(self, locale: str, name: str, today: date) -> SeenPart:
        """Return one part."""
        self.refresh()
        self._part(locale, name)
        return next(part for part in self._seen.of(locale, today) if part.name == name)

    def texts(self, locale: str, part: str) -> list[SeenText]:
        """Return the texts of a part beside their English, in the order of their file."""
        self.refresh()
        self._part(locale, part)
        members = self.index.members.get(part, ())
        return [seeing.seen_text(self.index, self.history, locale, i) for i in members]

    def text(self, locale: str, message_id: str) -> SeenText:
        """Return one text beside its English."""
        self.refresh()
        self._place(locale, message_id)
        return seeing.seen_text(self.index, self.history, locale, message_id)

    def findings(self, locale: str, message_id: str, words: str) -> list[Remark]:
        """Return what the checks find in words that aren't saved yet."""
        self.refresh()
        self._place(locale, message_id)
        return remarks(self.index, self._checks_of(locale), locale, message_id, words)

    def part_findings(self, locale: str, part: str) -> dict[str, list[Remark]]:
        """Return what the checks find in a part's saved texts, by message id."""
        self.refresh()
        self._part(locale, part)
        members = self.index.members.get(part, ())
        return part_remarks(self.index, self._checks_of(locale), locale, members)

    def since_signed(self, locale: str, part: str) -> dict[str, tuple[Run, ...]]:
        """Return how each text differs from what was last signed, by message id.

        Texts that are the same are left out; so is everything when nobody signed it here.
        """
        found, earlier = self.texts(locale, part), self.history.signed(part, locale)
        if not earlier:
            return {}
        last = max(signed.last_version for signed in earlier)
        told = {
            text.message_id: words_at(self.versions(text.message_id, locale), last, text.words)
            for text in found
        }
        return {
            text.message_id: differences(told[text.message_id], text.words)
            for text in found
            if told[text.message_id] != text.words
        }

    def search(self, words: str, locales: Iterable[str] = ()) -> list[Found]:
        """Return the texts that have ``words``, whatever the case and the accents."""
        self.refresh()
        return seeing.search(self.index, words, [self._known(tag) for tag in locales])

    def coverage(self, today: date) -> list[Coverage]:
        """Return how far each locale is, the source first."""
        self.refresh()
        return [
            seeing.coverage(self.index, tag, self._seen.of(tag, today)) for tag in self.index.tags
        ]

    def needs(self, person: Person, today: date, most: int, locale: str = "") -> list[Pile]:
        """Return what waits for ``person`` by reason, the most urgent first.

        Args:
            person: Who asks.
            today: In UTC.
            most: So many of each reason are named; all are counted.
            locale: Of this one only; empty: of all that ``person`` works in.
        """
        self.refresh()
        tags = [tag for tag in self.index.tags if person.works_in(tag) and locale in ("", tag)]
        runs = [needs.to_sign(person, tag, self._eyes.waiting(tag, today)) for tag in tags]
        runs += [needs.to_translate(person, tag, self.index) for tag in tags]
        singles = [
            *needs.to_answer(person, self.store.comments(), self.store.suggestions()),
            *needs.to_finish(self.store.drafts(person.account)),
        ]
        fitting = (need for need in singles if locale in ("", need.locale))
        return needs.piles(chain.from_iterable(runs), fitting, most)

    def versions(self, item: str, locale: str) -> list[Version]:
        """Return every version of a text, or of ``file/`` and a path, the newest first."""
        return self.store.versions(item, locale)

    # ---------- changing ----------

    def save(
        self,
        author: str,
        locale: str,
        message_id: str,
        words: str,
        based_on: int,
        now: datetime,
        review: Review = Review.READY,
    ) -> SeenText:
        """Write a text into its file, and keep it as a version.

        Args:
            author: Their account's name.
            locale: A tag; of the source, other languages' translations become doubtful.
            message_id: Which text.
            words: Any text; without words, a translation is taken back.
            based_on: ``SeenText.version`` as the author saw it.
            now: With a time zone.
            review: Whether others may read and sign it.

        Raises:
            Conflict: Somebody was faster; the words are kept as a draft of ``author``.
            BrokenContent: The words don't fit into a page, or the file is broken.
        """
        said = tidy(words)
        new = NewVersion(message_id, locale, said, author, "", based_on, review)
        with self._kept_if_stale(new, now):
            self._save(new, now)
        self.store.drop_draft(author, message_id, locale)
        return self.text(locale, message_id)

    def save_file(
        self, author: str, file: str, text: str | None, based_on: int, now: datetime
    ) -> None:
        """Replace a whole file of ``content/``, or a glossary; None removes it.

        For what isn't one text: the order of screens, thresholds, phrases, hours, numbers. Its
        texts that change become versions too, and so do facts and rules.

        Args:
            author: Their account's name.
            file: Seen from the working copy, e.g. ``content/safety/policy.yml``.
            text: All of it.
            based_on: The newest version's number of ``file/`` and the path, 0 when it has none.
            now: With a time zone.

        Raises:
            Conflict: Somebody was faster; the text is kept as a draft of ``author``.
            BrokenContent: The product couldn't use it; says file, line and cure.
        """
        with alone(self.root):
            self.refresh()
            new = files.new_version(self.root, author, file, text, based_on)
            with self._kept_if_stale(new, now):
                self.store.refuse_stale(new)
                if new.words != new.before or text is None:
                    changes, versions = files.replacing(self.index, author, {file: text})
                    self._write(changes, [new, *versions], now)
                    self.refresh()
        self.store.drop_draft(author, new.item, new.locale)

    def file_version(self, file: str) -> int:
        """Return the number of a file's newest version, to save over it; 0 when it has none."""
        self.refresh()
        latest = self.history.latest(f"file/{file}", SOURCE)
        return latest.number if latest else 0

    def take(self, suggestion_id: int, by: str, based_on: int, now: datetime) -> SeenText:
        """Save a suggestion's words as its author's, and close it.

        What its author typed since and didn't save stays their draft.

        Raises:
            UnknownText: It isn't open.
            Conflict: Somebody changed the text meanwhile; the suggestion stays open.
            BrokenContent: As ``save``.
        """
        open_ = {each.id: each for each in self.store.suggestions()}
        found = open_.get(suggestion_id)
        if found is None:
            raise UnknownText("This suggestion was decided already; open the text again.")
        words = tidy(found.words)
        self._save(NewVersion(found.item, found.locale, words, found.author, "", based_on), now)
        self.store.decide(suggestion_id, by, True, now)
        return self.text(found.locale, found.item)

    def set_review(self, locale: str, message_id: str, number: int, review: Review) -> None:
        """Say how far a version is: its author asks for readers, or a reader gives it back."""
        self.store.set_review(message_id, locale, number, review)
        self.history.forget()

    # ---------- signing ----------

    def eyes(self, locale: str, name: str, today: date) -> tuple[frozenset[str], list[Signed]]:
        """Return who wrote the present words of a part, and who signed them."""
        self.refresh()
        part = self._part(locale, name)
        return self._eyes.writers(part), self._eyes.signers(part, today)

    def digest(self, today: date) -> str:
        """Return ``signoff.digest`` of the working copy, for whoever decides to publish it."""
        self.refresh()
        return signoff.digest(self.index.sign_off, today)

    def refusals(self, person: Person, locale: str, name: str, role: str, today: date) -> list[str]:
        """Return why ``person`` may not sign a part in ``role``; nothing when they may."""
        self.refresh()
        part = self._part(locale, name)
        eyes = self._eyes.writers(part), self._eyes.signers(part, today)
        return list(signing.refusals(person, role, part, *eyes))

    def sign(
        self,
        person: Person,
        locale: str,
        seen: dict[str, str],
        role: str,
        until: date,
        now: datetime,
    ) -> None:
        """Sign parts of a locale, all or none; the roles go into content/signoff.yml.

        Args:
            person: Who signs.
            locale: A tag.
            seen: Part to its fingerprint as it was read.
            role: One of bot.languages.signoff.ROLES.
            until: The last day, on which it is to be read again.
            now: With a time zone.

        Raises:
            CannotSign: Says why, of the first part that can't be signed.
        """
        today = now.astimezone(UTC).date()
        with alone(self.root):
            self.refresh()
            parts = [self._part(locale, name) for name in seen]
            for part in parts:
                signing.refuse_other(part, seen[part.name])
                eyes = self._eyes.writers(part), self._eyes.signers(part, today)
                signing.refuse(person, role, part, *eyes, until, today)
            new = [
                Signature(part.name, locale, part.fingerprint, role, today, until) for part in parts
            ]
            self._sign(person.account, new)

    # ---------- inside ----------

    def _known(self, locale: str) -> str:
        if locale not in self.index.tags:
            raise UnknownText(f"{locale} is not a locale here; see: quietline locales")
        return locale

    def _checks_of(self, locale: str) -> Checks:
        known = self._checks.get(locale)
        if known is None or known.revision != self.index.revision:
            known = self._checks[locale] = checks(self.index, locale)
        return known

    def _place(self, locale: str, message_id: str) -> Place:
        self._known(locale)
        place = self.index.places.get(message_id)
        if place is None or (locale != SOURCE and self.index.entry(locale, message_id) is None):
            raise UnknownText(f"{locale} has no text {message_id}; search for it by its words.")
        return place

    def _part(self, locale: str, name: str) -> Part:
        part = self.index.parts[self._known(locale)].get(name)
        if part is None:
            raise UnknownText(f"{locale} has no part {name}; choose it from the list.")
        return part

    def _save(self, wanted: NewVersion, now: datetime) -> None:
        """Write a text and its version; what stands there until now is looked up."""
        message_id, locale = wanted.item, wanted.locale
        with alone(self.root):
            self.refresh()
            place, before = self._place(locale, message_id), self.index.words(locale, message_id)
            new = replace(wanted, before=before)
            entry = None if locale == SOURCE else self.index.entry(locale, message_id)
            self.store.refuse_stale(new)
            if new.words != before or (entry and entry.is_fuzzy):
                changes = self._changes(place, locale, new.words)
                self._write(changes, [new], now)
                self.index.adopt(changes, message_id)

    def _changes(self, place: Place, locale: str, words: str) -> Raw:
        if locale == SOURCE:
            return english_changes(self.root, place, words, self.index.translated)
        return translation_changes(self.root, place, locale, words)

    @contextmanager
    def _kept_if_stale(self, new: NewVersion, now: datetime) -> Iterator[None]:
        """Keep the words of whoever was slower."""
        try:
            yield
        except Conflict:
            self.store.keep_draft(
                Draft(new.author, new.item, new.locale, new.words, new.based_on or 0, now)
            )
            raise

    def _write(self, changes: Raw, versions: list[NewVersion], now: datetime) -> None:
        """Write files and versions, all or nothing."""
        with written(self.root, changes):
            self.store.save(versions, now)

    def _sign(self, account: str, new: list[Signature]) -> None:
        ledger = (self.root / wiring.LEDGER).read_text(encoding="utf-8")
        fields = (
            (each.part, each.locale, each.fingerprint, each.role, account, each.on, each.until)
            for each in new
        )
        signed = [Signed(*values, self.history.last) for values in fields]
        earlier = [each for given in self.index.signatures.values() for each in given]
        with written(self.root, {LEDGER: signoff.sign(ledger, earlier, new)}):
            self.store.sign(signed)
        self.refresh()
