"""Make an example look as it might have been typed by somebody else, at night, on a phone."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence

from bot.safety.examples import Example

PLAIN = 0.5  # share of examples that stay as they are
JOINED = 0.15  # share that another sentence stands before or after
LOOSE = ("affirm", "deny", "greet", "thanks", "stop", "repeat", "out_of_scope")
"""Intents that a further sentence would change."""
FILLING = ("out_of_scope", "distress_general", "greet", "ask_privacy", "ask_help_options")
"""Intents that may stand beside one that matters more."""


def fillings(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Return what may stand beside an example, by locale."""
    found: dict[str, list[Example]] = {}
    for example in examples:
        if example.intent in FILLING:
            found.setdefault(example.locale, []).append(example)
    return found


def view(
    example: Example,
    beside: Mapping[str, Sequence[Example]],
    order: Sequence[str],
    chance: random.Random,
) -> str:
    """Return one view of an example; its intent stays the same.

    Args:
        example: What somebody wrote.
        beside: See ``fillings``.
        order: All intents; what stands beside never comes before the example's own.
        chance: Where the dice come from.
    """
    text = example.text if chance.random() < PLAIN else typed(example.text, chance)
    if example.intent in LOOSE or chance.random() >= JOINED or example.locale not in beside:
        return text
    other = chance.choice(beside[example.locale])
    if order.index(other.intent) < order.index(example.intent):
        return text
    pair = [other.text, text] if chance.random() < 0.6 else [text, other.text]
    return chance.choice((". ", " ", ", ")).join(pair)


def typed(text: str, chance: random.Random) -> str:
    """Return ``text`` with some of: no capitals, no accents, no punctuation, slips, a word lost."""
    if chance.random() < 0.4:
        text = text.lower()
    if chance.random() < 0.25:
        text = "".join(
            c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
        )
    if chance.random() < 0.3:
        text = "".join(c for c in text if c not in ".,!?;:'’\"…")
    if chance.random() < 0.35:
        text = _with_slips(text, chance)
    words = text.split()
    if chance.random() < 0.1 and len(words) > 4:
        words.pop(chance.randrange(len(words)))
        text = " ".join(words)
    return text


def _with_slips(text: str, chance: random.Random) -> str:
    """Swap, lose or double a character in every 25."""
    letters = list(text)
    for _ in range(max(1, len(letters) // 25) if letters else 0):
        at = chance.randrange(len(letters))
        slip = chance.random()
        if slip < 0.35 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = "" if slip < 0.7 else letters[at] * 2
    return "".join(letters)
