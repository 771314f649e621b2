"""Accounts, invitations and the audit trail in a database.

Whatever changes something writes its line of the trail in the same transaction: there is no
change without one. Every method may block; BadSetting means that the database can't be reached.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import BadSetting, CannotOpen, PasskeyRefused
from bot.storage.database import bring_up_to_date, open_engine
from bot.storage.staff import codes, rows, trail
from bot.storage.staff.people import (
    Account,
    Invitation,
    NewPasskey,
    NewPassword,
    Role,
    checked_name,
    in_words,
    stamp,
    tidy_name,
)
from bot.storage.staff.sealing import Safe, Work, hashed, matches
from bot.storage.staff.tables import AccountRow, InvitationRow, PasskeyRow
from bot.storage.staff.trail import Act

SETTING: Final = "QUIETLINE_STAFF_DATABASE"
INVITED: Final = timedelta(days=7)
NOBODY: Final = "nobody"


class StaffStore:
    """Who works here, in SQLite or PostgreSQL.

    Raises:
        BadSetting: There is no database at ``url`` and none can be made, or it was made with
            another key.
    """

    def __init__(self, url: str, key: bytes, work: Work | None = None) -> None:
        self.safe, self._work = Safe(key), work or Work()
        self._engine = open_engine(url, SETTING)
        bring_up_to_date(self._engine, "staff")
        self._refuse_another_key()
        # What an unknown name is held against, so that it takes the same work.
        self._nobodys_password = hashed(secrets.token_urlsafe(), self._work)
        self._nobodys_secret = self.safe.code_secret(secrets.token_urlsafe())

    def close_engine(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # ---------- who there is ----------

    def account(self, account_id: int) -> Account | None:
        """Return an account that is open."""
        with self._session() as session:
            row = session.get(AccountRow, account_id)
            return rows.account_of(row) if row and row.closed is None else None

    def knows(self, name: str) -> bool:
        """Tell whether there is an account of this name, open or closed."""
        with self._session() as session:
            return rows.named(session, name) is not None

    def accounts(self) -> list[Account]:
        """Return every account by name, closed ones too."""
        with self._session() as session:
            found = session.scalars(select(AccountRow).order_by(AccountRow.name))
            return [rows.account_of(row) for row in found]

    def invitations(self, now: datetime) -> list[Invitation]:
        """Return the invitations that can still be accepted, by name."""
        open_ = select(InvitationRow).where(InvitationRow.expires > stamp(now))
        with self._session() as session:
            found = session.scalars(open_.order_by(InvitationRow.name))
            return [rows.invitation_of(row) for row in found]

    # ---------- how somebody comes and goes ----------

    def invite(
        self, name: str, roles: Collection[Role], by: str, now: datetime, is_again: bool = False
    ) -> str:
        """Return the one-time code of a new invitation; an earlier one for the name is void.

        Args:
            name: As typed.
            roles: What the account may do.
            by: Who invites.
            now: With a time zone.
            is_again: Whether this is the person whose account of this name was closed.

        Raises:
            BadName: The name is none that an account can have.
            ClosedName: An account of this name was closed, and nobody said that it is theirs.
        """
        name, code = checked_name(name), codes.new_code()
        row = InvitationRow(
            name=name,
            digest=codes.digest_of(code),
            roles=in_words(roles),
            expires=stamp(now + INVITED),
        )
        with self._session() as session:
            rows.refuse_closed(session, name, is_again)
            session.merge(row)
            trail.append(session, Act(by, "invited", name, after=row.roles), now)
        return code

    def invitation(self, code: str, now: datetime) -> Invitation:
        """Return what ``code`` invites to.

        Raises:
            BadInvitation: There is none, it was used, or it is too old.
        """
        with self._session() as session:
            return rows.invitation_of(rows.invited(session, code, now))

    def accept(self, code: str, chosen: NewPassword | NewPasskey, now: datetime) -> Account:
        """Make the account of an invitation; one of that name loses its earlier ways to sign in.

        Raises:
            BadInvitation: There is none, it was used meanwhile, or it is too old.
            PasskeyRefused: The passkey belongs to another account.
        """
        give = self._giving(chosen, now)
        try:
            with self._session() as session:
                invitation = rows.invited(session, code, now)
                row, earlier = rows.made_anew(session, invitation, now)
                give(row)
                act = Act(row.name, "accepted", row.name, earlier, row.roles)
                trail.append(session, act, now)
                session.delete(invitation)
                session.flush()
                return rows.account_of(row)
        except IntegrityError:
            raise PasskeyRefused from None

    def withdraw(self, name: str, by: str, now: datetime) -> None:
        """Make an invitation void; one that isn't there is void already."""
        with self._session() as session:
            gone = delete(InvitationRow).where(InvitationRow.name == tidy_name(name))
            if session.execute(gone.returning(InvitationRow.name)).one_or_none():
                trail.append(session, Act(by, "withdrew", tidy_name(name)), now)

    def close(self, name: str, by: str, now: datetime) -> None:
        """Close an account for good, with its ways to sign in; an invitation can open it anew.

        Raises:
            UnknownAccount: No account that is open has this name.
        """
        with self._session() as session:
            row = rows.open_by_name(session, name)
            row.closed, row.generation = stamp(now), row.generation + 1
            row.password = row.code_secret = None
            row.passkeys = []
            trail.append(session, Act(by, "closed", row.name, before=row.roles), now)

    def give_roles(self, name: str, roles: Collection[Role], by: str, now: datetime) -> None:
        """Give an account these roles and no others.

        Raises:
            UnknownAccount: No account that is open has this name.
        """
        with self._session() as session:
            row = rows.open_by_name(session, name)
            act = Act(by, "changed roles", row.name, row.roles, in_words(roles))
            row.roles = in_words(roles)
            trail.append(session, act, now)

    # ---------- ways to sign in ----------

    def sign_in(self, name: str, password: str, code: str, now: datetime) -> Account | None:
        """Return the account when all three are right; each code counts once.

        Takes the same work whatever is wrong, and doesn't say what.
        """
        with self._session() as session:
            row = rows.named(session, name)
            phc, secret = self._held_against(row)
        is_right = matches(password, phc)
        step = codes.step_of(secret, code, now)
        if row is None or not is_right or step is None:
            return None
        return self._use_code(row.id, phc, step)

    def has_password(self, account_id: int, password: str) -> bool:
        """Tell whether it is the account's password."""
        with self._session() as session:
            phc = session.scalars(
                select(AccountRow.password).where(AccountRow.id == account_id)
            ).one_or_none()
        return matches(password, phc or self._nobodys_password) and phc is not None

    def change_password(self, account_id: int, password: str, now: datetime) -> Account:
        """Replace the password of an account that has one."""
        phc = hashed(password, self._work)
        with self._session() as session:
            row = rows.open_by_id(session, account_id)
            row.password, row.generation = phc, row.generation + 1
            trail.append(session, Act(row.name, "changed password", row.name), now)
            return rows.account_of(row)

    def change_code(self, account_id: int, secret: str, step: int, now: datetime) -> Account:
        """Replace the code app; ``step`` is that of the code that proved it."""
        with self._session() as session:
            row = rows.open_by_id(session, account_id)
            row.code_secret, row.code_step = self.safe.seal(secret, row.handle), step
            row.generation += 1
            trail.append(session, Act(row.name, "changed code app", row.name), now)
            return rows.account_of(row)

    def add(self, account_id: int, chosen: NewPassword | NewPasskey, now: datetime) -> Account:
        """Give an account another way to sign in; a password replaces an earlier one.

        Raises:
            PasskeyRefused: The passkey belongs to an account already.
        """
        what = "added password" if isinstance(chosen, NewPassword) else "added passkey"
        give = self._giving(chosen, now)
        try:
            with self._session() as session:
                row = rows.open_by_id(session, account_id)
                give(row)
                trail.append(session, Act(row.name, what, row.name), now)
                session.flush()
                return rows.account_of(row)
        except IntegrityError:
            raise PasskeyRefused from None

    def remove_passkey(self, account_id: int, passkey_id: bytes, now: datetime) -> Account:
        """Remove a passkey; the only way to sign in stays. Sessions of the account are over."""
        with self._session() as session:
            row = rows.open_by_id(session, account_id)
            left = [passkey for passkey in row.passkeys if passkey.id != passkey_id]
            if len(left) < len(row.passkeys) and (left or row.password):
                row.passkeys, row.generation = left, row.generation + 1
                trail.append(session, Act(row.name, "removed passkey", row.name), now)
            return rows.account_of(row)

    def account_of_passkey(self, passkey_id: bytes) -> Account | None:
        """Return the open account that a passkey belongs to."""
        with self._session() as session:
            row = session.get(PasskeyRow, passkey_id)
            owner = session.get(AccountRow, row.account_id) if row else None
            return rows.account_of(owner) if owner and owner.closed is None else None

    def used_passkey(self, passkey_id: bytes, sign_count: int) -> bool:
        """Note how often a passkey was used; False when it came twice or is gone."""
        known = update(PasskeyRow).where(
            PasskeyRow.id == passkey_id,
            (PasskeyRow.sign_count < sign_count) | (sign_count == 0),
        )
        with self._session() as session:
            found = session.execute(
                known.values(sign_count=sign_count).returning(PasskeyRow.account_id)
            )
            return found.one_or_none() is not None

    # ---------- the audit trail ----------

    def note(self, act: Act, now: datetime) -> None:
        """Add a line to the audit trail."""
        with self._session() as session:
            trail.append(session, act, now)

    def lines(self, month: str) -> list[trail.Line]:
        """Return the lines of a month, such as ``2026-11``, the latest first."""
        with self._session() as session:
            return trail.lines_of(session, month)

    def months(self) -> list[str]:
        """Return the months that have lines, the latest first."""
        with self._session() as session:
            return trail.months(session)

    def check(self) -> trail.Checked:
        """Walk along the whole trail and tell whether its chain holds."""
        with self._session() as session:
            return trail.check(session)

    # ---------- parts ----------

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def _held_against(self, row: AccountRow | None) -> tuple[str, str]:
        if row is None or row.password is None or row.code_secret is None:
            return self._nobodys_password, self._nobodys_secret
        return row.password, self.safe.unseal(row.code_secret, row.handle)

    def _use_code(self, account_id: int, phc: str, step: int) -> Account | None:
        """Return the account, unless the code was used or the password changed meanwhile."""
        unused = update(AccountRow).where(
            AccountRow.id == account_id,
            AccountRow.password == phc,
            AccountRow.code_step < step,
            AccountRow.closed.is_(None),
        )
        with self._session() as session:
            done = session.execute(unused.values(code_step=step).returning(AccountRow.id))
            if done.one_or_none() is None:
                return None
            return rows.account_of(session.get_one(AccountRow, account_id))

    def _giving(
        self, chosen: NewPassword | NewPasskey, now: datetime
    ) -> Callable[[AccountRow], None]:
        """Return what gives a way to sign in; the slow part is done before, outside of locks."""
        phc = hashed(chosen.password, self._work) if isinstance(chosen, NewPassword) else None

        def give(row: AccountRow) -> None:
            row.generation += 1
            if isinstance(chosen, NewPassword):
                row.password, row.code_step = phc, chosen.step
                row.code_secret = self.safe.seal(chosen.secret, row.handle)
            else:
                row.passkeys.append(PasskeyRow(**vars(chosen), added=stamp(now)))

        return give

    def _refuse_another_key(self) -> None:
        sealed = select(AccountRow).where(AccountRow.code_secret.is_not(None)).limit(1)
        with self._session() as session:
            row = session.scalars(sealed).one_or_none()
        try:
            if row and row.code_secret:
                self.safe.unseal(row.code_secret, row.handle)
        except CannotOpen:
            raise BadSetting(
                "QUIETLINE_STAFF_KEY is not the key that the staff's database was made with; "
                "set that one."
            ) from None
