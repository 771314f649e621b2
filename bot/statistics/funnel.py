"""How far conversations came: towards a human being, and in self-help.

Both only ever rise, so the two together name the furthest outcome, and each step of the funnel is
the sum of the outcomes that reached it.
"""

from __future__ import annotations

from typing import Final

TOWARDS_PEOPLE: Final = ("began", "asked", "saw", "opened")
"""Began to talk; named a subject; saw a service; opened one to take along or hand over to."""
IN_SELF_HELP: Final = ("none", "begun", "finished")
"""Of a module, exercise or check-in."""

OUTCOMES: Final = (
    "began",
    *(f"{step}.{part}" for step in TOWARDS_PEOPLE[1:] for part in IN_SELF_HELP),
)
"""The furthest outcomes; whoever has not named a subject has not begun any self-help."""


def further(outcome: str, step: str, part: str) -> str:
    """Return the furthest of ``outcome`` (empty at the beginning) and what a turn reached."""
    old_step, old_part = _read(outcome)
    new_step = max(old_step, step, key=TOWARDS_PEOPLE.index)
    new_part = max(old_part, part, key=IN_SELF_HELP.index)
    if new_part != "none":
        new_step = max(new_step, "asked", key=TOWARDS_PEOPLE.index)
    return "began" if new_step == "began" else f"{new_step}.{new_part}"


def reached(outcome: str, step: str) -> bool:
    """Tell whether ``outcome`` reached ``step`` of TOWARDS_PEOPLE or IN_SELF_HELP."""
    towards, part = _read(outcome)
    if step in TOWARDS_PEOPLE:
        return TOWARDS_PEOPLE.index(towards) >= TOWARDS_PEOPLE.index(step)
    return IN_SELF_HELP.index(part) >= IN_SELF_HELP.index(step)


def _read(outcome: str) -> tuple[str, str]:
    step, _, part = outcome.partition(".")
    return step or "began", part or "none"
