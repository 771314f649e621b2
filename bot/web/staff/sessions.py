"""Sessions of people who signed in: in memory only, so that a restart ends them all.

The browser holds 32 random bytes; here lies only their SHA-256. Times are seconds of one clock.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.storage.staff.people import Account

IDLE_SECONDS: Final = 30 * 60
LIFETIME_SECONDS: Final = 8 * 60 * 60
ROTATED_AFTER_SECONDS: Final = 15 * 60
OVERLAP_SECONDS: Final = 30  # for what a page was loading when its token changed
RECENT_SECONDS: Final = 15 * 60


@dataclass
class Session:
    """One person in one browser.

    Attributes:
        generation: That of the account at sign-in; another one ends the session.
        form_token: What every form of this session carries.
    """

    account_id: int
    generation: int
    form_token: str
    began: float
    used: float


@dataclass
class _Entry:
    session: Session
    made: float
    until: float | None = None  # set once another token took over


class Sessions:
    """Every session of this process, by the digest of its token."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entries: dict[bytes, _Entry] = {}

    def begin(self, account: Account) -> str:
        """Return the token of a new session."""
        self._sweep()
        now = self._clock()
        form_token = secrets.token_urlsafe(32)
        return self._add(Session(account.id, account.generation, form_token, now, now))

    def find(self, token: str) -> Session | None:
        """Return the session of ``token`` and count it as used; None when it is over."""
        entry = self._entries.get(_digest(token))
        if entry is None or self._is_over(entry):
            return None
        entry.session.used = self._clock()
        return entry.session

    def renewed(self, token: str) -> str | None:
        """Return another token for a session whose token is old, else None."""
        entry, now = self._entries.get(_digest(token)), self._clock()
        if entry is None or entry.until or now - entry.made < ROTATED_AFTER_SECONDS:
            return None
        entry.until = now + OVERLAP_SECONDS
        return self._add(entry.session)

    def is_recent(self, session: Session) -> bool:
        """Tell whether the person signed in a short while ago."""
        return self._clock() - session.began < RECENT_SECONDS

    def end(self, token: str) -> None:
        """End a session, under each of its tokens."""
        entry = self._entries.get(_digest(token))
        if entry:
            self._drop(lambda each: each.session is entry.session)

    def _add(self, session: Session) -> str:
        token = secrets.token_urlsafe(32)
        self._entries[_digest(token)] = _Entry(session, self._clock())
        return token

    def _sweep(self) -> None:
        self._drop(self._is_over)

    def _drop(self, chosen: Callable[[_Entry], bool]) -> None:
        self._entries = {key: each for key, each in self._entries.items() if not chosen(each)}

    def _is_over(self, entry: _Entry) -> bool:
        now, session = self._clock(), entry.session
        return (
            now - session.used >= IDLE_SECONDS
            or now - session.began >= LIFETIME_SECONDS
            or (entry.until is not None and now >= entry.until)
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
