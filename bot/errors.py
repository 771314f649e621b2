"""The errors this product raises on purpose.

Each has a stable ``code``. Logs, counters and tests speak of the code; the words a visitor
reads live in the catalogs. No error ever carries what a person wrote.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class BotError(Exception):
    """Base of every error below; never raised itself."""

    code: ClassVar[str] = "bot.error"


class BrokenContent(BotError):
    """A content file or catalog can't be used as it stands.

    Says which file and line, and what to change; content is ours, so its words may be quoted.
    """

    code = "content.broken"

    def __init__(self, path: Path | str, line: int | None, cure: str) -> None:
        self.path, self.line, self.cure = str(path), line, cure
        place = f"{self.path}:{line}" if line else self.path
        super().__init__(f"{place}: {cure}")


class BadSetting(BotError):
    """An environment variable holds something that can't be used."""

    code = "setting.bad"


class Refused(BotError):
    """Something around this process asks it to print, keep or send what visitors write."""

    code = "start.refused"


class UnknownChoice(BotError):
    """A button's id is not one that this product has."""

    code = "choice.unknown"


class BadBundle(BotError):
    """A bundle of content was changed after it was signed, or can't be read."""

    code = "bundle.bad"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The bundle {name} is refused: {reason}.")


class UnknownEvent(BotError):
    """Something to be counted is not in the dictionary of what may be."""

    code = "event.unknown"


class AssistantUnavailable(BotError):
    """The assistant is missing, still loading, hung or broken."""

    code = "assistant.unavailable"


class StateUnavailable(BotError):
    """The Redis that keeps conversations can't be reached, is too slow, or has no room."""

    code = "state.unavailable"

    def __init__(self) -> None:
        super().__init__(
            "Redis doesn't answer or has no room; look after the one in QUIETLINE_STATE_URL."
        )


class NotReady(BotError):
    """Something has to be set up first; the message says the command."""

    code = "setup.missing"


class CannotOpen(BotError):
    """Something sealed was sealed to another key, or changed on its way."""

    code = "sealed.cannot_open"


class BadName(BotError):
    """A name can't be one that somebody signs in with."""

    code = "staff.bad_name"


class Outdated(BotError):
    """What somebody decided about isn't any more what they saw."""

    code = "studio.outdated"


class ClosedName(BadName):
    """A name was somebody's whose account is closed; what they wrote and signed carries it."""

    code = "staff.closed_name"


class BadInvitation(BotError):
    """An invitation was never made, was used, or is too old."""

    code = "staff.bad_invitation"


class UnknownAccount(BotError):
    """No account that is open has this name."""

    code = "staff.unknown_account"


class PasskeyRefused(BotError):
    """A passkey isn't known, or what it signed doesn't hold."""

    code = "staff.passkey_refused"


class BrokenLedger(BotError):
    """The statistics database holds what this product can't have written.

    Says which row or draw, and what to do.
    """

    code = "ledger.broken"


class AlreadyDrawn(BotError):
    """Noise was drawn before for this week and table; a second draw would help to undo it."""

    code = "ledger.already_drawn"


class BadRules(BotError):
    """Statistics can't be released under these rules: they would show people, or only noise."""

    code = "release.bad_rules"


class ClockWentBack(BotError):
    """The ledger has noise for a week that isn't over by this machine's clock."""

    code = "release.clock_went_back"

    def __init__(self, week: object) -> None:
        super().__init__(
            f"The week of {week} was released already, but isn't over yet by this machine's clock; "
            "set the clock right and try again."
        )


class BrokenRegister(BotError):
    """The register beside the releases was changed by hand."""

    code = "release.broken_register"

    def __init__(self, number: int | None) -> None:
        place = "a line that can't be read" if number is None else f"a line {number} out of order"
        super().__init__(
            f"The register has {place}; restore register.jsonl from a copy of the releases' folder."
        )


class LedgerRefused(BotError):
    """Ledger and register don't have the same draws; the message says how, and the cure."""

    code = "release.ledger_refused"


class ReleaseRunning(BotError):
    """Another release is being made in the same folder."""

    code = "release.running"


class BrokenRelease(BotError):
    """A release isn't whole, was changed, or doesn't follow its own rules."""

    code = "release.broken"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The release {name} can't be relied on: {reason}.")


class Conflict(BotError):
    """Somebody saved a newer version of a text than the one that its author saw.

    Attributes:
        number: The newer version's.
        who: Its author; empty when it came from a file.
        words: What it says.
    """

    code = "studio.conflict"

    def __init__(self, number: int, who: str, words: str) -> None:
        self.number, self.who, self.words = number, who, words
        super().__init__(
            f"{who or 'Somebody'} changed this meanwhile; compare with version {number}, and save "
            "again. Your words are kept."
        )


class UnknownText(BotError):
    """No text, part or locale of the studio has this name."""

    code = "studio.unknown_text"


class CannotSign(BotError):
    """A person may not sign this part in this role; the message says why."""

    code = "studio.cannot_sign"
