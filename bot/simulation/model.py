"""What made-up visitors do, as shares. They are guesses, and nothing may be learnt from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LOCALES: Final = {
    "en": 22.0, "de": 18.0, "fr": 11.0, "it": 8.0, "es": 9.0, "pt": 6.0, "nl": 7.0, "pl": 8.0,
    "cs": 6.0, "fi": 5.0,
}  # fmt: skip
COUNTRIES: Final = {
    "en": ("GB", "IE"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE"), "it": ("IT",), "es": ("ES",),
    "pt": ("PT",), "nl": ("NL", "BE"), "pl": ("PL",), "cs": ("CZ",), "fi": ("FI",),
}  # fmt: skip
"""Locale to the countries that its visitors choose."""

DOORS: Final = {
    "topic.worried_thoughts": 24.0, "topic.past_behaviour": 13.0, "topic.under_investigation": 5.0,
    "topic.imminent_risk": 4.0, "topic.suicide_risk": 6.0, "topic.under_18": 3.0,
    "topic.survivor": 3.0, "topic.worried_about_other": 8.0, "topic.professional": 3.0,
    "topic.report": 2.0, "topic.harmful_request": 3.0, "topic.ask_privacy": 5.0,
    "topic.ask_help_options": 4.0, "topic.ask_information": 2.0, "topic.distress_general": 5.0,
    "topic.self_help": 5.0, "check_in.start": 3.0, "services.helpline": 2.0,
}  # fmt: skip
"""First button with a subject; after ``topic.`` the intent that is written about instead."""

LATER: Final = {
    "not_understood": 4.0, "thanks": 3.0, "affirm": 2.0, "deny": 2.0, "worried_thoughts": 3.0,
    "distress_general": 3.0, "ask_privacy": 2.0, "ask_help_options": 2.0, "suicide_risk": 0.6,
    "imminent_risk": 0.4, "past_behaviour": 1.0, "stop": 0.5,
}  # fmt: skip
"""Intents of messages in the middle of a conversation."""

LIKED: Final = {
    "": 1.0, "module.": 4.0, "exercise.grounding": 0.3, "services.": 2.0, "safety.": 3.0,
    "safety.moved_on": 0.5, "menu": 0.6, "survey.about.": 1.5, "survey.yes.": 1.5,
    "survey.no.": 1.0, "survey.after.": 9.0, "check_in.": 4.0, "check_in.back": 0.1,
    "check_in.stop": 0.2, "check_in.child_unsafe.no": 60.0, "check_in.end_life.no": 60.0,
    "check_in.against_law.no": 40.0, "check_in.life_thoughts.no": 40.0,
    "check_in.life_plan.no": 40.0, "check_in.alone_with_children.no": 30.0,
    "check_in.worry.contact": 0.5, "check_in.worry.done": 9.0,
}  # fmt: skip
"""Beginning of a button's id to how much it is liked; the longest beginning that fits counts."""


@dataclass(frozen=True)
class Model:
    """Shares between 0 and 1, and weights, which need no sum.

    Attributes:
        begins: Of those who are shown the first page.
        greets: Begin with small talk.
        writes: Write their first message, instead of pressing a button.
        writes_later: Of the later turns, outside a module or check-in.
        unclear: Written dangers about which the assistant asks first.
        names_country: Choose their country.
        goes_on: After a turn.
        goes_on_inside: After a turn inside a module or check-in.
        opens: Take along or hand over to a service of a turn.
        growth: From the first to the last week, e.g. 0.5 for half as many again.
        summer: The share that stays away in July and August.
    """

    begins: float = 0.35
    greets: float = 0.12
    writes: float = 0.45
    writes_later: float = 0.2
    unclear: float = 0.15
    names_country: float = 0.6
    goes_on: float = 0.6
    goes_on_inside: float = 0.95
    opens: float = 0.1
    growth: float = 0.6
    summer: float = 0.2
    locales: Mapping[str, float] = field(default_factory=lambda: LOCALES)
    doors: Mapping[str, float] = field(default_factory=lambda: DOORS)
    later: Mapping[str, float] = field(default_factory=lambda: LATER)
    liked: Mapping[str, float] = field(default_factory=lambda: LIKED)

    def liking(self, choice: str) -> float:
        """Return the weight of a button."""
        return self.liked[max((b for b in self.liked if choice.startswith(b)), key=len)]
