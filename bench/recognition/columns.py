"""Turn probabilities into what a visitor would have met, a column of the table each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.recognition.asking import Intents, ask_from, asking
from bench.recognition.heard import Heard
from bench.recognition.material import Material
from bot.safety.evaluation import Judged
from bot.safety.policy import Policy
from bot.safety.triage import assess


@dataclass(frozen=True)
class Column:
    """One side, judged with one policy.

    Attributes:
        asks_from: Its threshold for asking; None where every topic has the policy's own.
        judged: Items and assessments by locale.
    """

    name: str
    asks_from: float | None
    judged: Mapping[str, Judged]


def product(name: str, heard: Sequence[Heard], material: Material) -> Column:
    """Return what the product itself made of every text, listed phrases included."""
    _, sets = material.apart([one.assessment for one in heard])
    return Column(
        name,
        None,
        {
            tag: [(item, one) for item, one in zip(items, sets[tag], strict=True) if one]
            for tag, items in material.sets.items()
        },
    )


def by_policy(name: str, heard: Sequence[Heard], material: Material, policy: Policy) -> Column:
    """Return what the policy makes of probabilities alone, its thresholds as they stand."""
    _, sets = material.apart([one.intents for one in heard])
    return Column(name, None, _judged(sets, material, policy))


def by_chosen(name: str, heard: Sequence[Heard], material: Material, policy: Policy) -> Column:
    """Return the same, asking from the threshold that suits this side."""
    held_out, sets = material.apart([one.intents for one in heard])
    threshold = ask_from(held_out, policy)
    return Column(name, threshold, _judged(sets, material, asking(policy, threshold)))


def _judged(
    sets: Mapping[str, Sequence[Intents]], material: Material, policy: Policy
) -> dict[str, Judged]:
    return {
        tag: [
            (item, assess((), intents, policy))
            for item, intents in zip(items, sets[tag], strict=True)
        ]
        for tag, items in material.sets.items()
    }
