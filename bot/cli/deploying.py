"""Commands that get a server ready."""

from __future__ import annotations

from pathlib import Path

import click

from bot import settings


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def static(folder: Path) -> None:
    """Write help pages into FOLDER, which a proxy shows while the site is down.

    They say what is published now; write them again when something else is.
    """
    from bot.following import Follower
    from bot.web.public.server import build
    from bot.web.public.static_help import write_pages

    chosen = settings.read()
    site = Follower(chosen).first(lambda root: build(chosen, root))
    names = write_pages(site, folder)
    click.echo(f"{len(names)} files are in {folder}")
