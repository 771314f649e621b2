"""Put one service into the words of a locale, ready for a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from babel import Locale
from babel.dates import format_date

from bot.languages.catalogs import Words
from bot.referral import phones
from bot.referral.hours import Opening, opening, service_opening
from bot.referral.service import ALWAYS, EVERYWHERE, MADE_FOR_THIS, Channel, Service
from bot.referral.spans import babel_locale, duration, moment, week

DEFAULT_CONFIDENTIALITY = "service.default.confidentiality"
"""Said of a service whose rules nobody has written down."""


@dataclass(frozen=True)
class Contact:
    """One way to reach a service.

    Attributes:
        display: A number as the visitor writes it, an address, or a website's name.
        href: Begins with tel:, sms:, mailto: or https:.
        opening: Words, or empty where opening hours make no sense.
    """

    kind: str
    label: str
    display: str
    href: str
    opening: str


@dataclass(frozen=True)
class Card:
    """A service as a visitor reads it; every text is in the locale.

    Attributes:
        name: Its own name, never translated, except for emergency services.
        reasons: Short facts that help to decide: open now, free, no name needed.
        confidentiality: Its rules, or that rules differ; empty for emergency services.
        reporting: What it passes on, and to whom, where that is known; else empty.
        checked: The day on which somebody last looked.
        is_stale: That was too long ago to rely on it.
        is_first_contact: It is for people who worry about themselves.
        is_emergency: It is the emergency service.
        takes_summaries: A visitor may hand over a summary here.
    """

    id: str
    name: str
    about: str
    reasons: tuple[str, ...]
    confidentiality: str
    reporting: str
    languages: tuple[str, ...]
    contacts: tuple[Contact, ...]
    checked: str
    is_stale: bool
    is_first_contact: bool
    is_emergency: bool
    takes_summaries: bool


def card(service: Service, words: Words, locale: str, country: str, now: datetime) -> Card:
    """Return the card; ``country`` is the visitor's and decides how numbers are written."""
    say = _Say(words, locale, babel_locale(locale))
    contacts = (
        _contact(channel, service, say, country.upper(), now) for channel in service.shown_channels
    )
    return Card(
        id=service.id,
        name=_name(service, say),
        about=_about(service, say),
        reasons=_reasons(service, say, now),
        confidentiality=_confidentiality(service, say),
        reporting=say(f"service.{service.id}.reporting") if service.reporting else "",
        languages=_languages(service, say.babel),
        contacts=tuple(contacts),
        checked=format_date(service.checked_on, "long", locale=say.babel),
        is_stale=now.date() > service.due,
        is_first_contact=bool(MADE_FOR_THIS & set(service.made_for)),
        is_emergency=_is_emergency(service),
        takes_summaries=service.handover is not None,
    )


@dataclass(frozen=True)
class _Say:
    """Words in one locale."""

    words: Words
    locale: str
    babel: Locale

    def __call__(self, message_id: str, **values: str) -> str:
        return self.words.text(self.locale, message_id, **values)


def _name(service: Service, say: _Say) -> str:
    if service.is_words_only:
        return say("referral.emergency.local_name")
    return say("referral.emergency.name") if _is_emergency(service) else service.name


def _about(service: Service, say: _Say) -> str:
    if service.is_words_only:
        return say("referral.emergency.local_about")
    if _is_emergency(service):
        return say("referral.emergency.about")
    if service.about:
        return say(f"service.{service.id}.about")
    return say(f"referral.about.{service.categories[0]}")


def _confidentiality(service: Service, say: _Say) -> str:
    if service.confidentiality:
        return say(f"service.{service.id}.confidentiality")
    return "" if _is_emergency(service) or service.reporting else say(DEFAULT_CONFIDENTIALITY)


def _languages(service: Service, babel: Locale) -> tuple[str, ...]:
    return tuple(name for tag in service.languages if (name := babel.languages.get(tag)))


