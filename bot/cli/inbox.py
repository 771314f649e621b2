"""For programmes that take summaries of visitors: make keys, and receive."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import click

key_file = click.option(
    "--key",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("inbox.key"),
    show_default=True,
    help="The private key; it stays with the programme.",
)


@click.group()
def inbox() -> None:
    """Receive summaries that visitors hand over (on the programme's side)."""


@inbox.command("key")
@key_file
def make_key(path: Path) -> None:
    """Make a private key, and print the public one for the programme's entry."""
    from bot.storage.handover import new_keys

    private, public = new_keys()
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{path} exists; choose another name with --key") from None
    with os.fdopen(file, "w") as out:
        out.write(private)
    click.echo(public)


@inbox.command()
@key_file
@click.option("--port", default=8095, show_default=True)
def serve(path: Path, port: int) -> None:
    """Print each summary as a line of JSON; listens on loopback, behind your TLS proxy."""
    from bot.web import inbox as receiver

    if not path.exists():
        raise click.ClickException(f"{path} is missing; make it with: quietline inbox key")
    receiver.serve(path.read_text().strip(), _print, port)


def _print(fields: Mapping[str, str]) -> None:
    click.echo(json.dumps(dict(fields)))  # escaped: no sign of a stranger reaches the terminal
