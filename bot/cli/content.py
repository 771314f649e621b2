"""Commands for those who own the words."""

from __future__ import annotations

import click

from bot import wiring
from bot.languages import extraction
from bot.languages.catalogs import SOURCE
from bot.referral.reading import read_directory
from bot.settings import ROOT

FOLDER = ROOT / "locales"


@click.group()
def content() -> None:
    """Check, extract and compile the words of the product."""


@content.command()
def check() -> None:
    """Check everything in content/ and all catalogs; exits 1 and lists what to mend."""
    found = list(extraction.problems(FOLDER, _translated()))
    if not extraction.is_current(_source(), FOLDER):
        found.append(f"{FOLDER}: the templates are older than content/; run: make strings")
    wiring.content()
    for line in found:
        click.echo(line)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("All content and catalogs are fine.")


@content.command()
def strings() -> None:
    """Write the templates and bring every locale's catalogs up to date."""
    extraction.write_templates(_source(), FOLDER)
    extraction.update(FOLDER, _translated())


@content.command("compile")
def compile_() -> None:
    """Compile every locale's catalogs."""
    extraction.compile_catalogs(FOLDER, _translated())


@click.command()
def locales() -> None:
    """List the locales, their names and whether clinicians have signed them."""
    for locale in wiring.locales():
        state = "signed" if locale.signed else "draft"
        click.echo(f"{locale.tag}\t{locale.name}\t{locale.direction}\t{state}")


def _source() -> dict[str, dict[str, str]]:
    return wiring.source_words(ROOT, read_directory(ROOT / "content" / "services"))


def _translated() -> list[str]:
    return [locale.tag for locale in wiring.locales() if locale.tag != SOURCE]
