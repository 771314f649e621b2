"""The ``quietline`` command; text in and out is UTF-8 JSON Lines where programs talk to it."""

from __future__ import annotations

import sys
from typing import Any

import click

from bot.cli.content import content, locales
from bot.cli.conversation import parse, talk
from bot.cli.running import assistant, run, site, train
from bot.cli.services import services
from bot.cli.statistics import statistics
from bot.errors import BotError


class _OneSentence(click.Group):
    """Ends with one clear sentence instead of a traceback where the cause is known."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BotError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=_OneSentence)
def main() -> None:
    """Quietline: anonymous, multilingual self-help and referral."""


for command in (assistant, content, locales, parse, run, services, site, statistics, talk, train):
    main.add_command(command)
