"""Who helps in a country, by need: the part of every page that needs nothing but the directory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.conversation.content import Content
from bot.referral.card import Card
from bot.referral.choosing import Wanted, choose
from bot.web.public.bubbles import cards
from bot.web.public.visitor import Visitor


@dataclass(frozen=True)
class Need:
    """One heading of the block: its message id, the kinds that answer it, and how many to show."""

    title: str
    kinds: tuple[str, ...]
    most: int


@dataclass(frozen=True)
class Section:
    """A need with the services for it."""

    need: Need
    cards: tuple[Card, ...]


ON_EVERY_PAGE: Final = (
    Need("help.emergency", ("emergency",), 1),
    Need("help.suicide", ("suicide_line",), 2),
    Need("help.child", ("child_line",), 2),
    Need("help.self", ("helpline", "therapy", "self_help"), 3),
    Need("help.family", ("family_support",), 2),
    Need("help.survivor", ("survivor_support",), 2),
    Need("help.report", ("report_hotline",), 1),
)
ON_ITS_OWN_PAGE: Final = (
    Need("help.emergency", ("emergency",), 1),
    Need("help.suicide", ("suicide_line",), 3),
    Need("help.child", ("child_line",), 3),
    Need("help.self", ("helpline",), 3),
    Need("help.therapy", ("therapy",), 3),
    Need("help.self_help", ("self_help",), 3),
    Need("help.family", ("family_support",), 3),
    Need("help.survivor", ("survivor_support",), 3),
    Need("help.report", ("report_hotline",), 2),
    Need("help.professional", ("professional",), 2),
)


def sections(
    needs: tuple[Need, ...], content: Content, visitor: Visitor, now: datetime
) -> tuple[Section, ...]:
    """Return the needs, in order, with the services of the visitor's country."""
    return tuple(_sections(needs, content, visitor, now))


def _sections(
    needs: tuple[Need, ...], content: Content, visitor: Visitor, now: datetime
) -> Iterator[Section]:
    for need in needs:
        wanted = Wanted(need.kinds, visitor.country, visitor.locale.tag)
        ids = choose(content.directory, wanted, now, need.most)
        yield Section(need, cards(ids, content, visitor, now))
