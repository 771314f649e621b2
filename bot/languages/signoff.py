"""Which texts clinicians have signed: what one signature covers, and the ledger that holds them.

One signature covers one *part* in one locale:

* ``answer.<intent>``, ``module.<slug>``, ``exercise.<slug>`` and ``service.<id>`` are a part each;
* the check-in is one part, and the survey, because their questions make sense together only;
* of the interface, all texts with the same first segment are one: ``nav``, ``help``, ``referral``.
  Its words around modules, exercises and services are the parts ``module``, ``exercise`` and
  ``service``, without a second segment.

* the thresholds (``policy``), the decisions of the check-in, the phrases of each language and what
  professionals must report (``duties``) are parts without words.

A signature names the hash of what was read. It counts while the part still has that hash, up to
and including its last day. The hash covers more than words: what a visitor dials, and when; which
services and buttons are offered, and in which order; minutes and kinds. Those facts are the same
in every language: a part that says nothing in words of its own is one of the source locale only,
and so is each rule, but for the phrases of a language.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from bot.errors import BrokenContent
from bot.languages.catalogs import SOURCE, Words
from bot.languages.yaml import read_yaml

ROLES: Final = ("clinician", "child_protection", "lawyer", "translator", "editor")
"""Who may sign; the ledger names no people."""

DECIDING: Final = frozenset({"clinician", "child_protection"})
"""One of these is among the two roles that sign a safety part."""

LONGEST: Final = timedelta(days=400)
"""How long a signature may count: a year, and some weeks to read everything again."""

KEYS: Final = frozenset({"part", "locale", "hash", "role", "on", "until"})
SIGNATURES: Final = "signatures:"
PART: Final = re.compile(r"[a-z_]+(\.[A-Za-z0-9_-]+)?")
HASH: Final = re.compile(r"[0-9a-f]{64}")
LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
NUMBER: Final = re.compile(r"\d{2,}(?:[\s()/-]*\d)+")
YEAR: Final = re.compile(r"(?:19|20)\d\d")


class State(enum.StrEnum):
    """How far a part is signed.

    ``WAITING`` is signed by one of two roles; ``STALE``, its text changed afterwards.
    """

    SIGNED = "signed"
    WAITING = "waiting"
    STALE = "stale"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Part:
    """What one signature covers, as it reads today.

    Attributes:
        fingerprint: The SHA-256 of its texts and facts: 64 hex digits.
        is_safety: Two roles must sign it: answers, services, rules, and whatever holds a phone
            number.
        texts: How many it has.
    """

    name: str
    locale: str
    fingerprint: str
    is_safety: bool
    texts: int


@dataclass(frozen=True)
class Signature:
    """One entry of the ledger; it counts from ``on`` to ``until``, both included."""

    part: str
    locale: str
    fingerprint: str
    role: str
    on: date
    until: date

    @property
    def place(self) -> tuple[str, str, str]:
        """What the ledger is sorted by, and holds once."""
        return self.locale, self.part, self.role


@dataclass(frozen=True)
class SignOff:
    """What is to be signed, and what was.

    Attributes:
        parts: Locale to its parts by name, in the order of the content.
    """

    parts: Mapping[str, Mapping[str, Part]]
    signatures: tuple[Signature, ...]

    def states(self, locale: str, today: date) -> dict[Part, State]:
        """Return how far each part of ``locale`` is signed."""
        by_part: dict[str, list[Signature]] = {}
        for signature in self.signatures:
            if signature.locale == locale:
                by_part.setdefault(signature.part, []).append(signature)
        parts = self.parts[locale].values()
        return {part: state_of(part, by_part.get(part.name, ()), today) for part in parts}

    def signed_locales(self, today: date) -> frozenset[str]:
        """Return the locales whose every part is signed."""
        return frozenset(
            tag for tag in self.parts if set(self.states(tag, today).values()) == {State.SIGNED}
        )


def part_name(catalog: str, message_id: str) -> str:
    """Return the part that a message of ``catalog`` belongs to."""
    segments = message_id.split(".")
    is_whole = catalog == "interface" or segments[0] in ("check_in", "survey")
    return segments[0] if is_whole else ".".join(segments[:2])


def parts_of(
    words: Words, locale: str, facts: Mapping[str, str], rules: Mapping[str, str] | None = None
) -> dict[str, Part]:
    """Return every part of ``locale``.

    Args:
        words: All texts.
        locale: A tag.
        facts: What a part's hash covers besides words, in every locale.
        rules: Parts of this locale that are facts alone.
    """
    texts: dict[str, dict[str, str]] = {}
    own, safety = dict(rules or {}), set[str]()
    for catalog, messages in words.source.items():
        for message_id in messages:
            name = part_name(catalog, message_id)
            texts.setdefault(name, {})[message_id] = words.text(locale, message_id)
            if catalog == "safety":
                safety.add(name)
    names = dict.fromkeys([*texts, *(facts if locale == SOURCE else ()), *own])
    return {
        name: Part(
            name,
            locale,
            fingerprint(texts.get(name, {}), own.get(name) or facts.get(name, "")),
            name in safety or name not in texts or any(map(has_number, texts[name].values())),
            len(texts.get(name, {})),
        )
        for name in names
    }


def fingerprint(texts: Mapping[str, str], facts: str = "") -> str:
    """Return the hash of a part: any change of an id, a text or a fact changes it."""
    content = json.dumps([sorted(texts.items()), facts])
    return hashlib.sha256(content.encode()).hexdigest()


def has_number(text: str) -> bool:
    """Tell whether a telephone number may be in ``text``: three digits or more, and no year.

    A figure that is none, such as 468, only asks for a second signature.
    """
    return any(not YEAR.fullmatch(found) for found in NUMBER.findall(text))


def state_of(part: Part, signatures: Iterable[Signature], today: date) -> State:
    """Return how far ``part`` is signed.

    One good signature of two is ``WAITING``, whatever became of the other one. A signature of a
    day still to come is none yet.
    """
    own = [
        signature
        for signature in signatures
        if (signature.part, signature.locale) == (part.name, part.locale) and signature.on <= today
    ]
    same = [signature for signature in own if signature.fingerprint == part.fingerprint]
    roles = {signature.role for signature in same if today <= signature.until}
    if roles:
        return State.SIGNED if is_enough(roles, part.is_safety) else State.WAITING
    if same:
        return State.EXPIRED
    return State.STALE if own else State.UNSIGNED


def is_enough(roles: Collection[str], is_safety: bool) -> bool:
    """Tell whether nobody else must sign a part that these roles have signed."""
    return len(roles) > 1 and not DECIDING.isdisjoint(roles) if is_safety else bool(roles)


def status(sign_off: SignOff, today: date) -> dict[str, Counter[State]]:
    """Return for each locale how many parts are in which state."""
    return {tag: Counter(sign_off.states(tag, today).values()) for tag in sign_off.parts}


def digest(sign_off: SignOff, today: date) -> str:
    """Return a hash of every part as it reads, and of how far it is signed today."""
    seen = sorted(
        (tag, part.name, part.fingerprint, str(state))
        for tag in sign_off.parts
        for part, state in sign_off.states(tag, today).items()
    )
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def sign(ledger: str, signatures: Iterable[Signature], new: Iterable[Signature]) -> str:
    """Return the text of the ledger with ``new`` signatures.

    A role that signs a part again replaces its own earlier signature. The head comment stays;
    the order is always the same, so that a change shows only what was signed.
    """
    head = re.split(f"^{SIGNATURES}", ledger, maxsplit=1, flags=re.MULTILINE)[0]
    latest = {signature.place: signature for signature in (*signatures, *new)}
    lines = [_line(latest[place]) for place in sorted(latest)]
    return head + "\n".join([SIGNATURES, *lines, ""] if lines else [f"{SIGNATURES} []", ""])


def read_ledger(path: Path) -> tuple[Signature, ...]:
    """Return the signatures in ``path``.

    Raises:
        BrokenContent: An entry can't be used, or is there twice; says line and cure.
    """
    document = _document(path)
    entries = document.get("signatures") if isinstance(document, dict) else None
    if not isinstance(entries, list) or set(document) != {"signatures"}:
        raise BrokenContent(path, None, "the file must hold a list under signatures:, nothing else")
    found: dict[tuple[str, str, str], Signature] = {}
    for line, entry in zip_longest(_beginnings(path), entries):
        signature = _signature(path, line, entry)
        if signature.place in found:
            cure = "this role has signed this part before; keep the newer of the two entries"
            raise BrokenContent(path, line, cure)
        found[signature.place] = signature
    return tuple(found.values())


def _document(path: Path) -> Any:
    try:
        return read_yaml(path)
    except ValueError:  # of YAML's own idea of a day
        raise BrokenContent(path, None, "a day in it, such as 2027-02-30, does not exist") from None


def _line(signature: Signature) -> str:
    return (
        f"- {{part: {signature.part}, locale: {signature.locale},"
        f' hash: "{signature.fingerprint}", role: {signature.role},'
        f" on: {signature.on}, until: {signature.until}}}"
    )


def _signature(path: Path, line: int | None, entry: Any) -> Signature:
    cure = next(_mistakes(entry), "")
    if cure:
        raise BrokenContent(path, line, cure)
    on, until = (date.fromisoformat(str(entry[key])) for key in ("on", "until"))
    if not on <= until <= on + LONGEST:
        cure = f"until must be on the day of signing or up to {LONGEST.days} days later"
        raise BrokenContent(path, line, cure)
    return Signature(entry["part"], entry["locale"], entry["hash"], entry["role"], on, until)


def _mistakes(entry: Any) -> Iterator[str]:
    """Yield what to change in an entry, each part of it looked at by itself."""
    if not isinstance(entry, dict) or set(entry) != KEYS:
        yield f"an entry needs {', '.join(sorted(KEYS))}, and nothing else"
        return
    if not _matches(PART, entry["part"]):
        yield "part must be a name that `quietline content status --list` prints"
    if not _matches(LOCALE, entry["locale"]):
        yield "locale must be a tag such as de"
    if not _matches(HASH, entry["hash"]):
        yield "hash must be 64 hex digits in quotes; sign with `quietline content sign`"
    if entry["role"] not in ROLES:
        yield f"role must be one of {', '.join(ROLES)}; never name people"
    for key in ("on", "until"):
        if not _is_day(entry[key]):
            yield f"{key} must be a day such as 2026-11-22"


def _matches(form: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _beginnings(path: Path) -> list[int]:
    """Return the line on which each entry begins."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [line for line, text in lines if text.startswith("- ")]
