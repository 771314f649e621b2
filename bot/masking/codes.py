"""Find telephone numbers, and numbers and codes that stand for one person.

Ages, years, dates, times, amounts and short numbers such as 112 or 116 111 stay.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from phonenumbers import SUPPORTED_REGIONS, Leniency, PhoneNumberMatcher

from bot.masking.personal import Personal
from bot.masking.plain import Plain, Span

FEWEST_DIGITS = 7  # of what can point to one person
FEWEST_GROUPED = 9  # when only the groups of digits make it look like a number
MOST_TRIES = 50  # of the library, for one message and country; each small number takes one

_RUN = re.compile(r"(?<!\w)[+(]{0,2}\d(?:[ ./()+-]{0,3}\d)*(?:-?[a-z](?!\w))?")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_TIME = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_EVERYDAY = re.compile(
    rf"(?<![\d./-])(?:{_DAY}[./-] ?{_MONTH}[./-] ?(?:{_YEAR}|\d\d)|{_DAY} {_MONTH} {_YEAR}"
    rf"|{_YEAR}[./-]{_MONTH}[./-]{_DAY})(?![./-]?\d)"
    rf"|(?<=\d[-/]){_DAY}\.{_MONTH}\.{_YEAR}(?![./-]?\d)"
    rf"|(?<![\d.-]){_TIME} ?- ?{_TIME}(?![.-]?\d)"
    r"|(?<!\d)(?<!\d[.])\d{1,3}(?:[. ]000)+(?!\d)"
)
_DATE_RANGE = re.compile(rf"{_DAY}\.{_MONTH}\.{_YEAR} ?[-/] ?{_DAY}\.{_MONTH}\.{_YEAR}")
_YEARS = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_ACCOUNT = re.compile(
    r"\b[a-z]{2}\d{2} ?[a-z0-9]{4}(?: ?(?=[a-z]{0,3}\d)[a-z0-9]{4}){2,7}(?: ?\d[a-z0-9]{0,2})?\b"
)
_BRITISH_INSURANCE = re.compile(r"\b[a-z]{2}(?: ?\d\d){3} ?[a-d]\b")
_ADDRESS_4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d|\d)")
_ADDRESS_6 = re.compile(
    r"(?<![\w:])(?=[0-9a-f:]{0,40}::|(?:[0-9a-f]{1,4}:){5})"
    r"(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])"
)
_SHAPES = (_ACCOUNT, _BRITISH_INSURANCE, _ADDRESS_4, _ADDRESS_6)
_PLATE = re.compile(
    r"\b(?:[A-ZÄÖÜ]{1,3}-[A-ZÄÖÜ]{1,2} ?\d{1,4}|[A-Z]{2}\d\d [A-Z]{3}|[A-Z]{2}-\d{3}-[A-Z]{2})\b"
)
"""Of Germany, Britain, France and Italy; only as it is on the plate."""


def codes(said: Plain, personal: Personal, country: str) -> Iterator[Span]:
    """Yield where numbers and codes stand that point to one person."""
    for shape in _SHAPES:
        yield from (found.span() for found in shape.finditer(said.text))
    yield from _mixed(said)
    if sum(character.isdigit() for character in said.text) >= FEWEST_DIGITS:
        yield from _numbers(said, personal, country)


def plates(typed: str) -> Iterator[Span]:
    """Yield where licence plates stand in what was typed; capitals are what tells them."""
    return (found.span() for found in _PLATE.finditer(typed))


def digits_of(text: str) -> str:
    """Return only the digits."""
    return "".join(character for character in text if character.isdigit())


def _numbers(said: Plain, personal: Personal, country: str) -> Iterator[Span]:
    runs = [found for found in _RUN.finditer(said.text) if _is_long(found.group())]
    public = [run.span() for run in runs if digits_of(run.group()) in personal.public]
    long = (run.span() for run in runs if _is_one(run.group()))
    for start, end in (*long, *_telephones(said, personal, country)):
        if not any(begin <= start and end <= stop for begin, stop in public):
            yield start, end


def _telephones(said: Plain, personal: Personal, country: str) -> Iterator[Span]:
    own = (country,) if country in SUPPORTED_REGIONS else ()
    for region in dict.fromkeys((*own, *personal.countries)):
        for found in PhoneNumberMatcher(said.text, region, Leniency.VALID, MOST_TRIES):
            if _is_long(found.raw_string) and not _is_everyday(found.raw_string):
                yield found.start, found.end


def _is_long(number: str) -> bool:
    return len(digits_of(number)) >= FEWEST_DIGITS


def _is_one(run: str) -> bool:
    """Tell whether a run of digits and signs is one number, not several or a date."""
    groups = re.findall(r"\d+", run)
    if max(map(len, groups)) >= FEWEST_DIGITS:
        return True
    if _is_everyday(run):
        return False
    if re.match(r"[+(]|0\d", run):
        return True
    return len(digits_of(run)) >= FEWEST_GROUPED and max(map(len, groups)) > 2


def _is_everyday(run: str) -> bool:
    """Tell whether dates, times, years, amounts or counting are all that makes the run long."""
    if _is_counting(re.findall(r"\d+", run)):
        return True
    rest = _EVERYDAY.sub(" ", _DATE_RANGE.sub(" ", run))
    if not re.match(r"[+(]|0\d", rest.strip()):
        rest = _YEARS.sub(" ", rest)
    return not _is_long(rest)


def _is_counting(groups: list[str]) -> bool:
    """Tell whether the numbers rise step by step, as a list of ages does."""
    steps = [int(after) - int(before) for before, after in itertools.pairwise(groups)]
    return max(map(len, groups)) <= 2 and groups[0][0] != "0" and set(steps) <= {1, 2, 3}


def _mixed(said: Plain) -> Iterator[Span]:
    """Yield codes of letters and digits, such as those of passports."""
    for word in said.words:
        if len(word.text) >= FEWEST_DIGITS and _is_code(said, word.start, word.end):
            yield word.start, word.end


def _is_code(said: Plain, start: int, end: int) -> bool:
    text = said.text[start:end]
    digits = len(digits_of(text))
    if digits >= 5:
        return not text.isdigit()
    changes = len(re.findall(r"\d+|\D+", text)) - 1
    return digits >= 3 and changes >= 2 and said.written(start, end).isupper()
