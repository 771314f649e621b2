"""Find names: the words after an opening such as "my name is"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.masking.personal import Opening, Personal, Speech
from bot.masking.plain import Plain, Span

MOST_WORDS = 5  # of a name, particles included
_BEFORE = re.compile(r"[\s:=*_\"'„“”«‚(\[-]{1,4}")
_BETWEEN = re.compile(r" |-|\. ?|' ?")
_INSIDE = re.compile(r"\W? ?")


def names(said: Plain, personal: Personal) -> Iterator[Span]:
    """Yield where a name follows an opening."""
    for number, word in enumerate(said.words):
        for opening in personal.openings.get(word.text, ()):
            begin = number + len(opening.words)
            if _is_said(said, number, opening) and _BEFORE.fullmatch(said.gap(begin)):
                last = last_of_name(said, begin, opening.speech, personal.particles)
                if last >= begin:
                    yield said.words[begin].start, said.words[last].end


def last_of_name(said: Plain, begin: int, speech: Speech, particles: frozenset[str]) -> int:
    """Return the number of the last word of the name that begins there; if none does, one less."""
    words = said.words[begin : begin + MOST_WORDS]
    if not words or not can_be_name(said, begin, speech):
        return begin - 1
    last = begin
    for at in range(begin + 1, begin + len(words)):
        if not _BETWEEN.fullmatch(said.gap(at)):
            break
        if _goes_on(said, at, words[0].is_capital, speech):
            last = at
        elif said.words[at].text not in particles:
            break
    return last


def can_be_name(said: Plain, number: int, speech: Speech) -> bool:
    """Tell whether this word may be one of a name."""
    word = said.words[number].text
    return word not in speech.stops and not word[0].isdigit()


def _is_said(said: Plain, number: int, opening: Opening) -> bool:
    words = said.words[number : number + len(opening.words)]
    gaps = (said.gap(number + place) for place in range(1, len(words)))
    return (
        tuple(word.text for word in words) == opening.words
        and all(w.spelled in (w.text, o) for w, o in zip(words, opening.spelled, strict=True))
        and all(_INSIDE.fullmatch(gap) for gap in gaps)
    )


def _goes_on(said: Plain, number: int, is_capital: bool, speech: Speech) -> bool:
    """Tell whether this word is a name too.

    Without capital letters only its place tells: at the end of a clause, or before a number or a
    word that is never a name.
    """
    word = said.words[number]
    if not can_be_name(said, number, speech) or word.text in speech.serious:
        return False
    return word.is_capital if is_capital else _closes(said, number, speech)


def _closes(said: Plain, number: int, speech: Speech) -> bool:
    after = number + 1
    if after == len(said.words) or said.gap(after) != " ":
        return True
    return not can_be_name(said, after, speech)
