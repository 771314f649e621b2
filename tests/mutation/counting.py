"""How many changes the tests see, by module and by group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.mutation.mutants import Mutant

LEAST: Final = 0.9
"""Of a group's mutants that aren't equivalent, so many must be killed."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "cryptography": (
        "bot/storage/sealed.py",
        "bot/storage/sealing.py",
        "bot/storage/handover.py",
        "bot/storage/bundles.py",
        "bot/storage/progress.py",
        "bot/storage/staff/sealing.py",
        "bot/web/proof.py",
        "bot/web/padding.py",
        "bot/web/forgetting.py",
        "bot/web/tries.py",
        "bot/web/public/tickets.py",
        # Not bot/storage/sealed_redis.py: each of its tests needs a Redis server, and is slow. What
        # it seals and opens with is bot/storage/sealing.py, which is here.
    ),
    "urgency": (
        "bot/safety/triage.py",
        "bot/safety/phrases.py",
        "bot/safety/policy.py",
        "bot/safety/sentences.py",
        "bot/conversation/danger.py",
    ),
    "referral": ("bot/referral/choosing.py", "bot/referral/hours.py"),
    "statistics": ("bot/statistics/release.py",),
}
COLUMNS: Final = ("mutants", "killed", "of these endless", "equivalent", "alive", "share")


@dataclass(frozen=True)
class Count:
    """What became of some mutants.

    Attributes:
        killed: A test saw them, those included that made it run forever.
        endless: Made a test run forever.
        equivalent: No test could see them.
    """

    mutants: int
    killed: int
    endless: int
    equivalent: int

    @property
    def alive(self) -> int:
        """How many of them a test should see, and none does."""
        return self.mutants - self.killed - self.equivalent

    @property
    def share(self) -> float:
        """Killed of those that a test could see (0 to 1)."""
        return self.killed / max(1, self.killed + self.alive)


def count(mutants: Sequence[Mutant]) -> Count:
    """Count what became of mutants."""
    return Count(
        len(mutants),
        sum(mutant.is_killed for mutant in mutants),
        sum(mutant.status == "timeout" for mutant in mutants),
        sum(mutant.is_equivalent for mutant in mutants),
    )


def by_group(mutants: Iterable[Mutant]) -> dict[str, Count]:
    """Return the count of each group."""
    found = tuple(mutants)
    return {
        group: count([mutant for mutant in found if mutant.file in files])
        for group, files in GROUPS.items()
    }


def held(mutants: Iterable[Mutant]) -> bool:
    """Tell whether every group has mutants, and enough of them are killed."""
    return all(found.mutants and found.share >= LEAST for found in by_group(mutants).values())


def figures(mutants: Iterable[Mutant]) -> dict[str, str]:
    """Return one line for each group."""
    return {
        group: f"{found.share:.1%} of {found.killed + found.alive} changes seen by a test"
        for group, found in by_group(mutants).items()
    }


def table(mutants: Sequence[Mutant]) -> Iterator[str]:
    """Yield the lines of the table: each group, and its modules below it."""
    yield f"{'':28}" + "".join(f"{column:>18}" for column in COLUMNS)
    for group, found in by_group(mutants).items():
        yield _row(group, found)
        for file in GROUPS[group]:
            yield _row(f"  {file}", count([mutant for mutant in mutants if mutant.file == file]))


def _row(name: str, found: Count) -> str:
    numbers = (found.mutants, found.killed, found.endless, found.equivalent, found.alive)
    return f"{name:28}" + "".join(f"{number:18}" for number in numbers) + f"{found.share:18.1%}"
