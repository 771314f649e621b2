"""Choose from which probability a side asks, so that each is judged at its own best threshold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.safety.evaluation import CAUGHT
from bot.safety.policy import Policy, Thresholds
from bot.safety.triage import assess

TO_CATCH: Final = 0.98
"""Share of held-out safety examples; the issue's target for the evaluation sets."""

Intents = Mapping[str, float]


def ask_from(held_out: Sequence[Intents], policy: Policy, to_catch: float = TO_CATCH) -> float:
    """Return the highest threshold for asking at which enough safety messages are caught.

    One for all safety topics: there are too few held-out examples for one each. It is never
    above the highest ``certain_at``, from where nobody is asked.
    """
    highest = max(thresholds.certain_at for thresholds in policy.thresholds.values())
    caught_up_to = sorted((_caught_up_to(one, policy) for one in held_out), reverse=True)
    needed = math.ceil(to_catch * len(caught_up_to))
    return min([highest, *caught_up_to[:needed]])


def asking(policy: Policy, ask_at: float) -> Policy:
    """Return ``policy`` with another threshold for asking; those for certainty stay."""
    thresholds = {
        topic: Thresholds(old.certain_at, min(ask_at, old.certain_at))
        for topic, old in policy.thresholds.items()
    }
    return replace(policy, thresholds=thresholds)


def _caught_up_to(intents: Intents, policy: Policy) -> float:
    """Return the highest threshold at which this is caught; 1 if it needs no question."""
    unasked = assess((), intents, asking(policy, 1.0))
    if unasked.outcome in CAUGHT:
        return 1.0
    return max(_probabilities(intents, policy))


def _probabilities(intents: Intents, policy: Policy) -> Iterable[float]:
    for topic in policy.thresholds:
        yield sum(p for name, p in intents.items() if policy.care_for(name).topic is topic)
