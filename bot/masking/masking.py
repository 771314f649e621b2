"""Leave out of a message what says who somebody is; nobody needs it to help.

What is left out becomes ``…``. Names are found by their openings, the rest by its shape, so
some of it stays: this makes a slip of the visitor's smaller, it doesn't make a text anonymous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.masking.codes import codes, plates
from bot.masking.names import names
from bot.masking.personal import Personal
from bot.masking.plain import MARK, Plain, Span, plain
from bot.masking.streets import streets

MOST_ROUNDS = 4  # until nothing more is found; what was left out can part what stood beside it

_TOKEN = re.compile(r"[^\s,;()<>\[\]\"“”„«»…]+")
_MAIL = re.compile(r".*[^@]@[^@]*[^@.]\.[^@.].*")
_LINK = re.compile(
    r"[a-z]{2,9}://.+|www\.[^.].*"
    r"|(?:[\w-]+\.)+(?:com|org|net|info|me|gg|io|app|tv|co|uk|eu|de|at|ch|fr|be|lu|it|es|pt|br|nl"
    r"|pl|cz|fi|se|ro|tr|ua|ru|onion)/.*[^/].*"
)
_HANDLE = re.compile(r"@[\w.-]{2,}")
_SPELLED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?(?: @ ?|@ |[(\[{] ?(?:at|@) ?[)\]}]) ?[\w-]{1,63}"
    r"(?:\.[\w-]{1,63}|(?: [(\[{]?| ?[(\[{]) ?(?:dot|punkt|point|punto|ponto) ?[)\]}]? ?\w{2,12})"
    r"{1,4}"
)
_SPOKEN = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} (?:(?:at|arroba|chiocciola|malpa|zavinac) [\w-]{1,63}"
    r"(?: (?:dot|punkt|punto|ponto|kropka|tecka) [a-z]{2,6}\b){1,3}"
    r"|arobase [\w-]{1,63} (?:point|dot) [a-z]{2,6}\b)"
)


@dataclass(frozen=True)
class Masked:
    """A message without what says who somebody is.

    Attributes:
        text: Never longer than before.
        is_changed: Something was left out.
    """

    text: str
    is_changed: bool


def mask(text: str, personal: Personal, country: str = "") -> Masked:
    """Return ``text`` with ``MARK`` in the place of each personal datum.

    Args:
        text: What was typed.
        personal: By which words names and addresses are known.
        country: ISO 3166 alpha-2 of the visitor, for the telephone numbers; or empty.
    """
    masked = text
    for _ in range(MOST_ROUNDS):
        spans = _joined(_spans(plain(masked), personal, country))
        if not spans:
            break
        masked = _without(masked, spans)
    return Masked(masked, masked != text)


def _spans(said: Plain, personal: Personal, country: str) -> Iterator[Span]:
    found = (
        *_links(said),
        *names(said, personal),
        *streets(said, personal),
        *codes(said, personal, country),
    )
    yield from (said.typed_span(span) for span in found)
    yield from plates(said.typed)


def _links(said: Plain) -> Iterator[Span]:
    """Yield where addresses of e-mail and web pages and names of profiles stand."""
    for token in _TOKEN.finditer(said.text):
        link = token.group().rstrip(".!?:'*_")
        if _MAIL.fullmatch(link) or _LINK.fullmatch(link) or _HANDLE.fullmatch(link):
            yield token.start(), token.start() + len(link)
    for shape in (_SPELLED, _SPOKEN):
        yield from (found.span() for found in shape.finditer(said.text))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _without(text: str, spans: Iterable[Span]) -> str:
    parts, here = [], 0
    for start, end in spans:
        parts += [text[here:start], MARK]
        here = end
    return "".join((*parts, text[here:]))
