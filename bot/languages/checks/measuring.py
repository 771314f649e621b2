"""How long and how hard a text is; pure, and with an answer for any text.

The grade is Flesch and Kincaid's and made for English. LIX counts long words instead of
syllables, so it can be used for every language that puts spaces between words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONG = 6  # letters; LIX calls what has more a long word
END = re.compile(r"(?<=[.!?…])[\"'”’»“)]*(?:\s+|$)|(?<=:)\s+|\n+")
VOWELS = re.compile(r"[aeiouy]+")
PLACEHOLDER = re.compile(r"\{\w*\}")


def words(text: str) -> tuple[str, ...]:
    """Return what spaces part, as far as there is a letter or figure in it."""
    parts = PLACEHOLDER.sub("x", text).replace("—", " ").split()
    return tuple(part for part in parts if any(sign.isalnum() for sign in part))


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences; a colon and the end of a line end one too, as LIX has it."""
    return tuple(part for part in END.split(text) if words(part))


def grade(texts: Sequence[str]) -> float:
    """Return the American school grade that reads English ``texts`` with ease."""
    counted, ends = _counted(texts)
    if not counted:
        return 0.0
    spoken = sum(syllables(word) for word in counted)
    return 0.39 * len(counted) / ends + 11.8 * spoken / len(counted) - 15.59


def lix(texts: Sequence[str]) -> float:
    """Return LIX: mean words a sentence plus long words a hundred."""
    counted, ends = _counted(texts)
    if not counted:
        return 0.0
    long = sum(1 for word in counted if sum(sign.isalnum() for sign in word) > LONG)
    return len(counted) / ends + 100 * long / len(counted)


def syllables(word: str) -> int:
    """Return how many syllables an English word has, by its groups of vowels; at least one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    silent = letters.endswith("e") and not letters.endswith(("le", "ee"))
    silent = silent or bool(re.search(r"[^td]ed$", letters))
    return max(1, len(VOWELS.findall(letters)) - silent)


def _counted(texts: Sequence[str]) -> tuple[list[str], int]:
    """Return all words, and how many sentences they make."""
    counted = [word for text in texts for word in words(text)]
    return counted, max(1, sum(len(sentences(text)) for text in texts))
