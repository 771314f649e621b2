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
EVALUATION, HELD_OUT, NEW = "evaluation", "held_out", "new"
SETS: Final = (EVALUATION, HELD_OUT, NEW)
"""Texts by other authors; the tenth of the live model's examples that nothing learns from, as they
were when it was trained; and what is kept apart of the sentences that only the other one has."""
DECIDING: Final = (EVALUATION, HELD_OUT)
"""The sets whose texts nobody who trains the second model can choose; NEW is shown alone."""
GRAVE: Final = (Topic.IMMINENT_RISK, Topic.SUICIDE_RISK)
"""Topics of which no single sentence may be lost, whatever is gained beside it."""

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
        """Whether fewer texts of a safety topic are caught, of those that decide."""
        decides = self.is_safety and self.of_set in DECIDING
        return decides and self.after.value < self.before.value

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
    def gone(self) -> list[Sentence]:
        """The lost sentences that nothing can make up for."""
        return [each for each in self.lost if each.of_set in DECIDING and each.topic in GRAVE]

    @property
    def is_measured(self) -> bool:
        """Whether every safety topic has texts: in each locale by other authors, and kept apart.

        A locale with few examples has none of some topics kept apart, so these count together.
        """
        locales = {cell.locale for cell in self.cells if cell.of_set in DECIDING}
        found = {
            (cell.locale if cell.of_set == EVALUATION else cell.of_set, cell.name)
            for cell in self.cells
            if cell.is_safety and cell.before.of
        }
        wanted = {(where, str(topic)) for where in (*locales, HELD_OUT) for topic in SAFETY}
        return bool(locales) and found >= wanted

    @property
    def passes(self) -> bool:
        """Whether the second may take the place of the first."""
        return self.is_measured and not self.fell and not self.gone


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
