"""From a turn of the conversation to what a template shows: bubbles, cards, buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.content import Content
from bot.conversation.turn import Turn, Words
from bot.languages.locales import Locale
from bot.modules.module import Exercise
from bot.referral.card import Card, card
from bot.referral.duties import duty_words
from bot.referral.service import MADE_FOR_THIS
from bot.safety.topics import Outcome
from bot.web.public.language_offer import LanguageOffer, language_offer
from bot.web.public.visitor import Visitor

ITEM = "- "
QUIET = re.compile(
    r"menu|safety\.moved_on|check_in\.(back|stop|continue)|check_in\..*\.skip"
    r"|survey\.about\..*|survey\..*\.(skip|stop)"
)
"""Buttons that lead away, shown less loud than those that answer."""
BREAK = "exercise.grounding"
"""Offered on every screen of a module to whom it is too much."""
PATH, NEXT_STEP = "check_in.path", "check_in.band."
"""Said before the buttons that follow the words of a next step."""
SCREEN = re.compile(r"module\.\w+\.\d+")


@dataclass(frozen=True)
class Block:
    """A paragraph with its lines joined, or a list with one text an item."""

    texts: tuple[str, ...]
    is_list: bool


@dataclass(frozen=True)
class Bubble:
    """One thing said; ``kind`` is title, do, question or text."""

    kind: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Button:
    """A suggested answer; a quiet one leads away."""

    choice: str
    text: str
    is_quiet: bool


@dataclass(frozen=True)
class TurnView:
    """One turn, ready for its template.

    Attributes:
        notices: Message ids about the chat itself, shown before everything else.
        progress: Message id of its words, number and total; or None.
        cards_after: So many bubbles stand before the cards; where a human being is needed, one.
        language: The way to another language, behind the cards of a danger.
        is_urgent: The cards are those of a danger.
        lead: Message id of what is said right before the buttons, or empty.
        duty: What professionals of the country must report, before a first contact; else empty.
        done: The module that ends with this turn, as ``module.urges``, or empty.
    """

    notices: tuple[str, ...]
    bubbles: tuple[Bubble, ...]
    cards: tuple[Card, ...]
    kept: tuple[Card, ...]
    buttons: tuple[Button, ...]
    exercise: Exercise | None
    progress: tuple[str, int, int] | None
    cards_after: int
    language: LanguageOffer | None
    is_urgent: bool
    duty: str
    lead: str
    done: str


def view_of(
    turn: Turn,
    content: Content,
    visitor: Visitor,
    now: datetime,
    notices: tuple[str, ...] = (),
    locales: tuple[Locale, ...] = (),
) -> TurnView:
    """Return what the page shows of ``turn``; ids that we don't know are left out.

    ``locales`` are those that a visitor who writes in another language can change to.
    """
    is_urgent = turn.outcome == Outcome.ROUTE
    return TurnView(
        notices=notices,
        bubbles=tuple(Bubble(_kind(said.id), blocks(said.text)) for said in turn.replies),
        cards=cards(turn.services, content, visitor, now),
        kept=cards(turn.kept, content, visitor, now),
        buttons=_buttons(turn, content, visitor),
        exercise=content.shelf.exercises.get(turn.exercise),
        progress=_progress(turn),
        cards_after=1 if is_urgent else len(turn.replies),
        language=language_offer(turn, content.words, locales),
        is_urgent=is_urgent,
        duty=_duty(turn, content, visitor),
        lead=PATH if any(said.id.startswith(NEXT_STEP) for said in turn.replies) else "",
        done=_done(turn),
    )


def _duty(turn: Turn, content: Content, visitor: Visitor) -> str:
    """Return the words about reporting; in a danger nothing may stand before the numbers."""
    known = content.directory.services
    kinds = {kind for service in turn.services if service in known for kind in known[service].kinds}
    if "emergency" in kinds or not kinds & MADE_FOR_THIS:
        return ""
    return duty_words(content.duties, content.words, visitor.locale.tag, visitor.country)


def cards(
    service_ids: Iterable[str], content: Content, visitor: Visitor, now: datetime
) -> tuple[Card, ...]:
    """Return the cards of the services that exist, in the same order."""
    known = content.directory.services
    return tuple(
        card(known[service_id], content.words, visitor.locale.tag, visitor.country, now)
        for service_id in service_ids
        if service_id in known
    )


def blocks(text: str) -> tuple[Block, ...]:
    """Part a text into paragraphs at blank lines, and into lists where lines begin with a dash."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in paragraph.splitlines()]
        plain = [line for line in lines if not line.startswith(ITEM)]
        items = tuple(line.removeprefix(ITEM) for line in lines if line.startswith(ITEM))
        if plain:
            found.append(Block((" ".join(plain),), is_list=False))
        if items:
            found.append(Block(items, is_list=True))
    return tuple(found)


def _kind(message_id: str) -> str:
    if message_id.endswith(".title") or message_id.startswith("offer.heading."):
        return "title"
    if message_id.startswith("module.") and message_id.endswith(".do"):
        return "do"
    is_question = message_id.endswith((".question", ".ask"))
    return "question" if is_question else "text"


def _buttons(turn: Turn, content: Content, visitor: Visitor) -> tuple[Button, ...]:
    in_module = any(SCREEN.fullmatch(choice.id) for choice in turn.choices) and turn.progress
    rest = content.words.text(visitor.locale.tag, "module.too_much")
    return tuple(
        Button(choice.id, rest, is_quiet=True)
        if in_module and choice.id == BREAK
        else _button(choice)
        for choice in turn.choices
    )


def _button(choice: Words) -> Button:
    return Button(choice.id, choice.text, is_quiet=bool(QUIET.fullmatch(choice.id)))


def _done(turn: Turn) -> str:
    if turn.progress is None or turn.progress[0] != turn.progress[1]:
        return ""
    parts = (said.id.split(".") for said in turn.replies)
    return next((f"module.{slug}" for kind, slug, *_ in parts if kind == "module"), "")


def _progress(turn: Turn) -> tuple[str, int, int] | None:
    if turn.progress is None:
        return None
    asks = any(said.id.startswith(("check_in.", "survey.")) for said in turn.replies)
    return "check_in.progress" if asks else "module.screen_of", *turn.progress
