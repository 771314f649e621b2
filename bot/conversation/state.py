"""The few fields that a conversation remembers; everything else is forgotten at every turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from bot.safety.topics import Urgency


@dataclass(frozen=True)
class State:
    """One conversation, without a word that the visitor typed.

    Attributes:
        locale: BCP 47 tag that the visitor chose.
        country: ISO 3166 alpha-2 that the visitor chose, or empty.
        urgency: The highest so far; it never falls by itself.
        kept: The intent whose cards stay in view until the visitor moves on, or empty.
        question: The topic that was last asked about and not answered yet, or empty.
        denied: Topics that the visitor said no to when asked.
        door: ``self``, or whose own door this is: ``under_18``.
        place: The choice id that leads back to where the visitor was, or empty.
        answers: Check-in item to the ids of the chosen answers.
        misunderstood: Messages in a row that were not understood.
        refusals: Harmful requests so far.
        counted: Where this conversation is counted: its week, and table to cell.
        wishes: How the visitor would like to be helped: ``way``, ``country`` and ``language`` as in
            the check-in's last domain, to the id of the answer.
        survey: Once it was offered and answered with yes or no: ``module``, the slug of the
            module that it goes with, empty when it is over; and question to the id of its answer.
        noticed: Languages that it has been in or that were offered: none of them is offered again.
    """

    locale: str = "en"
    country: str = ""
    urgency: int = Urgency.NONE
    kept: str = ""
    question: str = ""
    denied: tuple[str, ...] = ()
    door: str = "self"
    place: str = ""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    misunderstood: int = 0
    refusals: int = 0
    counted: Mapping[str, str] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)
    survey: Mapping[str, str] = field(default_factory=dict)
    noticed: tuple[str, ...] = ()

    def but(self, **changes: Any) -> State:
        """Return a copy with ``changes``; urgency is raised, never lowered."""
        if "urgency" in changes:
            changes["urgency"] = int(max(self.urgency, changes["urgency"]))
        return replace(self, **changes)


def to_slots(state: State) -> dict[str, Any]:
    """Return ``state`` as plain JSON values, by slot name."""
    return {name: _plain(getattr(state, name)) for name in SLOTS}


def from_slots(slots: Mapping[str, Any]) -> State:
    """Return the state that ``slots`` hold; a slot that is missing or None counts as unset."""
    known = {name: slots[name] for name in SLOTS if slots.get(name) is not None}
    for name in ("denied", "noticed"):
        known[name] = tuple(known.get(name, ()))
    known["answers"] = {item: tuple(ids) for item, ids in known.get("answers", {}).items()}
    return State(**known)


SLOTS = tuple(slot.name for slot in fields(State))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return value
