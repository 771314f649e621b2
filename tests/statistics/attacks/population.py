"""Simulated conversations, and the ledger that noise makes of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from bot.release.noise import draw_noise
from bot.statistics.events import TABLES, VERSION
from bot.statistics.funnel import reached
from bot.statistics.ledger import Draw, next_draw

Conversation = Mapping[str, str]
"""Table to the one cell in which it lies."""

MONDAY: Final = date(2026, 11, 2)
OF_A_CONVERSATION: Final = ("locale", "entry", "outcome", "self_help")


def conversations(number: int, choose: random.Random) -> tuple[Conversation, ...]:
    """Return so many, in few cells mostly, and sound: who began self-help had asked before."""
    return tuple(_conversation(choose) for _ in range(number))


def counts(there: Iterable[Conversation]) -> Mapping[str, Counter[str]]:
    """Return the true number in each cell of the tables of a conversation."""
    found: dict[str, Counter[str]] = {table: Counter() for table in OF_A_CONVERSATION}
    for conversation in there:
        for table, cell in conversation.items():
            found[table][cell] += 1
    return found


def ledger(weeks: Sequence[Sequence[Conversation]], epsilon: float) -> tuple[Draw, ...]:
    """Return real draws for weeks in a row, each with its conversations."""
    drawn: list[Draw] = []
    for number, there in enumerate(weeks):
        true, week = counts(there), MONDAY + timedelta(weeks=number)
        for table in OF_A_CONVERSATION:
            noisy = draw_noise([true[table][cell] for cell in TABLES[table]], epsilon)
            numbers = dict(zip(TABLES[table], noisy, strict=True))
            last = drawn[-1] if drawn else None
            drawn.append(next_draw(last, week, table, VERSION, epsilon, numbers))
    return tuple(drawn)


def _conversation(choose: random.Random) -> Conversation:
    found = {
        "locale": _often_the_first(TABLES["locale"], choose),
        "outcome": _often_the_first(TABLES["outcome"], choose),
    }
    if reached(found["outcome"], "asked"):
        found["entry"] = _often_the_first(TABLES["entry"], choose)
    if reached(found["outcome"], "begun"):
        found["self_help"] = _often_the_first(TABLES["self_help"], choose)
    return found


def _often_the_first(cells: Sequence[str], choose: random.Random) -> str:
    return cells[int(len(cells) * choose.random() ** 3)]
