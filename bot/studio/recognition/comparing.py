"""Hold two models against each other, on the same sentences: does any safety figure fall?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.safety.evaluation import CAUGHT, SAFETY, Judged, Share
from bot.safety.figures import Name, measure, topic_figures
from bot.safety.topics import PRECEDENCE, Topic
from bot.safety.triage import Assessment

EXPLAINING: Final = (
    Name.TOPIC_RIGHT, Name.OTHERS_ROUTED, Name.OTHERS_ASKED, Name.CHILDREN_FLAGGED,
)  # fmt: skip
"""Figures that are shown and stop nothing."""
HIGHER_IS_BETTER: Final = (Name.TOPIC_RIGHT,)
SETS: Final = ("evaluation", "held_out")
"""Texts by other authors; and the tenth of the examples that nothing learns from."""

BySet = Mapping[str, Mapping[str, Judged]]
"""Set to locale to what was made of its texts."""


@dataclass(frozen=True)
class Cell:
    """One figure of one locale, before and after.

    Attributes:
        of_set: One of SETS.
        name: A safety topic, whose texts are to be caught; or one of EXPLAINING.
    """

    of_set: str
    locale: str
    name: str
    is_safety: bool
    before: Share
    after: Share

    @property
    def fell(self) -> bool:
        """Whether fewer texts of a safety topic are caught."""
        return self.is_safety and self.after.value < self.before.value

    @property
    def is_other(self) -> bool:
        """Whether anything differs."""
        return self.before != self.after


@dataclass(frozen=True)
class Sentence:
    """A text of a safety topic that one model catches, and the other doesn't."""

    of_set: str
    locale: str
    topic: Topic
    text: str
    before: Assessment
    after: Assessment


@dataclass(frozen=True)
class Comparison:
    """What would change for visitors.

    Attributes:
        lost: Caught before and no more, the gravest topic first.
        gained: The other way round.
    """

    cells: Sequence[Cell]
    lost: Sequence[Sentence]
    gained: Sequence[Sentence]

    @property
    def fell(self) -> list[Cell]:
        """The safety figures that fell."""
        return [cell for cell in self.cells if cell.fell]

    @property
    def is_measured(self) -> bool:
        """Whether every safety topic has texts at all; what isn't measured can't pass."""
        measured = {cell.name for cell in self.cells if cell.is_safety and cell.before.of}
        return measured >= {str(topic) for topic in SAFETY}

    @property
    def passes(self) -> bool:
        """Whether the second may take the place of the first."""
        return self.is_measured and not self.fell


def compare(before: BySet, after: BySet) -> Comparison:
    """Return the comparison of what two models, or two policies, make of the same texts."""
    places = [(name, tag) for name in before for tag in before[name]]
    pairs = [(name, tag, before[name][tag], after[name][tag]) for name, tag in places]
    changed = [each for pair in pairs for each in _sentences(*pair)]
    changed.sort(key=lambda each: (PRECEDENCE.index(each.topic), each.locale, each.text))
    return Comparison(
        cells=[cell for pair in pairs for cell in _cells(*pair)],
        lost=[each for each in changed if each.before.outcome in CAUGHT],
        gained=[each for each in changed if each.after.outcome in CAUGHT],
    )


def _cells(of_set: str, locale: str, before: Judged, after: Judged) -> Iterator[Cell]:
    for topic in SAFETY:
        shares = (topic_figures(topic, judged).caught for judged in (before, after))
        one, other = (share or Share(0, 0) for share in shares)
        yield Cell(of_set, locale, str(topic), True, one, other)
    figures = [measure(locale, judged).figures for judged in (before, after)]
    for name in EXPLAINING:
        yield Cell(of_set, locale, str(name), False, *(found[name].share for found in figures))


def _sentences(of_set: str, locale: str, before: Judged, after: Judged) -> Iterator[Sentence]:
    for (item, one), (_, other) in zip(before, after, strict=True):
        if item.best in SAFETY and (one.outcome in CAUGHT) is not (other.outcome in CAUGHT):
            yield Sentence(of_set, locale, item.best, item.text, one, other)
