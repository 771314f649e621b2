"""Everything that clinicians own, loaded once: what conversations are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.checkin.check_in import SKIP, CheckIn, Item
from bot.checkin.survey import Survey
from bot.conversation.answers import Answer
from bot.conversation.state import State
from bot.languages.catalogs import Words
from bot.masking.personal import Personal
from bot.modules.module import Shelf
from bot.referral.choosing import Wanted, choose
from bot.referral.countries import all_countries
from bot.referral.duties import Duty
from bot.referral.reading import Directory
from bot.referral.service import KINDS, MADE_FOR_THIS
from bot.safety.phrases import PhraseList
from bot.safety.policy import Policy


@dataclass(frozen=True)
class Content:
    """All content of the product.

    Attributes:
        phrases: One list a locale.
        answers: Intent to the clinicians' reply.
        words: Every message id in every locale.
        code_words: Of which codes of handed-over summaries are made.
        duties: What professionals must report, by country.
        personal: By which words personal data in a message is known.
        survey: None while it is off.
    """

    policy: Policy
    phrases: tuple[PhraseList, ...]
    answers: Mapping[str, Answer]
    shelf: Shelf
    check_in: CheckIn
    directory: Directory
    duties: Mapping[str, Duty]
    code_words: tuple[str, ...]
    words: Words
    personal: Personal
    survey: Survey | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of services there are."""
        return KINDS

    def services(self, kinds: tuple[str, ...], state: State, now: datetime) -> tuple[str, ...]:
        """Return at most three service ids of ``kinds`` for this visitor's country and locale."""
        if not kinds:
            return ()
        return choose(self.directory, wanted(kinds, state), now)

    def lacks_own(self, country: str) -> bool:
        """Tell whether ``country`` is one, and has nobody of its own who knows this worry."""
        services = self.directory.services.values()
        shown = (s for s in services if country in s.countries and s.shown_channels)
        has_own = any(MADE_FOR_THIS & set(service.made_for) for service in shown)
        return country in all_countries() and not has_own

    def surveys(self, slug: str) -> bool:
        """Tell whether there is a module ``slug`` that the survey goes with."""
        is_on = self.survey is not None and slug not in self.survey.left_out
        return is_on and slug in self.shelf.modules

    def item(self, item_id: str) -> Item | None:
        """Return the check-in's item with this id."""
        return next((item for item in self.check_in.items if item.id == item_id), None)

    def has_answer(self, item_id: str, answer_id: str) -> bool:
        """Tell whether the check-in has this item with this answer; all can be skipped."""
        return self.answer_label(item_id, answer_id) != ""

    def answer_label(self, item_id: str, answer_id: str) -> str:
        """Return the message id of an answer's words, or empty when there is no such answer."""
        item = self.item(item_id)
        if item is None:
            return ""
        if answer_id == SKIP or (item.many and answer_id == "done"):
            return f"check_in.{answer_id}"
        return next((a.words for a in item.answers if a.id == answer_id), "")


def wanted(kinds: tuple[str, ...], state: State) -> Wanted:
    """Return what a visitor wants who needs ``kinds``, with the wishes of the check-in."""
    return Wanted(
        kinds=kinds,
        country=state.country,
        language="" if state.wishes.get("language") == "other" else state.locale,
        way=state.wishes.get("way", ""),
        abroad=state.wishes.get("country") == "elsewhere",
    )
