"""Buttons: a closed set of ids that the page may send back, and the intent that each stands for.

An id holds all that it needs (``module.urges.3``), so a button from an earlier page, after a reload
or the back button, still does what it says. What was never ours is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.content import Content
from bot.errors import UnknownChoice
from bot.referral.choosing import WAYS

INTENTS = {
    "module": "open_module",
    "exercise": "open_exercise",
    "check_in": "answer_check_in",
    "services": "show_services",
    "safety": "answer_safety",
    "survey": "answer_survey",
    "opened": "note_opened",
    "menu": "show_menu",
}
"""First part of a choice id to the Rasa intent that it stands for; ``topic`` names its own."""

SAFETY = ("moved_on", "adult")
ANSWERS = ("yes", "no", "unsure")
"""To the question about a topic; the id names it: ``safety.suicide_risk.yes``."""
CHECK_IN = ("start", "continue", "back", "stop")
ASKING = ("before", "after")
SURVEY = ("about", "yes", "no", *ASKING)
"""Steps of the survey, before the slug of the module that it goes with: ``survey.yes.urges``."""


@dataclass(frozen=True)
class Choice:
    """A button that was pressed: the intent it stands for, and the rest of its id."""

    id: str
    intent: str
    rest: tuple[str, ...]


def read_choice(choice_id: str, content: Content) -> Choice:
    """Return what the button ``choice_id`` stands for.

    Raises:
        UnknownChoice: It isn't one of ours.
    """
    kind, *rest = choice_id.split(".")
    # A button without words was never shown, so nobody can have pressed it.
    if not _exists(kind, tuple(rest), content) or not content.words.has(label(choice_id, content)):
        raise UnknownChoice
    intent = rest[0] if kind == "topic" else INTENTS[kind]
    return Choice(choice_id, intent, tuple(rest))


def is_ours(choice_id: str, content: Content) -> bool:
    """Tell whether ``choice_id`` is a button that this product has."""
    try:
        read_choice(choice_id, content)
    except UnknownChoice:
        return False
    return True


def label(choice_id: str, content: Content) -> str:
    """Return the message id of a button's words."""
    kind, _, rest = choice_id.partition(".")
    first = rest.split(".")[0]
    if kind == "module" and "." in rest:
        return "module.next"
    if kind in ("module", "exercise"):
        return f"{kind}.{first}.title"
    if kind == "check_in" and first not in CHECK_IN:
        item_id, answer_id = rest.split(".", 1)
        return content.answer_label(item_id, answer_id)
    if kind == "survey":
        return _survey_label(tuple(rest.split(".")))
    if kind == "opened":
        return "card.open"
    if kind == "services" and "." in rest:
        return f"choice.way.{rest.split('.')[1]}"
    if kind == "safety":
        return f"choice.safety.{rest.split('.')[-1]}"
    return f"choice.{choice_id}"


def _exists(kind: str, rest: tuple[str, ...], content: Content) -> bool:
    match kind, rest:
        case "menu" | "opened", ():
            return True
        case "safety", (answer,):
            return answer in SAFETY
        case "safety", (topic, answer):
            return (
                answer in ANSWERS and topic in content.answers and bool(content.answers[topic].ask)
            )
        case "topic", (intent,):
            return intent in content.answers
        case "services", (need,):
            return need in content.kinds
        case "services", (need, way):
            return need in content.kinds and way in WAYS
        case "exercise", (slug,):
            return slug in content.shelf.exercises
        case "module", (slug,):
            return slug in content.shelf.modules
        case "module", (slug, number):
            return _has_screen(slug, number, content)
        case "check_in", (step,):
            return step in CHECK_IN
        case "check_in", (item_id, answer_id):
            return content.has_answer(item_id, answer_id)
        case "survey", (step, slug, *answer):
            return content.surveys(slug) and _is_in_survey(step, tuple(answer), content)
    return False


def _is_in_survey(step: str, answer: tuple[str, ...], content: Content) -> bool:
    match answer:
        case ():
            return step in SURVEY
        case ("stop",):
            return step in ASKING
        case (question, chosen) if content.survey:
            return step in ASKING and content.survey.has(question, chosen)
    return False


def _survey_label(rest: tuple[str, ...]) -> str:
    match rest:
        case (step, _):
            return f"survey.button.{step}"
        case (*_, "skip" | "stop" as last):
            return f"survey.button.{last}"
    return f"survey.answer.{rest[-1]}"


def _has_screen(slug: str, number: str, content: Content) -> bool:
    module = content.shelf.modules.get(slug)
    return bool(
        module
        and number.isascii()
        and number.isdigit()
        and len(number) < 3
        and 1 <= int(number) <= len(module.screens)
    )
