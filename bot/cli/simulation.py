"""The command that makes up counts, to try releases out before there are real ones."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bot import wiring
from bot.simulation.weeks import Order
from bot.simulation.weeks import simulate as simulated
from bot.storage.counters import SqlCountStore


@click.command()
@click.option("--weeks", type=click.IntRange(1, 520), default=52, show_default=True)
@click.option(
    "--a-week",
    type=click.IntRange(1, 100_000),
    default=300,
    show_default=True,
    help="Conversations in a week, on average.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same makes the same.")
@click.option(
    "--database",
    required=True,
    help="SQLAlchemy address of an empty database, or of one with synthetic counts to add to.",
)
def simulate(weeks: int, a_week: int, seed: int, database: str) -> None:
    """Count made-up visitors, week by week up to the last whole one.

    They press the real buttons, by shares that are guesses (bot/simulation/model.py), so the
    numbers say nothing about people. The database is marked as synthetic for ever, and one with
    real counts is refused. With QUIETLINE_SURVEY=on some take part in the survey.
    """
    store = SqlCountStore(database, synthetic=True)
    order = Order(weeks, a_week, seed, datetime.now(UTC).date())
    made = 0
    for week, conversations in simulated(order, wiring.content(), store):
        made += conversations
        click.echo(f"synthetic\t{week}\t{conversations}")
    click.echo(f"Made up {made} conversations in {weeks} weeks; they say nothing about people.")
