"""What one turn says and shows, as message ids; the words come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Say:
    """One bubble: a message id and what fills its placeholders."""

    id: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """One turn of the assistant.

    Attributes:
        says: The bubbles, in order.
        kinds: The kinds of services asked for, the most urgent first.
        services: Ids of the services to show, the best first.
        choices: Ids of the suggested answers, in order.
        exercise: Slug of an exercise that the page shows whole, or empty.
        progress: Number of this step and how many there are, or None.
        kept: Ids of services that stay in view from an earlier danger.
        outcome: What the turn did, for counters; see bot.safety.topics.Outcome.
        topic: The intent or topic that the turn was about, for counters.
        part: What of self-help this turn is, for counters: ``module.<slug>``, ``exercise``,
            ``check_in`` or, at its end, ``check_in.<band>``; or empty.
        is_finished: With this turn ``part`` is finished.
        is_opened: The visitor has opened a service, to take along or to hand over to.
        changes: Table of the survey to how an answer compares with the one before the module.
        counts: Events of bot.statistics, as texts.
        speaks: The locale to offer, or the language that the visitor writes in and we don't; or
            empty. See bot.conversation.other_language.
    """

    says: tuple[Say, ...] = ()
    kinds: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    exercise: str = ""
    progress: tuple[int, int] | None = None
    kept: tuple[str, ...] = ()
    outcome: str = "answer"
    topic: str = ""
    part: str = ""
    is_finished: bool = False
    is_opened: bool = False
    changes: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[str, ...] = ()
    speaks: str = ""


def say(*message_ids: str) -> tuple[Say, ...]:
    """Return a bubble for each id that needs no values."""
    return tuple(Say(message_id) for message_id in message_ids)
