"""Run the staff's pages, and let people in; the first administrator is made here."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from bot import settings
from bot.cli.processes import close_up
from bot.errors import NotReady
from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.storage.staff.store import StaffStore

ROLES: Final = ("author", "signer", "translator", "researcher", "administrator")
SHELL: Final = "shell"
KEY_FILE: Final = ROOT / "var" / "staff.key"


@click.group()
def staff() -> None:
    """Run the staff's pages and manage who may sign in.

    They are for an internal network, and not part of: quietline run

    Begin with: quietline staff invite NAME --role administrator, then quietline staff serve. The
    pages are at http://localhost:8090 (passkeys want the name localhost, not 127.0.0.1). Before
    others reach them, put a TLS proxy in front that passes the Host header on unchanged: under
    any other name than this machine's, the browser keeps the session through TLS only.
    """


@staff.command()
def serve() -> None:
    """Serve the pages on QUIETLINE_STAFF_HOST and QUIETLINE_STAFF_PORT."""
    close_up(is_working=True)
    from bot.web.staff.server import serve as serve_pages

    chosen, key = settings.read(), _key()
    click.echo(f"The staff's pages are at http://{_named(chosen.staff_host)}:{chosen.staff_port}")
    serve_pages(chosen, key)


@staff.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--again", is_flag=True, help="The same person whose account NAME was closed.")
def invite(name: str, roles: tuple[str, ...], again: bool) -> None:
    """Invite NAME to make an account, or to sign in anew after something was lost.

    Prints the page and a code that works once, for seven days. The first account must be an
    administrator.
    """
    from bot.storage.staff.people import Role

    store, chosen = _store(), frozenset(Role(role) for role in roles)
    open_accounts = [account for account in store.accounts() if not account.closed]
    if not open_accounts and Role.ADMINISTRATOR not in chosen:
        raise NotReady("The first account must be an administrator; add: --role administrator")
    code = store.invite(name, chosen, SHELL, datetime.now(UTC), again)
    click.echo("page\t/invitation")
    click.echo(f"code\t{code}")


@staff.command("list")
def list_() -> None:
    """Print name, roles, ways to sign in, and the day it was made or closed."""
    for account in _store().accounts():
        ways = [
            *(["password"] if account.has_password else []),
            *(["passkey"] * len(account.passkeys)),
        ]
        state = f"closed {account.closed:%Y-%m-%d}" if account.closed else "open"
        roles = " ".join(sorted(account.roles))
        made = f"{account.created:%Y-%m-%d}"
        click.echo("\t".join((account.name, roles, " ".join(ways) or "none", made, state)))


@staff.command()
@click.argument("name")
def close(name: str) -> None:
    """Close the account NAME; its sessions are over at once, and it may sign nothing more."""
    from bot.storage.studio import forget_signer

    store = _store()
    forget_signer(settings.read().studio_database, name)
    store.close(name, SHELL, datetime.now(UTC))


@staff.command()
def key() -> None:
    """Print a new key for QUIETLINE_STAFF_KEY; it seals what the database keeps secret."""
    from bot.storage.staff.sealing import new_key

    click.echo(new_key())


def _store() -> StaffStore:
    from bot.storage.staff.store import StaffStore

    return StaffStore(settings.read().staff_database, _key())


def _key() -> bytes:
    from bot.storage.staff.sealing import VARIABLE, read_key

    found, is_new = read_key(os.environ, KEY_FILE)
    if is_new:
        place = f"{KEY_FILE.parent.name}/{KEY_FILE.name}"
        click.echo(f"A new key was made in {place}; keep a copy, or set {VARIABLE}.", err=True)
    return found


def _named(host: str) -> str:
    return "localhost" if host == "127.0.0.1" else host
