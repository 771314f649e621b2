"""Commands for those who keep the directory."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bot.referral.checks import problems
from bot.referral.reading import read_directory
from bot.settings import ROOT


@click.group()
def services() -> None:
    """Look after the directory of services."""


@services.command()
def check() -> None:
    """List what is stale, missing or contradictory; a broken entry ends it with file and cure."""
    directory = read_directory(ROOT / "content" / "services")
    for line in problems(directory, datetime.now(UTC).date()):
        click.echo(line)
