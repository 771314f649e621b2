"""Choose the next step: how soon this person should talk to a human being, and what helps now.

Never a verdict: nothing here counts, ranks or names a person. Clinicians own the table in
``content/checkin``; the most careful line that holds wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.checkin.check_in import KINDS, Band, CheckIn, Rule
from bot.checkin.conditions import Answers, holds


@dataclass(frozen=True)
class NextStep:
    """What the check-in ends with.

    Attributes:
        band: Its id.
        urgency: ``none``, ``this_week``, ``today`` or ``now``.
        says: Message ids, in order: mirror, one thing to do in ten minutes, what a call is like.
        module: Slug.
        exercise: Slug, or None.
        later: Slug of a module for the days after, or None.
        services: Kinds, the most urgent first.
    """

    band: str
    urgency: str
    says: tuple[str, ...]
    module: str
    exercise: str | None
    later: str | None
    services: tuple[str, ...]


def next_step(check_in: CheckIn, answers: Answers) -> NextStep:
    """Return the next step for ``answers``, whatever they are.

    Every line that holds adds its services. The first of them, from the top of the table, that
    names a module or an exercise decides it.
    """
    rules = [rule for rule in check_in.rules if holds(rule.when, answers)]
    band = _highest(check_in.bands, rules)
    modules = dict.fromkeys([*(rule.module for rule in rules if rule.module), band.module])
    module, *more = modules
    return NextStep(
        band=band.id,
        urgency=band.urgency,
        says=band.says,
        module=module,
        later=next(iter(more), None),
        exercise=next((rule.exercise for rule in rules if rule.exercise), band.exercise),
        services=_services(band, rules),
    )


def _highest(bands: Sequence[Band], rules: Sequence[Rule]) -> Band:
    reached = {rule.band for rule in rules}
    return next((band for band in reversed(bands) if band.id in reached), bands[0])


def _services(band: Band, rules: Sequence[Rule]) -> tuple[str, ...]:
    wanted = set(band.services).union(*(rule.services for rule in rules))
    return tuple(kind for kind in KINDS if kind in wanted)