def _reasons(service: Service, say: _Say, now: datetime) -> tuple[str, ...]:
    cost = f"referral.cost.{service.cost}" if service.cost != "unknown" else ""
    anonymous = {
        True: "referral.anonymous.possible",
        False: "referral.anonymous.not_possible",
        None: "",
    }[service.anonymous]
    facts = (say(message_id) for message_id in (cost, anonymous) if message_id)
    return tuple(reason for reason in (_service_hours(service, say, now), *facts) if reason)


def _service_hours(service: Service, say: _Say, now: datetime) -> str:
    answering = [channel for channel in service.shown_channels if channel.answers]
    best = service_opening(service, now)
    if not answering or (_is_emergency(service) and best.state == "unknown"):
        return ""
    if best.state == "open":
        return say("referral.opening.now")
    if best.state == "unknown" and any(channel.hours for channel in answering):
        return say("referral.opening.usual")
    return _state(best, say)  # the moment at which it opens stands beside the channel


def _contact(channel: Channel, service: Service, say: _Say, country: str, now: datetime) -> Contact:
    return Contact(
        kind=channel.kind,
        label=_label(channel, say),
        display=_display(channel, _home(service, country), country),
        href=_href(channel, _home(service, country), country),
        opening=_channel_hours(channel, service, say, now),
    )


def _label(channel: Channel, say: _Say) -> str:
    if channel.keyword:
        return say("referral.contact.keyword", keyword=channel.keyword)
    if channel.note:
        return say(f"referral.note.{channel.note}")
    return say(f"referral.contact.{channel.kind}")


def _display(channel: Channel, home: str, country: str) -> str:
    if channel.kind in ("phone", "sms"):
        return phones.written(channel.value, home, country)
    if channel.kind == "email":
        return channel.value
    return (urlsplit(channel.value).hostname or channel.value).removeprefix("www.")


def _href(channel: Channel, home: str, country: str) -> str:
    if channel.kind == "phone":
        return f"tel:{phones.dialled(channel.value, home, country)}"
    if channel.kind == "sms":
        body = f"?body={quote(channel.keyword)}" if channel.keyword else ""
        return f"sms:{phones.dialled(channel.value, home, country)}{body}"
    return f"mailto:{channel.value}" if channel.kind == "email" else channel.value


def _home(service: Service, country: str) -> str:
    """Return the country whose numbers these are: the visitor's, if the service is there."""
    named = [code for code in service.countries if code != EVERYWHERE]
    return country if country in named else next(iter(named), country)


def _channel_hours(channel: Channel, service: Service, say: _Say, now: datetime) -> str:
    found = opening(channel, now, service.home)
    if found.state == "unknown" and channel.hours:
        return _usual(channel, say)
    if found.state == "unknown" and (_is_emergency(service) or not channel.answers):
        return ""
    if found.state == "closed" and found.minutes_until_change is not None:
        return _opens(found.minutes_until_change, channel, say, now)
    return _state(found, say)


def _opens(minutes: int, channel: Channel, say: _Say, now: datetime) -> str:
    """Say in how long it opens, and on which day and hour of its own clock."""
    opens = now + timedelta(minutes=minutes)
    at = moment(opens.replace(second=0, microsecond=0), channel.timezone, say.babel)
    return say("referral.opening.opens_at", time=duration(minutes, say.babel), at=at)


def _usual(channel: Channel, say: _Say) -> str:
    if channel.hours == ALWAYS:
        return say("referral.opening.usual")
    return say("referral.opening.usual_hours", hours=week(channel.hours, say.babel))


def _state(found: Opening, say: _Say) -> str:
    if found.minutes_until_change is None:
        return say(f"referral.opening.{found.state}")
    time = duration(found.minutes_until_change, say.babel)
    return say(f"referral.opening.{'closes' if found.state == 'open' else 'opens'}", time=time)


def _is_emergency(service: Service) -> bool:
    return "emergency" in service.made_for
