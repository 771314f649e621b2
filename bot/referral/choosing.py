"""Choose the services to offer. Pure and total: there is always an answer.

``read_directory`` refuses a directory in which a last resort is missing, so nothing here can end
with empty hands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Final

from bot.referral.hours import BEST_FIRST, is_reachable, service_opening
from bot.referral.reading import Directory
from bot.referral.service import CONFIDENCES, EVERYWHERE, FOR_ONESELF, Service

INSTEAD: Final[Mapping[str, str]] = {
    "child_line": "suicide_line",
    "survivor_support": "suicide_line",
    "helpline": "self_help",
    "therapy": "self_help",
    "family_support": "self_help",
    "professional": "helpline",
}
"""What to offer when neither the country nor the world has anything of a kind."""

WAYS: Final[Mapping[str, frozenset[str]]] = {
    "phone": frozenset({"phone"}),
    "chat": frozenset({"chat", "sms", "email"}),
    "in_person": frozenset(),
    "alone": frozenset({"web"}),
}
"""How a visitor would like to be helped, to the channels that do it."""

ENOUGH: Final = 3  # services; shorter lists stand beside others on the same page
AT_ANY_HOUR: Final = ("suicide_line", "directory", "emergency")
"""Where to look, in this order, when everything that was chosen is closed.

Those who worry about themselves are offered self-help first.
"""


@dataclass(frozen=True)
class Wanted:
    """What a visitor needs, and how.

    Attributes:
        kinds: Out of ``KINDS``, the most important first.
        country: ISO 3166 alpha-2 that the visitor chose; any other string is a country without
            services.
        language: The visitor's, as a BCP 47 tag; empty: any will do.
        way: Out of ``WAYS``, or empty.
        abroad: Services for everyone stand among those of the country, not behind them, where it is
            about the visitor's own worry; a line for a danger is always the country's first.
    """

    kinds: tuple[str, ...]
    country: str = ""
    language: str = ""
    way: str = ""
    abroad: bool = False


def choose(directory: Directory, wanted: Wanted, now: datetime, most: int = 3) -> tuple[str, ...]:
    """Return service ids: the best of each kind in turn, then the second best, until ``most``.

    Emergency comes first when it is asked for, and only once: two numbers would cost time. One of
    them helps at this very moment, whatever the hour. ``now`` is aware.
    """
    wanted = replace(wanted, country=wanted.country.upper())
    asked = sorted(dict.fromkeys(wanted.kinds), key=lambda kind: kind != "emergency")
    order = _order(wanted, now)
    queues = [_queue(directory, kind, wanted, order) for kind in asked]
    rounds = zip_longest(*queues)
    found = {service.id: service for turn in rounds for service in turn if service}
    return _with_one_there(directory, list(found.values()), wanted, now, most)


Order = Callable[[Service], tuple[int, ...]]


def _with_one_there(
    directory: Directory, found: list[Service], wanted: Wanted, now: datetime, most: int
) -> tuple[str, ...]:
    """Return the first ids; when nobody of them is there now, the last gives way to one who is.

    In a short list, a line whose hours nobody knows keeps its place: it may well be there.
    """
    first = found[:most]
    nobody = not any(is_reachable(service, now) for service in first)
    if nobody and (most >= ENOUGH or all(_is_closed(service, now) for service in first)):
        there = next(_reachable(directory, found, wanted, now), None)
        first = [*first[: max(most - 1, 1)], there] if there else first
    return tuple(service.id for service in first[:most])


def _is_closed(service: Service, now: datetime) -> bool:
    return service_opening(service, now).state == "closed"


def _reachable(
    directory: Directory, found: list[Service], wanted: Wanted, now: datetime
) -> Iterator[Service]:
    order = _order(wanted, now)
    kinds = ("self_help", *AT_ANY_HOUR) if FOR_ONESELF & {*wanted.kinds} else AT_ANY_HOUR
    more = (s for kind in kinds for s in _queue(directory, kind, wanted, order))
    yield from (service for service in (*found, *more) if is_reachable(service, now))


def _queue(directory: Directory, kind: str, wanted: Wanted, order: Order) -> list[Service]:
    """Return what answers ``kind``, best first; doubtful ones wait behind the others."""
    found = list(_found(directory, kind, wanted, order))
    ready = [service for service in found if not _is_doubtful(service)]
    if not ready and kind in INSTEAD:
        ready = _queue(directory, INSTEAD[kind], wanted, order)
    queue = ready + [service for service in found if service not in ready]
    return queue[:1] if kind == "emergency" else queue


def _found(directory: Directory, kind: str, wanted: Wanted, order: Order) -> Iterator[Service]:
    """Yield a service's own trade before what it also does, and the country before the world.

    Worldwide, only the trade counts: a course for young people is no line for a child in danger.
    """
    country = wanted.country
    usable = [s for s in directory.services.values() if s.shown_channels or s.is_words_only]
    own = [s for s in usable if country in s.countries and kind in s.kinds]
    world = [s for s in usable if EVERYWHERE in s.countries and country not in s.countries]
    trade = [s for s in own if kind in s.made_for]
    there = [s for s in world if kind in s.made_for]
    if wanted.abroad and kind in FOR_ONESELF:
        trade, there = trade + there, []
    yield from sorted(trade, key=order)
    yield from sorted((s for s in own if kind not in s.made_for), key=order)
    yield from sorted(there, key=order)


def _is_doubtful(service: Service) -> bool:
    """It reports everyone who comes, or is worldwide and nobody knows whether it still works."""
    worldwide = EVERYWHERE in service.countries
    return service.anonymous is False or (worldwide and service.confidence == "low")


def _order(wanted: Wanted, now: datetime) -> Order:
    """Closed last; else who speaks the language, the way, who is open, and whom we trust most.

    Language goes before "open now": a line that a person can't understand doesn't help tonight.
    """
    language = wanted.language.partition("-")[0].lower()
    ways = WAYS.get(wanted.way)

    def order(service: Service) -> tuple[int, ...]:
        state = service_opening(service, now).state
        kinds = {channel.kind for channel in service.shown_channels}
        return (
            state == "closed",
            bool(language) and language not in service.languages,
            bool(ways and not ways & kinds),
            BEST_FIRST.index(state),
            CONFIDENCES.index(service.confidence),
        )

    return order
