"""Find rows, and hand them out as plain values."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import BadInvitation, ClosedName, UnknownAccount
from bot.storage.staff.codes import digest_of
from bot.storage.staff.people import Account, Invitation, Passkey, Role, moment, stamp, tidy_name
from bot.storage.staff.tables import AccountRow, InvitationRow


def account_of(row: AccountRow) -> Account:
    """Return an account without its secrets."""
    return Account(
        id=row.id,
        name=row.name,
        roles=_roles(row.roles),
        handle=row.handle,
        generation=row.generation,
        has_password=row.password is not None,
        passkeys=tuple(
            Passkey(each.id, each.public_key, each.sign_count, each.title, moment(each.added))
            for each in row.passkeys
        ),
        created=moment(row.created),
        closed=moment(row.closed) if row.closed else None,
    )


def invitation_of(row: InvitationRow) -> Invitation:
    """Return an invitation without its digest."""
    return Invitation(row.name, _roles(row.roles), moment(row.expires))


def named(session: Session, name: str) -> AccountRow | None:
    """Return the row of ``name``, as typed."""
    found = select(AccountRow).where(AccountRow.name == tidy_name(name))
    return session.scalars(found).one_or_none()


def refuse_closed(session: Session, name: str, is_again: bool) -> None:
    """Refuse the name of a closed account, unless it is for the same person.

    Raises:
        ClosedName: It is closed.
    """
    row = named(session, name)
    if row and row.closed and not is_again:
        raise ClosedName(
            "An account of this name was closed. Choose another name, or say that it is the same "
            "person again (--again): what was written and signed under this name is theirs."
        )


def open_by_name(session: Session, name: str) -> AccountRow:
    """Return the row of ``name`` while it is open.

    Raises:
        UnknownAccount: No account that is open has this name.
    """
    row = named(session, name)
    if row is None or row.closed is not None:
        raise UnknownAccount("No account that is open has this name; see: quietline staff list")
    return row


def open_by_id(session: Session, account_id: int) -> AccountRow:
    """Return the row of an account while it is open.

    Raises:
        UnknownAccount: It was closed meanwhile.
    """
    row = session.get(AccountRow, account_id)
    if row is None or row.closed is not None:
        raise UnknownAccount("The account was closed; ask an administrator.")
    return row


def invited(session: Session, code: str, now: datetime) -> InvitationRow:
    """Return the row of an invitation that can still be accepted.

    Raises:
        BadInvitation: There is none, it was used, or it is too old.
    """
    found = select(InvitationRow).where(
        InvitationRow.digest == digest_of(code), InvitationRow.expires > stamp(now)
    )
    row = session.scalars(found).one_or_none()
    if row is None:
        raise BadInvitation("The invitation isn't valid; ask an administrator for a new one.")
    return row


def made_anew(session: Session, invitation: InvitationRow, now: datetime) -> tuple[AccountRow, str]:
    """Return an account without any way to sign in, and the roles that it had until now."""
    row = named(session, invitation.name)
    if row is None:
        row = AccountRow(name=invitation.name, roles="")
        row.generation, row.code_step, row.created, row.closed = 0, 0, stamp(now), None
        session.add(row)
    earlier, row.roles = row.roles, invitation.roles
    # As random as the code that it is made of; a passkey was made for it before the account is.
    row.handle = bytes.fromhex(invitation.digest)
    row.password = row.code_secret = row.closed = None
    row.passkeys = []
    session.flush()
    return row, earlier


def _roles(stored: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in stored.split())
