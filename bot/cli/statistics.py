"""Commands for researchers."""

from __future__ import annotations

import click

from bot import settings
from bot.storage.counters import SqlCountStore


@click.group()
def statistics() -> None:
    """Look at the weekly counters."""


@statistics.command()
def show() -> None:
    """Print week, table, cell and conversations; for the operator's eyes, not for publication."""
    for count in SqlCountStore(settings.read().database).all():
        click.echo(f"{count.week}\t{count.table}\t{count.cell}\t{count.conversations}")
