"""Compare how sure recognition was with how often it was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.safety.evaluation import Judged, Share, is_right

BINS = 10  # of equal width, from a confidence of 0 to 1


@dataclass(frozen=True)
class Bin:
    """Messages of similar confidence.

    Attributes:
        low: Where the bin begins; it ends before the next, the last one includes 1.
        confidence: Their mean (0 to 1); 0 where there are none.
    """

    low: float
    confidence: float
    right: Share


def calibration(judged: Judged) -> tuple[Bin, ...]:
    """Return how often the topic was right, by confidence.

    What was not understood is left out: its confidence is that of a topic that was dropped.
    """
    named = [pair for pair in judged if pair[1].intent != "not_understood"]
    return tuple(
        _bin(number, [pair for pair in named if _place(pair[1].confidence) == number])
        for number in range(BINS)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error (0 to 1): the mean distance, weighed by messages."""
    distances = sum(abs(bin_.right.value - bin_.confidence) * bin_.right.of for bin_ in bins)
    return distances / max(1, sum(bin_.right.of for bin_ in bins))


def _place(confidence: float) -> int:
    return min(int(confidence * BINS), BINS - 1)


def _bin(number: int, judged: Judged) -> Bin:
    total = sum(heard.confidence for _, heard in judged)
    return Bin(
        number / BINS,
        total / max(1, len(judged)),
        Share.counted(is_right(*pair) for pair in judged),
    )
