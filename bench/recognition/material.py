"""What every side learns from, and what every side then hears."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.cli.evaluation import SETS, read_sets
from bot.safety.evaluation import SAFETY, Item
from bot.safety.examples import Example, is_held_out, read_examples
from bot.safety.policy import Policy
from bot.settings import ROOT

Heard = TypeVar("Heard")


@dataclass(frozen=True)
class Material:
    """The same for all sides.

    Attributes:
        learnt: Examples; those that nothing may learn from are left out.
        held_out: Texts of those, of safety topics only, to choose thresholds on.
        sets: Evaluation items by locale.
    """

    learnt: tuple[Example, ...]
    held_out: tuple[str, ...]
    sets: Mapping[str, tuple[Item, ...]]

    @property
    def texts(self) -> list[str]:
        """Everything that is heard, in the order that ``apart`` expects."""
        items = itertools.chain.from_iterable(self.sets.values())
        return [*self.held_out, *(item.text for item in items)]

    def apart(self, heard: Sequence[Heard]) -> tuple[list[Heard], dict[str, list[Heard]]]:
        """Part what was heard of each of ``texts``: held-out examples, and sets by locale."""
        rest = iter(heard)
        held_out = list(itertools.islice(rest, len(self.held_out)))
        return held_out, {
            tag: list(itertools.islice(rest, len(items))) for tag, items in self.sets.items()
        }


def read_material(policy: Policy, locales: Collection[str] = ()) -> Material:
    """Return the material of these locales, or of all when none is named."""
    sets = {tag: items for tag, items in read_sets(SETS).items() if tag in (locales or {tag})}
    examples = [
        example
        for example in read_examples(ROOT / "data" / "nlu")
        if example.locale in (locales or {example.locale})
    ]
    return Material(
        learnt=tuple(example for example in examples if not is_held_out(example.text)),
        held_out=tuple(
            example.text
            for example in examples
            if is_held_out(example.text) and policy.care_for(example.intent).topic in SAFETY
        ),
        sets=sets,
    )
