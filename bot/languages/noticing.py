"""Notice that a visitor writes in another language than the page is in.

Only the assistant loads this: the detector's tables take some fifty megabytes. A wrong guess costs
a line on the page; what must not happen is that a visitor who mixes languages is offered one after
the other.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import pairwise

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

TOLD_APART = (
    Language.ENGLISH, Language.GERMAN, Language.FRENCH, Language.ITALIAN, Language.SPANISH,
    Language.PORTUGUESE, Language.DUTCH, Language.POLISH, Language.CZECH, Language.FINNISH,
    Language.SWEDISH, Language.ROMANIAN, Language.TURKISH, Language.UKRAINIAN, Language.ARABIC,
    Language.RUSSIAN, Language.HUNGARIAN, Language.GREEK, Language.DANISH, Language.BOKMAL,
    Language.BULGARIAN, Language.CROATIAN, Language.ESTONIAN, Language.LITHUANIAN,
    Language.ALBANIAN, Language.PERSIAN, Language.URDU, Language.HINDI, Language.CHINESE,
    Language.JAPANESE, Language.KOREAN, Language.VIETNAMESE, Language.HEBREW, Language.GEORGIAN,
    Language.THAI, Language.BENGALI, Language.ARMENIAN, Language.TAMIL, Language.PUNJABI,
)  # fmt: skip
"""No Slovak, Slovene or Serbian: too close to others, which their readers are offered instead."""

FEWEST_WORDS = 4
FEWEST_LETTERS = 16
DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of Thai, Chinese, Japanese and Korean, which say more each, mostly without spaces."""
FEWEST_DENSE = 6
LONGEST = 600  # characters; more takes time and makes no surer
SURE = 0.9  # confidence (0 to 1) in the other language
RULED_OUT = 0.05  # confidence in the page's language
PARTS = (2, 3, 4)  # halves, thirds and quarters are looked at apart
PART_WORDS = 3
PRESENT = 0.4  # confidence that a part is in the page's language: the message is mixed


@functools.cache
def detector() -> LanguageDetector:
    """Return what tells the languages apart; it takes half a second once."""
    builder = LanguageDetectorBuilder.from_languages(*TOLD_APART)
    return builder.with_low_accuracy_mode().with_preloaded_language_models().build()


def noticed(text: str, current: str) -> str:
    """Return the language that ``text`` is surely written in, or empty.

    Empty as well for a short or mixed text, for one in the language of the locale ``current``, and
    when that is none that we tell apart.
    """
    begun = text[:LONGEST].encode("utf-8", "replace").decode()
    here = current.partition("-")[0].lower()
    if not here or not _says_enough(begun):
        return ""
    likely = _confidences(begun)
    best = max(likely, key=lambda tag: likely[tag])
    is_other = likely[best] >= SURE and likely.get(here, 1.0) < RULED_OUT
    return best if is_other and not _is_mixed(begun, here) else ""


def _says_enough(text: str) -> bool:
    letters, dense = sum(map(str.isalpha, text)), len(DENSE.findall(text))
    if 2 * dense > letters:
        return dense >= FEWEST_DENSE
    return len(_words(text)) >= FEWEST_WORDS and letters >= FEWEST_LETTERS


def _is_mixed(text: str, here: str) -> bool:
    """Tell whether a part of ``text`` is in the page's language."""
    return any(_confidences(part)[here] >= PRESENT for part in _parts(_words(text)))


def _parts(words: list[str]) -> Iterator[str]:
    for parts in PARTS:
        ends = [len(words) * number // parts for number in range(parts + 1)]
        if len(words) >= parts * PART_WORDS:
            yield from (" ".join(words[begin:end]) for begin, end in pairwise(ends))


def _words(text: str) -> list[str]:
    return [word for word in text.split() if any(map(str.isalpha, word))]


def _confidences(text: str) -> dict[str, float]:
    """Return how likely each language is; all are 0 when nothing in ``text`` tells."""
    values = detector().compute_language_confidence_values(text)
    return {_tag(value.language): value.value for value in values}


def _tag(language: Language) -> str:
    return language.iso_code_639_1.name.lower()
