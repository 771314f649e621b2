"""Choose the services to offer. Pure and total: there is always an answer.

``read_directory`` refuses a directory in which a last resort is missing, so nothing here can end
with empty hands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final

from bot.referral.hours import BEST_FIRST, service_opening
from bot.referral.reading import Directory
from bot.referral.service import CONFIDENCES, EVERYWHERE, Service

INSTEAD: Final[Mapping[str, str]] = {
    "child_line": "suicide_line",
    "survivor_support": "suicide_line",
    "helpline": "self_help",
    "therapy": "self_help",
    "family_support": "self_help",
    "professional": "helpline",
}
"""What to offer when neither the country nor the world has anything of a kind."""


def choose(
    directory: Directory,
    kinds: Sequence[str],
    country: str,
    locale: str,
    now: datetime,
    most: int = 3,
) -> tuple[str, ...]:
    """Return service ids: the best of each kind in turn, then the second best, until ``most``.

    Emergency comes first when it is asked for, and only once: two numbers would cost time.
    ``kinds`` are out of ``KINDS``, ``country`` and ``locale`` any string, ``now`` aware.
    """
    asked = sorted(dict.fromkeys(kinds), key=lambda kind: kind != "emergency")
    order = _order(country.upper(), locale, now)
    queues = [_queue(directory, kind, country.upper(), order) for kind in asked]
    rounds = zip_longest(*queues)
    ids = dict.fromkeys(service.id for turn in rounds for service in turn if service)
    return tuple(ids)[:most]


Order = Callable[[Service], tuple[int, ...]]


def _queue(directory: Directory, kind: str, country: str, order: Order) -> list[Service]:
    """Return what answers ``kind``, best first; doubtful ones wait behind the others."""
    found = list(_found(directory, kind, country, order))
    ready = [service for service in found if not _is_doubtful(service)]
    if not ready and kind in INSTEAD:
        ready = _queue(directory, INSTEAD[kind], country, order)
    queue = ready + [service for service in found if service not in ready]
    return queue[:1] if kind == "emergency" else queue


def _found(directory: Directory, kind: str, country: str, order: Order) -> Iterator[Service]:
    """Yield a service's own trade before what it also does, and the country before the world.

    Worldwide, only the trade counts: a course for young people is no line for a child in danger.
    """
    usable = [s for s in directory.services.values() if s.shown_channels or s.is_words_only]
    own = [s for s in usable if country in s.countries and kind in s.kinds]
    yield from sorted((s for s in own if kind in s.made_for), key=order)
    yield from sorted((s for s in own if kind not in s.made_for), key=order)
    world = [s for s in usable if EVERYWHERE in s.countries and country not in s.countries]
    yield from sorted((s for s in world if kind in s.made_for), key=order)


def _is_doubtful(service: Service) -> bool:
    """It reports everyone who comes, or is worldwide and nobody knows whether it still works."""
    worldwide = EVERYWHERE in service.countries
    return service.anonymous is False or (worldwide and service.confidence == "low")


def _order(country: str, locale: str, now: datetime) -> Order:
    """Closed last; else who speaks the locale, who is open, and whom we trust most.

    Language goes before "open now": a line that a person can't understand doesn't help tonight.
    """
    language = locale.replace("_", "-").split("-")[0].lower()

    def order(service: Service) -> tuple[int, ...]:
        state = service_opening(service, now).state
        return (
            state == "closed",
            language not in service.languages,
            BEST_FIRST.index(state),
            CONFIDENCES.index(service.confidence),
        )

    return order
