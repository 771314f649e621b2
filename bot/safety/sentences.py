"""Cut a long message into parts, so that one line in a ramble counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONG = 25  # words; a shorter message is read only as a whole
PART = 20  # words at most in a part
MOST_PARTS = 24  # 2,000 characters in parts of 20 words

_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def parts(text: str) -> tuple[str, ...]:
    """Return what to read beside the whole of ``text``: nothing if it is short.

    Sentences, and of those without full stops overlapping stretches of words: people at night
    type without punctuation. Of very long messages both ends and every second part between.
    """
    if len(text.split()) < LONG:
        return ()
    found = [part for sentence in _END.split(text) for part in _stretches(sentence.split())]
    while len(found) > MOST_PARTS:
        found = [*found[:4], *found[4:-4:2], *found[-4:]]
    return tuple(found)


def _stretches(words: list[str]) -> Iterator[str]:
    if words:
        for start in range(0, max(1, len(words) - PART // 2), PART // 2):
            yield " ".join(words[start : start + PART])
