"""The schema of a service, and the kinds of need that it answers.

One entry of ``content/services/<country>.yml`` (docs/directory.md says how to change one):

* ``id`` unique, never reused; ``name`` the service's own name, not translated
* ``about`` one short English sentence, translated; without it visitors read the category's own
* ``categories`` out of ``CATEGORIES``; ``audience`` out of ``AUDIENCES``
* ``countries`` ISO 3166 alpha-2, or ``"*"`` for everyone; ``languages`` ISO 639, empty: not known
* ``channels`` how to reach it, each with ``kind`` out of ``CHANNELS`` and ``value``; optional
  ``note`` out of ``NOTES``, ``keyword`` (the word to text), ``hours`` (``always``, or a list of
  ``{days, from, to}``) with its ``timezone``, ``closed_on_holidays`` true or false where it
  says so, and ``hours_certain: false`` for doubtful hours
* ``cost`` out of ``COSTS``; ``anonymous`` true, false (it reports or asks who you are) or null
* ``confidentiality`` its rules in plain English, translated; optional
* ``reporting`` what it passes on and to whom, in plain English, translated; optional
* ``handover`` where a visitor may hand over a summary: ``address`` and ``key``; optional
* ``confidence`` high, medium or low: at low only the name and the website are shown
* ``checked_on`` and ``checked``: when and how somebody looked; ``checked_by``, optional, a role and
  never a name; ``next_check``, optional, else ``OLDEST`` after it; ``sources`` pages that say so
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

KINDS: Final[tuple[str, ...]] = (
    "emergency", "suicide_line", "child_line", "helpline", "therapy", "self_help",
    "survivor_support", "family_support", "report_hotline", "professional", "directory",
)  # fmt: skip
"""What a visitor may need; content asks for services by these names."""

CATEGORIES: Final[Mapping[str, str]] = {
    "emergency": "emergency",
    "suicide_crisis": "suicide_line",
    "child_helpline": "child_line",
    "prevention_helpline": "helpline",
    "prevention_therapy": "therapy",
    "prevention_selfhelp": "self_help",
    "victim_support": "survivor_support",
    "for_family": "family_support",
    "csam_report": "report_hotline",
    "directory": "directory",
    "for_under18": "",
}
"""Category to the kind that it is made for."""

UNDER_18: Final = "for_under18"
"""For minors who worry about themselves: a child line, but behind those for all children."""

FOR_ONESELF: Final = frozenset({"helpline", "therapy", "self_help"})
"""Kinds for adults who worry about themselves: only services with ``self`` in their audience."""

MADE_FOR_THIS: Final = frozenset({"helpline", "therapy"})
"""Kinds with people who know this worry; few countries have them, and few are there at night."""

ADVISING: Final = frozenset({"prevention_helpline", "victim_support", "for_family"})
"""Categories that also advise the relatives and professionals in their audience."""

CHANNELS: Final = ("phone", "chat", "email", "sms", "web")
NOTES: Final = ("police", "ambulance", "other_number")
COSTS: Final = ("free", "standard", "paid", "unknown")
CONFIDENCES: Final = ("high", "medium", "low")
AUDIENCES: Final = ("self", "family", "survivor", "under18", "professional")
EVERYWHERE: Final = "*"
OLDEST: Final = timedelta(days=90)
"""How long a check holds; then the number is called again (docs/directory.md)."""
ON_THE_WEB: Final = frozenset({"self_help", "report_hotline", "directory"})
"""Kinds that a website answers by itself, at any hour."""


@dataclass(frozen=True)
class Hours:
    """One span of opening hours, in the channel's own time zone.

    Attributes:
        days: Monday is 0.
        closes: Not later than ``opens`` means on the next day; 00:00 to 00:00 is a whole day.
    """

    days: tuple[int, ...]
    opens: time
    closes: time


ALWAYS: Final = (Hours(tuple(range(7)), time(0), time(0)),)


@dataclass(frozen=True)
class Channel:
    """One way to reach a service.

    Attributes:
        value: A number as its country dials it, an address, or a link.
        note: The last part of the message id ``referral.note.<note>``, or empty.
        keyword: The word to send first, for some text lines.
        hours: Empty when not known.
        timezone: IANA name; empty when the hours need none.
        hours_certain: False when nobody should be told "open now" from them.
        closed_on_holidays: Whether public holidays change the hours; None when not known.
    """

    kind: str
    value: str
    note: str = ""
    keyword: str = ""
    hours: tuple[Hours, ...] = ()
    timezone: str = ""
    hours_certain: bool = True
    closed_on_holidays: bool | None = None

    @property
    def answers(self) -> bool:
        """Somebody answers at once here; web pages and email have no opening hours."""
        return self.kind in ("phone", "chat", "sms")


@dataclass(frozen=True)
class Handover:
    """Where a visitor may hand over a summary, sealed so that only the programme can read it.

    Attributes:
        address: The programme's inbox, https.
        key: Its public key for HPKE, 32 bytes in base64url.
    """

    address: str
    key: str


@dataclass(frozen=True)
class Service:
    """One service; the fields are those of the schema above.

    Attributes:
        file: The name of the file that holds it, for whoever has to mend it.
    """

    id: str
    name: str
    categories: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    audience: tuple[str, ...]
    channels: tuple[Channel, ...]
    cost: str
    anonymous: bool | None
    confidence: str
    checked_on: date
    checked: str
    sources: tuple[str, ...]
    about: str = ""
    confidentiality: str = ""
    reporting: str = ""
    checked_by: str = ""
    next_check: date | None = None
    handover: Handover | None = None
    file: str = ""

    @functools.cached_property
    def made_for(self) -> tuple[str, ...]:
        """The kinds that are its trade; a therapy for minors only is none for adults."""
        kinds = (CATEGORIES[category] for category in self.categories)
        adult = "self" in self.audience
        return tuple(kind for kind in kinds if kind and (adult or kind not in FOR_ONESELF))

    @functools.cached_property
    def kinds(self) -> tuple[str, ...]:
        """Every kind it answers: its trade first, then what it also does."""
        return tuple(dict.fromkeys((*self.made_for, *_sidelines(self))))

    @functools.cached_property
    def shown_channels(self) -> tuple[Channel, ...]:
        """The channels that a visitor may see: at low confidence only the website."""
        if self.confidence == "low":
            return tuple(channel for channel in self.channels if channel.kind == "web")
        return self.channels

    @property
    def home(self) -> str:
        """The country that it works in, for holidays and numbers; empty when it is nowhere."""
        return next((code for code in self.countries if code != EVERYWHERE), "")

    @property
    def due(self) -> date:
        """The day from which it must be checked again."""
        return self.next_check or self.checked_on + OLDEST

    @property
    def is_on_the_web(self) -> bool:
        """Its website helps by itself, whatever the hour."""
        has_site = any(channel.kind == "web" for channel in self.shown_channels)
        return has_site and bool(ON_THE_WEB & set(self.made_for))

    @property
    def is_words_only(self) -> bool:
        """An entry that names no number on purpose, such as the local emergency number."""
        return not self.channels and "emergency" in self.categories


def _sidelines(service: Service) -> list[str]:
    kinds = ["child_line"] if UNDER_18 in service.categories else []
    if ADVISING & set(service.categories):
        kinds += ["family_support"] if "family" in service.audience else []
        kinds += ["professional"] if "professional" in service.audience else []
    return kinds
