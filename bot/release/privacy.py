"""privacy.json: under which rules the numbers were made, and what anybody can lose by them."""

from __future__ import annotations

from typing import Any, Final

from bot.release.codebook import entries
from bot.statistics.events import OF_A_SHOWING, OF_THE_SURVEY, TABLES
from bot.statistics.release import Release, margin

ORIGIN: Final = {
    False: "Counts of real conversations",
    True: "Synthetic: made up by a program; no visitor is behind any number",
}
MECHANISM: Final = (
    "Discrete Laplace noise (OpenDP, then_laplace over integers), drawn once for every cell of the "
    "dictionary, zeros too, and kept in a ledger; a second draw is refused. Numbers below zero "
    "count as zero before the noise."
)
PERSON: Final = (
    "A person with m conversations and s showings loses at most m times the loss of a conversation "
    "and s times that of a showing; nobody can tell that two conversations are one person's."
)
LOSS: Final = (
    "Counts wait in memory for up to an hour. When a crash, a database that refuses them or an "
    "answer that came too late loses some, a conversation that goes on can lie in more than one "
    "cell of the table outcome, and then loses that much more in this table: epsilon once for "
    "each of these cells."
)
SUMMED: Final = (*range(1, 11), 13, 26, 52)
"""Weekly numbers in a sum: of a step of the funnel, a month, a quarter, half a year, a year."""


def privacy(release: Release) -> dict[str, Any]:
    """Return the rules and losses of ``release``, ready for JSON."""
    rules = release.rules
    return {
        "release": release.name,
        "made_on": release.made_on.isoformat(),
        "ledger_id": release.ledger_id,
        "is_synthetic": release.is_synthetic,
        "origin": ORIGIN[release.is_synthetic],
        "first_week": min(_weeks(release)),
        "last_week": max(_weeks(release)),
        "dictionary_version": release.dictionary,
        "unit": "one conversation, in the one week in which it began; not one person",
        "unit_by_table": {table: entries()[table].unit for table in tables(release)},
        "mechanism": MECHANISM,
        "sensitivity": 1,
        "scale": 1 / rules.epsilon,
        "epsilon_per_table": rules.epsilon,
        "epsilon_by_table": dict.fromkeys(tables(release), rules.epsilon),
        "delta": 0,
        "loss": losses(release),
        "suppressed_below": rules.cut,
        "rounded_to": rules.rounding,
        "delay_days": rules.delay_days,
        "half_width_of_95_percent_by_numbers_summed": {
            str(numbers): margin(rules.epsilon, rules.rounding, numbers) for numbers in SUMMED
        },
        "lost": [{"week": week.isoformat(), "table": table} for week, table in release.lost],
    }


def tables(release: Release) -> tuple[str, ...]:
    """Return the tables of ``release``, in the dictionary's order."""
    there = {cell.table for cell in release.weeks} | {table for _, table in release.lost}
    known = [table for table in TABLES if table in there]
    return (*known, *sorted(there - set(known)))


def losses(release: Release) -> dict[str, float | str]:
    """Return the privacy loss (epsilon) of whoever is counted, over all weeks."""
    epsilon = release.rules.epsilon
    apart = {*OF_A_SHOWING, *OF_THE_SURVEY}
    there = tables(release)
    plain = round(epsilon * sum(table not in apart for table in there), 6)
    survey = round(epsilon * sum(table in OF_THE_SURVEY for table in there), 6)
    return {
        "one_showing": epsilon,
        "one_conversation": plain,
        "one_conversation_with_the_survey": plain + survey,
        "one_person": PERSON,
        "after_a_loss": LOSS,
    }


def _weeks(release: Release) -> set[str]:
    lost = {week.isoformat() for week, _ in release.lost}
    return {cell.week.isoformat() for cell in release.weeks} | lost
