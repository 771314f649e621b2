"""Who wrote and who signed each part as it reads now; worked out again only where it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.languages.signoff import Part
from bot.storage.studio_records import Signed
from bot.studio import authors, signing
from bot.studio.history import History
from bot.studio.index import Index
from bot.studio.seeing import SeenPart, SeenParts, State

Writers = Mapping[str, frozenset[str]]
"""Part to the accounts that may not sign it, in one locale."""


@dataclass(frozen=True)
class Waiting:
    """A part that isn't signed for good.

    Attributes:
        writers: The accounts that wrote its present words.
        signers: Role to the account that signed it as it reads now.
    """

    part: SeenPart
    writers: frozenset[str]
    signers: Mapping[str, str]


@dataclass(frozen=True)
class InLocale:
    """The parts of one locale that aren't signed for good, in the order of the content.

    Attributes:
        free: Those that nobody wrote here and nobody signed, by state: whoever signs may sign
            them.
        others: Those where it hangs on the person.
    """

    free: Mapping[State, tuple[str, ...]]
    others: tuple[Waiting, ...]


class Eyes:
    """Knows whose eyes a part has had."""

    def __init__(self, index: Index, history: History, seen: SeenParts) -> None:
        self._index, self._history, self._seen = index, history, seen
        self._writers: tuple[object, Mapping[str, Writers]] = (None, {})
        self._waiting: dict[str, tuple[list[SeenPart], Writers, InLocale]] = {}

    def writers(self, part: Part) -> frozenset[str]:
        """Return who wrote the present words of a part, as authors.writers has it."""
        return self._of_locale(part.locale).get(part.name, frozenset())

    def signers(self, part: Part, today: date) -> list[Signed]:
        """Return the signatures under a part as it reads now."""
        place = part.name, part.locale
        ledger = self._index.signatures.get(place, ())
        return signing.counting(part, self._history.signed(*place), ledger, today)

    def waiting(self, locale: str, today: date) -> InLocale:
        """Return what of a locale isn't signed for good."""
        seen, writers = self._seen.of(locale, today), self._of_locale(locale)
        kept = self._waiting.get(locale)
        if kept is None or kept[0] is not seen or kept[1] != writers:
            kept = self._waiting[locale] = seen, writers, self._sorted(seen, writers, today)
        return kept[2]

    def _sorted(self, seen: Iterable[SeenPart], writers: Writers, today: date) -> InLocale:
        free: dict[State, list[str]] = {}
        others = []
        for part in seen:
            if part.state is State.SIGNED:
                continue
            if part.roles or part.name in writers:
                others.append(self._waits(part, today))
            else:
                free.setdefault(part.state, []).append(part.name)
        return InLocale({state: tuple(names) for state, names in free.items()}, tuple(others))

    def _waits(self, part: SeenPart, today: date) -> Waiting:
        known = self._index.parts[part.locale][part.name]
        given = self.signers(known, today) if part.roles else []
        return Waiting(part, self.writers(known), {each.role: each.account for each in given})

    def _of_locale(self, locale: str) -> Writers:
        now = self._index.revision, self._history.last
        if self._writers[0] != now:
            by_locale: dict[str, dict[str, frozenset[str]]] = {}
            for (part, tag), accounts in authors.writers(self._index, self._history).items():
                by_locale.setdefault(tag, {})[part] = accounts
            self._writers = now, by_locale
        return self._writers[1].get(locale, {})
