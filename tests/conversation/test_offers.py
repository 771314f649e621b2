"""What a turn offers for each topic, in three countries and locales."""

from __future__ import annotations

import pytest

from bot.conversation.choices import Choice
from bot.conversation.content import Content
from bot.conversation.dialogue import press
from bot.conversation.finishing import finish
from bot.conversation.turn import OFFERS, Turn
from bot.referral.choosing import INSTEAD
from bot.safety.topics import Outcome
from tests.builders import NOON, content, pressed, state, worded

WHERE = (("en", "GB"), ("de", "DE"), ("fr", "FR"))

TABLE = {
    "imminent_risk": {"emergency", "child_line", "helpline"},
    "suicide_risk": {"suicide_line", "emergency"},
    "survivor": {"survivor_support"},
    "under_18": {"child_line"},
    "harmful_request": {"refusal", "helpline"},
    "past_behaviour": {"helpline", "self_help"},
    "under_investigation": {"helpline", "suicide_line"},
    "worried_about_other": {"family_support"},
    "other_endangers_child": {"emergency", "child_line", "report_hotline"},
    "worried_thoughts": {"helpline", "self_help", "self_assessment"},
    "ask_privacy": {"privacy_answer"},
    "ask_help_options": {"helpline", "therapy", "self_help"},
    "ask_information": {"helpline"},
    "distress_general": {"helpline", "suicide_line", "self_help"},
    "self_help": {"self_help", "self_assessment"},
    "help_only": {"helpline", "suicide_line"},
    "menu": {"helpline", "suicide_line"},
}


def answered(intent: str, locale: str, country: str) -> Turn:
    """Return the turn for an intent, however it was recognised."""
    before = state(locale=locale, country=country)
    after, script = press(content(), before, Choice("", intent, (intent,)), NOON)
    return worded(*finish(content(), after, script, NOON))


@pytest.mark.parametrize(("locale", "country"), WHERE)
@pytest.mark.parametrize("intent", TABLE)
def test_each_topic_offers_what_it_needs(intent: str, locale: str, country: str) -> None:
    turn = answered(intent, locale, country)

    assert TABLE[intent] <= set(turn.offers)
    assert turn.locale == locale


@pytest.mark.parametrize(("locale", "country"), WHERE)
@pytest.mark.parametrize("kind", sorted(set(OFFERS) & set(content().kinds)))
def test_asking_for_a_kind_of_service_offers_it_or_what_stands_in(
    kind: str, locale: str, country: str
) -> None:
    before = state(locale=locale, country=country)
    turn = worded(*pressed(f"services.{kind}", before))

    assert turn.services
    assert {kind, INSTEAD.get(kind)} & set(turn.offers)


@pytest.mark.parametrize("intent", sorted(content().answers))
def test_offers_are_of_the_closed_list_and_in_its_order(intent: str) -> None:
    offers = answered(intent, "en", "GB").offers

    assert list(offers) == [offer for offer in OFFERS if offer in offers]


def test_a_refusal_offers_nothing_to_read_about_what_was_asked(content: Content) -> None:
    turn = answered("harmful_request", "en", "GB")

    assert turn.outcome == Outcome.REFUSE
    assert all(bubble.id.startswith("answer.harmful_request.") for bubble in turn.replies)


def test_words_come_in_the_locale_of_the_conversation() -> None:
    english, german = answered("suicide_risk", "en", "DE"), answered("suicide_risk", "de", "DE")

    assert [bubble.id for bubble in english.replies] == [bubble.id for bubble in german.replies]
    assert english.replies[0].text != german.replies[0].text


def test_a_service_that_is_shown_already_is_not_kept_twice() -> None:
    turn = answered("suicide_risk", "en", "GB")

    assert turn.services
    assert not set(turn.kept) & set(turn.services)
