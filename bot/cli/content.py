"""Commands for those who own the words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot import wiring
from bot.conversation.checks import word_problems
from bot.languages import extraction, signoff
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import Part, Signature, SignOff, State
from bot.referral.reading import read_directory
from bot.settings import ROOT

FOLDER = ROOT / "locales"
COLUMN = 10  # characters

of_root = click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)


@click.group()
def content() -> None:
    """Check, extract and compile the words of the product."""


@content.command()
def check() -> None:
    """Check everything in content/ and all catalogs; exits 1 and lists what to mend."""
    found = problems()
    for line in found:
        click.echo(line)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("All content and catalogs are fine.")


def problems() -> list[str]:
    """Return a line, with file and cure, for all that is wrong in content/ and the catalogs.

    Raises:
        BrokenContent: Something can't even be read.
    """
    found = list(extraction.problems(FOLDER, translated()))
    if not extraction.is_current(_source(), FOLDER, _comments()):
        found.append(f"{FOLDER}: the templates are older than content/; run: make strings")
    wiring.signoff()
    return [*found, *word_problems(wiring.content(), ROOT, translated())]


@content.command()
def strings() -> None:
    """Write the templates and bring every locale's catalogs up to date."""
    extraction.write_templates(_source(), FOLDER, _comments())
    extraction.update(FOLDER, translated())


@content.command("compile")
def compile_() -> None:
    """Compile every locale's catalogs."""
    extraction.compile_catalogs(FOLDER, translated())


@content.command()
@click.option("--locale", help="Only this locale, e.g. de.")
@click.option("--list", "is_list", is_flag=True, help="Also name each part that isn't signed.")
@of_root
def status(locale: str | None, is_list: bool, root: Path) -> None:
    """Print how many parts of each locale are signed.

    Waiting is signed by one of two roles; stale, changed since.
    """
    sign_off, today = wiring.signoff(root), _today()
    tags = [_known(sign_off, locale)] if locale else list(sign_off.parts)
    counts = signoff.status(sign_off, today)
    click.echo(_row("locale", *State))
    for tag in tags:
        click.echo(_row(tag, *(str(counts[tag][state]) for state in State)))
    for tag in tags if is_list else ():
        for part, state in sign_off.states(tag, today).items():
            if state is not State.SIGNED:
                roles = "two roles" if part.is_safety else "one role"
                click.echo(f"{tag}\t{state}\t{part.name}\t{roles}")


@content.command()
@click.option("--locale", required=True, help="The language that was read, e.g. de.")
@click.option("--part", "names", required=True, multiple=True, help="E.g. module.urges; repeat it.")
@click.option("--role", required=True, type=click.Choice(signoff.ROLES), help="Who has read it.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Its last day.")
@of_root
def sign(locale: str, names: tuple[str, ...], role: str, until: datetime, root: Path) -> None:
    """Sign parts of a locale as they read today; writes content/signoff.yml.

    Answers, services and texts with a phone number need two roles, one of them clinician or
    child_protection.
    """
    sign_off, today = wiring.signoff(root), _today()
    last = _last_day(until.date(), today)
    parts = [_part(sign_off, _known(sign_off, locale), name) for name in dict.fromkeys(names)]
    new = [Signature(part.name, locale, part.fingerprint, role, today, last) for part in parts]
    path = root / wiring.LEDGER
    earlier = signoff.read_ledger(path)
    path.write_text(signoff.sign(path.read_text(encoding="utf-8"), earlier, new), encoding="utf-8")
    for line in _told(parts, signoff.read_ledger(path), role, last):
        click.echo(line)


@click.command()
def locales() -> None:
    """List the locales, their names and whether clinicians have signed them."""
    signed = wiring.signoff().signed_locales(_today())
    for locale in wiring.locales():
        state = "signed" if locale.tag in signed else "draft"
        click.echo(f"{locale.tag}\t{locale.name}\t{locale.direction}\t{state}")


def _told(
    parts: Sequence[Part], signatures: Sequence[Signature], role: str, last: date
) -> list[str]:
    """Return what was signed, and what a part still lacks."""
    lacks = {State.WAITING: "; waits for a second role, or for clinician or child_protection"}
    today = _today()
    return [
        f"Signed {part.name} in {part.locale} ({part.texts} texts, {part.fingerprint}) as {role}"
        f" until {last}{lacks.get(signoff.state_of(part, signatures, today), '')}"
        for part in parts
    ]


def _known(sign_off: SignOff, locale: str) -> str:
    if locale not in sign_off.parts:
        raise click.BadParameter(f"{locale} is not a locale; see: quietline locales")
    return locale


def _part(sign_off: SignOff, locale: str, name: str) -> Part:
    part = sign_off.parts[locale].get(name)
    if part is None:
        cure = f"see: quietline content status --locale {locale} --list"
        raise click.BadParameter(f"{locale} has no part {name}; {cure}")
    return part


def _last_day(last: date, today: date) -> date:
    if not today <= last <= today + signoff.LONGEST:
        most = signoff.LONGEST.days
        raise click.BadParameter(f"{last} must be today or later, and {most} days ahead at most")
    return last


def _row(*cells: str) -> str:
    return "".join(f"{cell:<{COLUMN}}" for cell in cells).rstrip()


def _today() -> date:
    return datetime.now(UTC).date()


def _source() -> dict[str, dict[str, str]]:
    return wiring.source_words(ROOT, read_directory(ROOT / "content" / "services"))


def _comments() -> extraction.Comments:
    return extraction.read_comments(ROOT / "content" / "words" / "translators.yml")


def translated() -> list[str]:
    """Return the tags of all locales but the source."""
    return [locale.tag for locale in wiring.locales() if locale.tag != SOURCE]
