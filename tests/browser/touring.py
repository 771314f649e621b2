"""Every kind of page that a visitor can see, and the shortest way there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.browser.visiting import COUNTRY, Visit

ASKING: Final = {
    "en": "I am scared of what I might do",
    "de": "Ich habe Angst, dass ich ihm etwas antue",
    "fr": "Je suis sur le point de passer à l'acte",
}
"""Words after which the assistant asks a direct question."""


def pressing(*choices: str) -> Callable[[Visit], object]:
    """Return the way to the page behind these buttons."""

    def go(visit: Visit) -> None:
        visit.open(country=COUNTRY[visit.tag])
        for choice in choices:
            visit.press_unseen(choice)

    return go


def opening(path: str) -> Callable[[Visit], object]:
    """Return the way to the page at ``path``."""
    return lambda visit: visit.open(path.format(tag=visit.tag, country=COUNTRY[visit.tag]))


def asked(visit: Visit) -> None:
    """Go to the direct question."""
    visit.open(country=COUNTRY[visit.tag]).say(ASKING[visit.tag])


def help_panel(visit: Visit) -> None:
    """Open the help over a conversation."""
    pressing("topic.self_help")(visit)
    visit.page.click("#help-now")


PAGES: Final[dict[str, Callable[[Visit], object]]] = {
    "first": opening("/"),
    "cards": pressing("topic.worried_thoughts"),
    "kept": pressing("topic.suicide_risk", "topic.imminent_risk", "menu"),
    "question": asked,
    "module": pressing("module.urges.2"),
    "grounding": pressing("exercise.grounding"),
    "plan": pressing("exercise.stay_safe_plan"),
    "timer": pressing("exercise.urge_timer"),
    "check_in": pressing("check_in.start", "check_in.child_unsafe.no", "check_in.end_life.no"),
    "result": pressing("check_in.start", "check_in.life_plan.yes"),
    "panel": help_panel,
    "help": opening("/help?locale={tag}&country={country}"),
    "about": opening("/about?locale={tag}"),
    "privacy": opening("/privacy?locale={tag}"),
    "library": opening("/library?locale={tag}"),
    "read": opening("/read?locale={tag}&choice=module.law"),
    "checklist": opening("/read?locale={tag}&choice=exercise.steady_week"),
    "sentences": opening("/read?locale={tag}&choice=exercise.first_sentence"),
    "directory": opening("/directory?locale={tag}"),
    "card": opening("/card?locale={tag}&country={country}&service=troubled-desire"),
    "error": opening("/nowhere"),
}
