"""The ``quietline`` command; text in and out is UTF-8 JSON Lines where programs talk to it."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from bot.errors import BotError

COMMANDS = {
    "adapt": "running",
    "assistant": "processes",
    "bundle": "bundles",
    "content": "content",
    "evaluate": "evaluation",
    "explain": "explaining",
    "inbox": "inbox",
    "locales": "content",
    "parse": "conversation",
    "run": "running",
    "services": "services",
    "simulate": "simulation",
    "site": "processes",
    "staff": "staff",
    "static": "deploying",
    "statistics": "statistics",
    "studio": "studio",
    "talk": "conversation",
    "train": "running",
    "transcripts": "transcripts",
}
"""Command to the module that has it; each is imported only when it is used, for a quick start."""


class _Commands(click.Group):
    """Ends with one clear sentence instead of a traceback where the cause is known."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: click.Command = getattr(importlib.import_module(f"bot.cli.{module}"), cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BotError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=_Commands)
def main() -> None:
    """Quietline: anonymous, multilingual self-help and referral."""
