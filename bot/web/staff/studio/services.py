"""Services: what to verify first, the record of a check, other hours and numbers, and a country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import ROLES
from bot.referral.service import CONFIDENCES, OLDEST, Service
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.needs import WITHDRAWN
from bot.studio.seeing import SeenPart
from bot.studio.signing import Person
from bot.studio.verifying import (
    Queued,
    Reason,
    queue,
    read_hours,
    read_services,
    reasons,
    with_channel,
    with_fields,
    write_hours,
)
from bot.web.public.visitor import country_names
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.framing import FRAME
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import day_of, typed

PAGE: Final = "/studio/services"
ONE: Final = f"{PAGE}/one"
CHECKERS: Final = (Role.AUTHOR, Role.SIGNER)
PER_PAGE: Final = 50
HOW: Final = {
    "called": "called, and somebody answered",
    "wrote": "asked in writing, and somebody answered",
    "read": "published page, not called",
}
"""How somebody looked, to the words that the directory keeps."""


@dataclass(frozen=True)
class Viewed:
    """One service, ready to be shown.

    Attributes:
        version: Of its file, to save over.
        hours: Of each channel, as they are typed.
    """

    service: Service
    seen: SeenPart
    reasons: tuple[Reason, ...]
    version: int
    hours: tuple[str, ...]


@in_studio(*READERS)
async def services(here: AtDesk) -> Response:
    """Show what to verify, the most urgent first."""
    return await services_page(here)


async def services_page(
    here: AtDesk, status: int = 200, errors: Mapping[str, str] | None = None
) -> Response:
    """Return the page of the queue, with what was withdrawn and nobody has looked after."""
    query = here.request.query_params
    found = await here.ask(_queue, here)
    open_ = await here.ask(here.desk.store.comments)
    country, why = query.get("country", "").upper(), query.get("why", "")
    fitting = [
        each
        for each in found
        if (not country or country in each.service.countries)
        and (why not in list(Reason) or why in each.reasons)
    ]
    names = dict(country_names(SOURCE))
    countries = sorted({code for each in found for code in each.service.countries})
    return render(
        here.request,
        "staff/studio/services.html",
        status,
        errors=errors,
        withdrawn=[
            (each, each.item.removeprefix(WITHDRAWN))
            for each in open_
            if each.item.startswith(WITHDRAWN)
        ],
        person=here.person,
        may_withdraw=_may_withdraw(here.person),
        seconds=staff_of(here.request).settings.take_over_seconds,
        shown=fitting[:PER_PAGE],
        number=len(fitting),
        counts={reason: sum(reason in each.reasons for each in found) for reason in Reason},
        country=country,
        why=why,
        countries=[(code, names.get(code, "Everywhere")) for code in countries],
        today=here.today,
        done=query.get("done", ""),
    )


@in_studio(*READERS)
async def service(here: AtDesk) -> Response:
    """Show one service with the forms to record a check and to change hours or numbers."""
    return await service_page(here, here.request.query_params.get("id", ""))


@in_studio(*CHECKERS)
async def check(here: AtDesk) -> Response:
    """Record that somebody looked: how, when, in which role, and what they found."""
    names = ("id", "base", "how", "on", "role", "confidence", "next")
    sent = {name: await typed(here.request, name) for name in names}
    errors = _wrong(sent, here.today, here.person.signing_roles)
    if errors:
        return await service_page(here, sent["id"], 400, errors, sent)
    fields = {"checked_on": sent["on"], "checked": HOW[sent["how"]], "checked_by": sent["role"]}
    fields |= {"confidence": sent["confidence"], "next_check": sent["next"]}
    found = await here.ask(_one, here.desk, sent["id"])
    text = await here.ask(_text, here.desk, found)
    try:
        text = with_fields(text, found.id, fields)
        return await _save(here, found, text, sent, "checked service")
    except BrokenContent as error:
        return await service_page(here, found.id, 409, {"check": str(error)}, sent)


@in_studio(Role.AUTHOR)
async def change(here: AtDesk) -> Response:
    """Change the value and the hours of one channel; two others have to sign it."""
    sent = {n: await typed(here.request, n) for n in ("id", "base", "channel", "value", "hours")}
    found = await here.ask(_one, here.desk, sent["id"])
    number, value = _whole(sent["channel"]), " ".join(sent["value"].split())
    if not 0 <= number < len(found.channels) or not value:
        return await service_page(
            here, found.id, 400, {f"value-{number}": "Write a number or an address."}
        )
    try:
        hours = read_hours(sent["hours"])
    except ValueError as error:
        return await service_page(here, found.id, 400, {f"hours-{number}": str(error)}, sent)
    try:
        text = await here.ask(_text, here.desk, found)
        text = with_channel(text, found.id, number, value, hours)
        return await _save(here, found, text, sent, "changed service")
    except BrokenContent as error:
        return await service_page(here, found.id, 409, {f"value-{number}": error.cure}, sent)


@in_studio(*READERS)
async def country(here: AtDesk) -> Response:
    """Show the page of services of a country, as its visitors see it."""
    query, names = here.request.query_params, country_names(SOURCE)
    code = query.get("country", "").upper()
    code = code if code in dict(names) else "GB"
    locale = query.get("locale", "")
    locale = locale if locale in here.desk.index.tags else SOURCE
    asked = {"view": "help", "country": code, "locale": locale}
    return render(
        here.request,
        "staff/studio/country.html",
        country=code,
        countries=names,
        locale=locale,
        locales=here.desk.index.locales,
        frame=f"{FRAME}?{urlencode(asked)}",
    )


async def _save(
    here: AtDesk, found: Service, text: str, sent: Mapping[str, str], what: str
) -> Response:
    file, now = _file(found), staff_of(here.request).clock()
    base, who = _whole(sent["base"]), here.person.account
    try:
        await here.ask(here.desk.save_file, who, file, text, base, now)
    except Conflict as error:
        return await service_page(here, found.id, 409, {"conflict": str(error)}, sent)
    after = await here.ask(here.desk.file_version, file)
    await audit(here.request, what, found.id, f"version {base}", f"version {after}")
    done = "checked" if what == "checked service" else "changed"
    return go_to(f"{ONE}?{urlencode({'id': found.id, 'done': done})}")


async def service_page(
    here: AtDesk,
    service_id: str,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of one service; ``sent`` is what somebody wanted to save."""
    viewed = await here.ask(_viewed, here, service_id)
    before = {
        "how": "",
        "on": str(here.today),
        "role": "",
        "confidence": viewed.service.confidence,
        "next": str(here.today + OLDEST),
        "channel": "",
    }
    return render(
        here.request,
        "staff/studio/service.html",
        status,
        errors=errors,
        it=viewed,
        sent=before | dict(sent or {}),
        how=HOW,
        signing_roles=[role for role in ROLES if role in here.person.signing_roles],
        confidences=CONFIDENCES,
        may_check=bool(here.person.roles & set(CHECKERS) and here.person.signing_roles),
        may_change=Role.AUTHOR in here.person.roles,
        may_withdraw=_may_withdraw(here.person),
        seconds=staff_of(here.request).settings.take_over_seconds,
        today=here.today,
        frame=f"{FRAME}?{urlencode({'part': f'service.{service_id}', 'locale': SOURCE})}",
        done=here.request.query_params.get("done", ""),
    )


