"""What the check-in is made of; read from ``content/checkin``, never computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.checkin.conditions import Condition, has_sum

SKIP = "skip"
"""The answer that every item has, and that no item lists."""

DONE = "done"
"""Ends an item with several answers; no item lists it either."""

KINDS = (
    "emergency", "suicide_line", "child_line", "helpline", "therapy", "professional",
    "family_support", "survivor_support", "report_hotline", "self_help",
)  # fmt: skip
"""The kinds of services that a next step can ask for, the most urgent first."""


@dataclass(frozen=True)
class Answer:
    """One button; ``words`` is the message id of its label."""

    id: str
    words: str


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes:
        domain: What it is about; its heading is ``check_in.domain.<domain>``.
        question: Message id.
        answers: In the order of their buttons.
        many: Each answer can be turned on and off; ``done`` goes on.
        when: It is asked only when this holds for the earlier answers; None means always.
        leaves: Answers that end the check-in at once, and the topic that takes over.
    """

    id: str
    domain: str
    question: str
    answers: tuple[Answer, ...]
    many: bool
    when: Condition | None
    leaves: Mapping[str, str]


@dataclass(frozen=True)
class Band:
    """How soon to talk to a human being, and what to do until then.

    Attributes:
        urgency: ``none``, ``this_week``, ``today`` or ``now``.
        says: Message ids of the mirror, the thing to do in ten minutes, and what a call is like.
        module: Slug, unless a decision names another.
        exercise: Slug or None, unless a decision names another.
        services: Kinds that everybody in this band is offered.
    """

    id: str
    urgency: str
    says: tuple[str, ...]
    module: str
    exercise: str | None
    services: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One line of the decision table: where ``when`` holds, ``band`` is the least.

    ``module``, ``exercise`` and ``services`` are what this line adds; empty means nothing.
    ``instead_of_sums``: it counts only in locales where points are not added up.
    """

    id: str
    band: str
    when: Condition
    module: str
    exercise: str
    services: tuple[str, ...]
    instead_of_sums: bool = False


@dataclass(frozen=True)
class CheckIn:
    """The whole check-in.

    Attributes:
        bands: From the least urgent to the most.
        rules: The other way.
        sums_in: Locales whose wording of PHQ-4 is the published one: only there are points added.
    """

    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    rules: tuple[Rule, ...]
    sums_in: frozenset[str]

    def in_locale(self, locale: str) -> CheckIn:
        """Return the check-in with the lines of the table that count in ``locale``."""
        adds_up = locale in self.sums_in
        left_out = (r.instead_of_sums if adds_up else has_sum(r.when) for r in self.rules)
        rules = tuple(r for r, out in zip(self.rules, left_out, strict=True) if not out)
        return replace(self, rules=rules)
