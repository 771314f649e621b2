"""Commands that publish content, and go back to what was published before."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from bot import settings, wiring
from bot.cli.content import problems, translated
from bot.errors import BadBundle, NotReady
from bot.languages import extraction
from bot.settings import ROOT
from bot.storage import bundles


@click.group()
def bundle() -> None:
    """Publish content to a running site, and go back."""


@bundle.command()
def key() -> None:
    """Make the pair of keys with which bundles are signed and verified."""
    public = settings.read().bundle_key
    private = public.with_suffix(".key")
    try:
        bundles.write_keys(private, public)
    except FileExistsError:
        raise NotReady(f"There is a key already: {private}") from None
    click.echo(f"Signs:    {private} (keep it where content is published, and nowhere else)")
    click.echo(f"Verifies: {public} (site and assistant need it; QUIETLINE_BUNDLE_KEY names it)")


@bundle.command()
@click.option("--note", default="", help="Why, in a line.")
@click.option("--hold", is_flag=True, help="Don't show it to visitors yet.")
def make(note: str, hold: bool) -> None:
    """Check content/ and locales/, make a bundle of them, and show it to visitors.

    Site and assistant take it over within a minute; nobody's conversation ends.
    """
    chosen, found = settings.read(), problems()
    if found:
        raise NotReady("\n".join([*found, "Mend this first; nothing was published."]))
    extraction.compile_catalogs(ROOT / "locales", translated())
    private = chosen.bundle_key.with_suffix(".key")
    made = bundles.make(ROOT, chosen.bundles, private, datetime.now(UTC).date(), note)
    click.echo(f"Made {made.name}.")
    if not hold:
        _show(made.name)


@bundle.command("list")
def list_() -> None:
    """List the bundles, the newest first; a star marks what visitors see."""
    chosen = settings.read()
    current = bundles.current_name(chosen.bundles)
    for path in bundles.all_bundles(chosen.bundles):
        try:
            found = bundles.verify(path, chosen.bundle_key)
        except BadBundle as error:
            click.echo(f"! {error}")
            continue
        star = "*" if path.name == current else " "
        click.echo(f"{star} {path.name}\t{found.made_on}\t{found.note}".rstrip())


@bundle.command()
@click.argument("name")
def use(name: str) -> None:
    """Show visitors the bundle NAME, which may be an earlier one."""
    _show(name)


def _show(name: str) -> None:
    chosen = settings.read()
    bundles.verify(bundles.named(chosen.bundles, name), chosen.bundle_key)
    wiring.offered_locales(chosen, chosen.bundles / name)
    bundles.switch(chosen.bundles, name, chosen.bundle_key)
    click.echo(f"Visitors see {name} within a minute.")