def _may_withdraw(person: Person) -> bool:
    return Role.SIGNER in person.roles and bool(person.signing_roles)


def _queue(here: AtDesk) -> list[Queued]:
    return queue(read_services(here.desk.root).values(), here.today)


def _viewed(here: AtDesk, service_id: str) -> Viewed:
    found = _one(here.desk, service_id)
    return Viewed(
        service=found,
        seen=here.desk.part(SOURCE, f"service.{service_id}", here.today),
        reasons=tuple(reasons(found, here.today)),
        version=here.desk.file_version(_file(found)),
        hours=tuple(write_hours(channel.hours) for channel in found.channels),
    )


def _one(desk: Desk, service_id: str) -> Service:
    found = read_services(desk.root).get(service_id)
    if found is None:
        raise HTTPException(404)
    return found


def _text(desk: Desk, found: Service) -> str:
    return (desk.root / _file(found)).read_text(encoding="utf-8")


def _file(found: Service) -> str:
    return f"content/services/{found.file}"


def _wrong(sent: Mapping[str, str], today: date, own: frozenset[str]) -> dict[str, str]:
    """Return what is wrong with the record of a check, by field."""
    on, following = day_of(sent["on"]), day_of(sent["next"])
    wrong = {
        "how": "" if sent["how"] in HOW else "Choose how you looked.",
        "on": "" if on and on <= today else "Write the day of the check; it can't be later.",
        "role": "" if sent["role"] in own else "Choose one of your signing roles.",
        "confidence": "" if sent["confidence"] in CONFIDENCES else "Choose how sure you are.",
        "next": ""
        if following and on and on < following <= on + OLDEST
        else f"Choose a day after the check, {OLDEST.days} days later at most.",
    }
    return {field: words for field, words in wrong.items() if words}


def _whole(typed_: str) -> int:
    return int(typed_) if typed_.isascii() and typed_.isdecimal() and len(typed_) < 9 else -1


routes = [
    Route(PAGE, services, methods=["GET"]),
    Route(ONE, service, methods=["GET"]),
    Route(f"{PAGE}/check", check, methods=["POST"]),
    Route(f"{PAGE}/change", change, methods=["POST"]),
    Route(f"{PAGE}/country", country, methods=["GET"]),
]
