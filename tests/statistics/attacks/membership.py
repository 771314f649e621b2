"""How well somebody can guess whether one conversation was counted: exactly, and by trial.

Two populations differ by one conversation. The attacker knows all others, the code and the exact
law of the noise, sees one output, and says "it was there" when that is the likelier. The advantage
is how much more often he says so when it was there than when it was not: 0 is guessing blindly.

Print the table of docs/statistics-policy.md with ``python -m tests.statistics.attacks.membership``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, prod, sqrt
from typing import Final

from bot.release.noise import draw_noise
from bot.statistics import precision
from bot.statistics.precision import NEVER, noise
from bot.statistics.release import Rules

TRIALS: Final = 50_000
"""Draws for each of the two populations, of each table."""
TABLES: Final = 4
"""In which one conversation lies."""

Law = Mapping[int | None, float]
"""What is seen of a cell (None: suppressed) to its chance."""


@dataclass(frozen=True)
class View:
    """What the attacker sees of one cell: of a release, or, if it leaks, of the ledger itself."""

    name: str
    is_ledger: bool
    rules: Rules

    def law(self, true: int) -> Law:
        """Return the chance of everything that can be seen of a cell with ``true`` counted."""
        rules = self.rules
        if self.is_ledger:
            return {true + extra: chance for extra, chance in noise(rules.epsilon).items()}
        shown = precision.published(true, rules.epsilon, rules.cut, rules.rounding)
        return {**shown, None: 1 - sum(shown.values())}

    def seen(self, noisy: int) -> int | None:
        """Return what is seen of a noisy number."""
        if self.is_ledger:
            return noisy
        rules = self.rules
        return precision.rounded(noisy, rules.rounding) if noisy >= rules.cut else None


def bound(epsilon: float) -> float:
    """Return the advantage that no attacker can exceed."""
    return (exp(epsilon) - 1) / (exp(epsilon) + 1)


def exact(view: View, others: int, tables: int = 1) -> float:
    """Return the best attacker's advantage, when ``others`` lie in the conversation's cells."""
    joint: dict[float, tuple[float, float]] = {0.0: (1.0, 1.0)}
    for _ in range(tables):
        joint = _joined(joint, _by_ratio(view.law(others), view.law(others + 1)))
    return sum(max(0.0, there - absent) for absent, there in joint.values())


def worst(view: View, tables: int = 1) -> int:
    """Return the number of others with which the attacker does best."""
    return max(range(3 * view.rules.cut), key=lambda others: exact(view, others, tables))


def measured(view: View, others: Sequence[int], trials: int = TRIALS) -> float:
    """Return the advantage in so many trials; each table has its own number of ``others``."""
    absent = _guesses(view, others, [*others], trials)
    there = _guesses(view, others, [number + 1 for number in others], trials)
    return (there - absent) / trials


def sampling_error(trials: int) -> float:
    """Return the standard deviation of a measured advantage, at most."""
    return sqrt(0.5 / trials)


def _guesses(view: View, others: Sequence[int], true: Sequence[int], trials: int) -> int:
    """Return how often the attacker says "there" when each table's cell holds ``true``."""
    laws = [(view.law(number), view.law(number + 1)) for number in others]
    columns = [draw_noise([number] * trials, view.rules.epsilon) for number in true]
    return sum(
        prod(_ratio(law, view.seen(noisy)) for law, noisy in zip(laws, row, strict=True)) > 1 + 1e-9
        for row in zip(*columns, strict=True)
    )


def _ratio(laws: tuple[Law, Law], seen: int | None) -> float:
    absent, there = laws
    return there.get(seen, NEVER) / absent.get(seen, NEVER)


def _by_ratio(absent: Law, there: Law) -> Mapping[float, tuple[float, float]]:
    """Put together what tells the attacker the same: nothing but the ratio of chances counts."""
    found: dict[float, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for seen in absent.keys() & there.keys():
        ratio = round(log(there[seen] / absent[seen]), 6)
        found[ratio] = (found[ratio][0] + absent[seen], found[ratio][1] + there[seen])
    return found


def _joined(
    first: Mapping[float, tuple[float, float]], second: Mapping[float, tuple[float, float]]
) -> dict[float, tuple[float, float]]:
    found: dict[float, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for ratio, (absent, there) in first.items():
        for other, (its_absent, its_there) in second.items():
            old = found[round(ratio + other, 6)]
            new = (old[0] + absent * its_absent, old[1] + there * its_there)
            found[round(ratio + other, 6)] = new
    return found


def lines(trials: int) -> Iterator[str]:
    """Return the table in Markdown; the measured column differs a little each time."""
    yield "| tables | what is seen | advantage, exact | measured | bound |"
    yield "|---:|---|---:|---:|---:|"
    for tables in (1, TABLES):
        for view in (View("the release", False, Rules()), View("the noisy numbers", True, Rules())):
            others = worst(view)
            found = measured(view, [others] * tables, trials)
            most = bound(tables * view.rules.epsilon)
            yield (
                f"| {tables} | {view.name} | {100 * exact(view, others, tables):.1f} % "
                f"| {100 * found:.1f} % | {100 * most:.1f} % |"
            )


if __name__ == "__main__":
    for line in lines(TRIALS):
        print(line)
    print(f"Measured: ± {100 * 1.96 * sampling_error(TRIALS):.1f} in 95 of 100 runs, at most.")
