"""Commands around the studio: its working copy, what comes in and goes out, what is published."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import settings
from bot.cli import studio_models
from bot.errors import NotReady
from bot.languages.signoff import ROLES
from bot.settings import ROOT, Settings
from bot.storage.bundles import current_name
from bot.storage.staff.people import checked_name
from bot.storage.studio import StudioStore
from bot.studio import exchange, publishing
from bot.studio.desk import Desk
from bot.studio.exchange import Imported
from bot.studio.publishing import Published
from bot.studio.seeing import State

COLUMN = 10  # characters

by_whom = click.option("--by", default="shell", help="The account that does it.")


@click.group()
def studio() -> None:
    """Change, sign and publish words without a repository."""


for _command in studio_models.COMMANDS:
    studio.add_command(_command)


@studio.command()
@click.option("--from", "checkout", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def start(checkout: Path) -> None:
    """Make the studio's working copy of content/ and locales/."""
    chosen = settings.read()
    exchange.start(checkout, chosen.studio)
    _desk(chosen)
    click.echo(f"The studio works on {chosen.studio} from now on.")


@studio.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@by_whom
@click.option("--signatures", type=int, help="Of a FOLDER: so many signatures come in too.")
def import_(path: Path, by: str, signatures: int | None) -> None:
    """Take in a FOLDER with content/ and locales/, or one catalog, FILE.po.

    Of a catalog from Poedit or Weblate, each translation that is another one becomes a new
    version. One of an English text that has changed meanwhile becomes a suggestion.

    Signatures of a FOLDER stay outside, unless you say how many there are: whoever takes them in
    answers for them.
    """
    desk, now = _desk(settings.read()), datetime.now(UTC)
    if path.is_dir():
        done = exchange.import_folder(desk, path, by, now, signatures)
    elif signatures is not None:
        raise click.BadParameter("a catalog has no signatures; leave --signatures out")
    else:
        done = exchange.import_catalog(desk, path, by, now)
    click.echo(_told(done))


@studio.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write all words into FOLDER, such as a checkout; lists the files that differed there."""
    chosen = settings.read()
    _refuse_missing(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    for path in exchange.export(chosen.studio, folder):
        click.echo(path)


@studio.command()
@click.option("--note", required=True, help="Why, in a line.")
@by_whom
def publish(note: str, by: str) -> None:
    """Check the working copy, and show it to visitors within a minute."""
    chosen = settings.read()
    _refuse_missing(chosen)
    store = StudioStore(chosen.studio_database)
    _say(publishing.publish(chosen, store, by, note, datetime.now(UTC)))


@studio.command()
@click.argument("name")
@by_whom
def rollback(name: str, by: str) -> None:
    """Show visitors the bundle NAME again; see: quietline bundle list."""
    chosen = settings.read()
    store = StudioStore(chosen.studio_database)
    _say(publishing.roll_back(chosen, store, name, by, datetime.now(UTC)))


@studio.command()
def status() -> None:
    """Print how far each language is, and what visitors see."""
    chosen = settings.read()
    desk = _desk(chosen)
    later = publishing.record(chosen, desk.store)
    click.echo(_row("locale", "texts", "open", *State))
    for each in desk.coverage(datetime.now(UTC).date()):
        open_texts = each.fuzzy + each.missing
        counts = Counter(each.states)
        click.echo(_row(each.locale, each.texts, open_texts, *(counts[state] for state in State)))
    click.echo(f"Visitors see: {current_name(chosen.bundles) or 'the words of the checkout'}")
    if later:
        click.echo(f"Recorded now what was published while the database was gone: {later}")


@studio.command()
@click.argument("account")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Repeat it.")
def signer(account: str, roles: tuple[str, ...]) -> None:
    """Let ACCOUNT sign in these roles, and in no other; without a role, in none."""
    account = checked_name(account)
    StudioStore(settings.read().studio_database).set_signing_roles(account, roles)
    click.echo(f"{account} signs as: {', '.join(sorted(set(roles))) or 'nobody'}")


def _desk(chosen: Settings) -> Desk:
    _refuse_missing(chosen)
    return Desk(chosen.studio, StudioStore(chosen.studio_database))


def _refuse_missing(chosen: Settings) -> None:
    if not (chosen.studio / "content").is_dir():
        raise NotReady("There is no working copy yet; run: quietline studio start")


def _told(done: Imported) -> str:
    parts = [f"New versions of texts and files: {done.texts}."]
    if done.suggested:
        parts.append(f"Suggestions, because the English has changed: {done.suggested}.")
    if done.older:
        parts.append(f"Left out, because they were replaced here since: {done.older}.")
    if done.signatures:
        parts.append(f"Signatures that came in: {done.signatures}.")
    if done.unsigned:
        parts.append(f"Signatures left out: {done.unsigned}; see --help about --signatures.")
    return " ".join(parts)


def _say(done: Published) -> None:
    click.echo(f"Visitors see {done.bundle} within a minute.")
    if not done.is_recorded:
        click.echo("The database is gone; run quietline studio status to record it later.")


def _row(*cells: object) -> str:
    return "".join(f"{cell!s:<{COLUMN}}" for cell in cells).rstrip()
