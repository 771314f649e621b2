"""Find street addresses: a word for a street, its name and a number, and the town after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.masking.names import can_be_name, last_of_name
from bot.masking.personal import Personal, Speech, Street
from bot.masking.plain import Plain, Span

MOST_BEFORE = 3  # words of a name that stands before its street
SHORTEST_BEGINNING = 2  # letters before an ending
_HOUSE = re.compile(r"\d{1,4}[a-z]?")
_REST_OF_HOUSE = re.compile(r" ?[-/] ?\d{1,4}[a-z]?\b| ?(?:bis|ter|[a-z])\b(?! \w)")
_COMMA_TO_HOUSE = re.compile(r",? ?[.:#/ºª°]{0,2} ?")
_TO_HOUSE = re.compile(r"\.? ?[.:#/ºª°]{0,2} ?")
_TO_NAME = re.compile(r"[ './-]{1,2}")
_MARKERS = frozenset({"no", "nr", "n", "numero", "number", "nummer", "c", "cp", "num", "bl"})
_POSTCODE = re.compile(
    r",? (?:[a-z]-)?(?:\d{4,5}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2})(?: ?[a-z]{2}\b)?"
    r"(?![\d.-])"
)
_BRITISH = re.compile(r"(?:,? [^\W\d_]{1,30}){0,3},? [a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b")
_AFTER_HOUSE = frozenset({"bis", "ter", "quater"})
_CLOSED = re.compile(r"\s*(?:$|[.,;:!?)])| \d{4,5}\b")


def streets(said: Plain, personal: Personal) -> Iterator[Span]:
    """Yield where an address stands, with postcode and town when they follow."""
    endings = tuple(street.word for street in personal.endings)
    for number, word in enumerate(said.words):
        for street in personal.streets.get(word.text, ()):
            yield from _found(said, number, street, personal.particles)
        if word.text[SHORTEST_BEGINNING:].endswith(endings):
            for street in personal.endings:
                if word.text[SHORTEST_BEGINNING:].endswith(street.word):
                    yield from _found(said, number, street, personal.particles)


def _found(said: Plain, number: int, street: Street, particles: frozenset[str]) -> Iterator[Span]:
    match street.shape:
        case "ending":
            span = _house_after(said, number, number, street.is_sure)
        case "last":
            span = _name_before(said, number, street)
        case _:
            span = _name_after(said, number, street, particles)
    if span:
        yield span[0], _end_of_town(said, span[1], street.speech)


def _name_before(said: Plain, number: int, street: Street) -> Span | None:
    """Return "12 Baker Street" or "Berliner Straße 5"; a name without a capital is one word."""
    first = number
    while first > max(0, number - MOST_BEFORE) and _is_before(said, first, number, street):
        first -= 1
    if first == number:
        return None
    is_named = said.words[first].is_capital
    is_certain = street.is_sure or (is_named and said.words[number].is_capital)
    house = _house_before(said, first) if is_certain else first
    if house < first:
        return said.words[house].start, said.words[number].end
    return _house_after(said, first, number, is_named)


def _is_before(said: Plain, first: int, number: int, street: Street) -> bool:
    if not _TO_NAME.fullmatch(said.gap(first)) or not can_be_name(said, first - 1, street.speech):
        return False
    return first == number or (said.words[first].is_capital and said.words[first - 1].is_capital)


def _name_after(said: Plain, number: int, street: Street, particles: frozenset[str]) -> Span | None:
    """Return "via Roma 3" or, for streets that are numbered, "5 rue de la Paix"."""
    begin = number + 1
    while begin < len(said.words) and said.words[begin].text in particles:
        begin += 1
    if begin > number + 4 or not _TO_NAME.fullmatch(said.gap(number + 1)):
        return None
    last = last_of_name(said, begin, street.speech, particles)
    if last < begin:
        return None
    is_certain = street.is_sure or said.words[begin].is_capital
    if street.shape == "first":
        return _house_after(said, number, last, is_certain, _COMMA_TO_HOUSE)
    house = _house_before(said, number) if is_certain else number
    return (said.words[house].start, said.words[last].end) if house < number else None


def _house_before(said: Plain, number: int) -> int:
    """Return which word is the house number in front of this one; itself when there is none."""
    house = number - 1
    if house > 0 and said.words[house].text in _AFTER_HOUSE:
        house -= 1
    if house < 0 or not _HOUSE.fullmatch(said.words[house].text):
        return number
    gaps = (said.gap(at) for at in range(house + 1, number + 1))
    return house if all(gap in (" ", ", ") for gap in gaps) else number


def _house_after(
    said: Plain, first: int, last: int, is_certain: bool, gap: re.Pattern[str] = _TO_HOUSE
) -> Span | None:
    """Return the span from word ``first`` to the house number that follows ``last``."""
    at = last + 1
    is_marked = at < len(said.words) and said.words[at].text in _MARKERS
    at += is_marked
    if at >= len(said.words) or not _HOUSE.fullmatch(said.words[at].text):
        return None
    if not gap.fullmatch(said.gap(at)):
        return None
    rest = _REST_OF_HOUSE.match(said.text, said.words[at].end)
    end = rest.end() if rest else said.words[at].end
    if is_certain or is_marked or _CLOSED.match(said.text, end):
        return said.words[first].start, end
    return None


def _end_of_town(said: Plain, end: int, speech: Speech) -> int:
    """Return where the address has ended: after a postcode and the town at its side."""
    british = _BRITISH.match(said.text, end)
    if british:
        return british.end()
    found = _POSTCODE.match(said.text, end)
    if not found:
        return end
    after = next((n for n, word in enumerate(said.words) if word.start > found.end()), 0)
    is_town = after and said.gap(after) == " " and can_be_name(said, after, speech)
    if is_town and said.words[after].text not in speech.serious:
        return said.words[after].end
    return found.end()
