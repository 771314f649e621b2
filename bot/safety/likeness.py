"""Tell whether two texts are written nearly alike, so that none is both learnt from and measured.

The measure is the share of letters that both have in the same order (Indel similarity), over
folded texts; tests hold it against rapidfuzz, which the running product doesn't need.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from bot.safety.phrases import fold

LIKE: Final = 0.80
"""The share (0 to 1) from which two texts are nearly the same."""
SHORT: Final = 4
"""Words; shorter texts ("thank you", "stop it") can hardly be said in another way."""


def similarity(one: str, other: str) -> float:
    """Return twice the longest common subsequence over the summed lengths, from 0 to 1."""
    if not one or not other:
        return float(one == other)
    places: dict[str, int] = defaultdict(int)
    for place, letter in enumerate(one):
        places[letter] |= 1 << place
    # Bit-parallel (Hyyrö 2004): a zero in ``row`` is a letter of ``one`` that is in common.
    whole = row = (1 << len(one)) - 1
    for letter in other:
        common = row & places[letter]
        row = ((row + common) | (row - common)) & whole
    return 2 * (len(one) - row.bit_count()) / (len(one) + len(other))


def nearest(text: str, others: Iterable[str]) -> str:
    """Return the one of ``others`` that is written most like ``text``, if nearly; or empty.

    Texts of fewer than SHORT words are like those alone that are the same when folded.
    """
    folded = fold(text)
    least = LIKE if len(folded.split()) >= SHORT else 1.0
    best, found = 0.0, ""
    for other in others:
        near = _at_least(folded, fold(other), max(least, best))
        if near > best:
            best, found = near, other
    return found


def _at_least(one: str, other: str, least: float) -> float:
    """Return the similarity, or 0 where the lengths alone rule out ``least``."""
    longest = 2 * min(len(one), len(other)) / max(1, len(one) + len(other))
    found = similarity(one, other) if longest >= least else 0.0
    return found if found >= least else 0.0
