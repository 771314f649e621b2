"""A finished turn: words instead of message ids, and what it offered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.conversation.choices import label
from bot.conversation.content import Content
from bot.conversation.script import Script
from bot.conversation.state import State

TURN = "turn"
"""The message id under which an action sends a turn's cards and buttons to the reply class."""

OFFERS = (
    "helpline", "emergency", "suicide_line", "child_line", "survivor_support", "family_support",
    "therapy", "self_help", "self_assessment", "privacy_answer", "refusal", "report_hotline",
    "menu",
)  # fmt: skip
"""The closed list of what a turn can offer, for counters and tests."""


@dataclass(frozen=True)
class Words:
    """An id with its words in the visitor's locale: a bubble or a button."""

    id: str
    text: str


@dataclass(frozen=True)
class Turn:
    """What the page shows after one message.

    Attributes:
        services: Service ids, best first; the page makes cards of them.
        kept: Service ids that stay in view from an earlier danger.
        offers: Out of ``OFFERS``, in that order.
        progress: Number of this step and how many there are.
        counts: Events of bot.statistics, as texts.
        speaks: As in ``Script``; its words are in a language of their own.
    """

    locale: str
    replies: tuple[Words, ...] = ()
    services: tuple[str, ...] = ()
    choices: tuple[Words, ...] = ()
    offers: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    exercise: str = ""
    progress: tuple[int, int] | None = None
    outcome: str = "answer"
    counts: tuple[str, ...] = ()
    speaks: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def from_json(data: dict[str, Any]) -> Turn:
    """Return the turn that ``to_json`` wrote."""
    progress = data["progress"]
    return Turn(
        **{
            **data,
            "replies": tuple(Words(**words) for words in data["replies"]),
            "choices": tuple(Words(**words) for words in data["choices"]),
            **{name: tuple(data[name]) for name in ("services", "offers", "kept", "counts")},
            "progress": (progress[0], progress[1]) if progress else None,
        }
    )


def put_into_words(content: Content, state: State, script: Script) -> Turn:
    """Return the turn that a script makes in the conversation's locale."""

    def words(message_id: str, **values: str) -> str:
        return content.words.text(state.locale, message_id, **values)

    return Turn(
        locale=state.locale,
        replies=tuple(Words(s.id, words(s.id, **s.values)) for s in script.says),
        services=script.services,
        choices=tuple(Words(c, words(label(c, content))) for c in dict.fromkeys(script.choices)),
        offers=offers(content, script),
        kept=tuple(service for service in script.kept if service not in script.services),
        exercise=script.exercise,
        progress=script.progress,
        outcome=script.outcome,
        counts=script.counts,
        speaks=script.speaks,
    )


def offers(content: Content, script: Script) -> tuple[str, ...]:
    """Return what a script offers, seen from the visitor."""
    found: set[str] = set()
    for service in (*script.services, *script.kept):
        kinds = set(content.directory.services[service].kinds)
        found |= kinds & set(script.kinds) or kinds
    found |= {_offered_by(choice) for choice in script.choices}
    found |= {_offered_by_words(say.id) for say in script.says}
    found |= {"menu"} if script.outcome == "menu" else set()
    found |= {"refusal"} if script.outcome == "refuse" else set()
    found |= {"self_help"} if script.exercise else set()
    return tuple(offer for offer in OFFERS if offer in found)


def _offered_by(choice: str) -> str:
    kind, _, rest = choice.partition(".")
    if kind in ("module", "exercise"):
        return "self_help"
    if kind == "check_in":
        return "self_assessment"
    return rest if kind == "services" else ""


def _offered_by_words(message_id: str) -> str:
    if message_id.startswith(("answer.ask_privacy.", "module.privacy.")):
        return "privacy_answer"
    return "self_assessment" if message_id.startswith("check_in.") else ""
