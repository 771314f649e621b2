"""Sign one part: what is signed is shown whole, with who wrote it and what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import CannotSign
from bot.languages.catalogs import SOURCE
from bot.languages.signoff import HASH, LONGEST
from bot.storage.staff.people import Role
from bot.storage.studio_records import Signed
from bot.studio.covered import Told, told_in_file
from bot.studio.desk import Desk
from bot.studio.differences import Run
from bot.studio.seeing import SeenPart, SeenText
from bot.studio.signing import Person
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.naming import locale_of, title_of
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import day_of, typed

PAGE = "/studio/sign"
AGAIN_AFTER = timedelta(days=180)
"""When a part is read again, unless the signer says otherwise."""


@dataclass(frozen=True)
class Signing:
    """Everything that a signature under one part covers, and who may give it.

    Attributes:
        seen: Its fingerprint is what is signed.
        changed: How texts differ from what was last signed, by message id.
        told: Numbers, hours, thresholds or phrases of the part, from its file; or None.
        writers: The accounts that wrote its present words.
        given: The signatures under it as it reads now.
        earlier: The last signature under an earlier wording, or None.
        roles: The person's signing roles, each with the reasons why it can't be used.
    """

    seen: SeenPart
    title: str
    texts: list[SeenText]
    changed: dict[str, tuple[Run, ...]]
    told: Told | None
    writers: tuple[str, ...]
    given: list[Signed]
    earlier: Signed | None
    roles: dict[str, list[str]]

    @property
    def may_sign(self) -> bool:
        """Whether the person may sign in any role."""
        return any(not why for why in self.roles.values())


@in_studio(*READERS)
async def sign_page(here: AtDesk) -> Response:
    """Show a part whole, with the form to sign it."""
    query = here.request.query_params
    return await _page(here, query.get("locale", SOURCE), query.get("part", ""))


@in_studio(Role.SIGNER)
async def sign(here: AtDesk) -> Response:
    """Sign a part as it was read."""
    names = ("locale", "part", "seen", "role", "until", "read")
    sent = {name: await typed(here.request, name) for name in names}
    locale, part = sent["locale"], sent["part"]
    until = day_of(sent["until"])
    errors = {} if until else {"until": "That is no day: write it like 2027-05-31."}
    if sent["read"] != "yes":
        errors["read"] = "Tick that you have read all of it."
    if not sent["role"]:
        errors["role"] = "Choose in which role you sign."
    if errors or until is None:
        return await _page(here, locale, part, 400, errors, sent)
    now, seen = staff_of(here.request).clock(), {part: sent["seen"]}
    before = await here.ask(_last_fingerprint, here.desk, locale, part)
    try:
        await here.ask(here.desk.sign, here.person, locale, seen, sent["role"], until, now)
    except CannotSign as error:
        tried = sent["seen"] if HASH.fullmatch(sent["seen"]) else "unknown"
        await audit(here.request, "refused signature", f"{locale} {part}", before, tried)
        return await _page(here, locale, part, 409, {"sign": str(error)}, sent)
    await audit(here.request, f"signed as {sent['role']}", f"{locale} {part}", before, sent["seen"])
    return go_to(f"{PAGE}?{urlencode({'locale': locale, 'part': part, 'done': 'signed'})}")


async def _page(
    here: AtDesk,
    locale: str,
    part: str,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
) -> Response:
    signing = await here.ask(_signing, here.desk, here.person, locale, part, here.today)
    return render(
        here.request,
        "staff/studio/sign.html",
        status,
        errors=errors,
        it=signing,
        locale=locale_of(here.desk.index, locale),
        source=locale_of(here.desk.index, SOURCE),
        today=here.today,
        first_day=here.today,
        last_day=here.today + LONGEST,
        sent={"until": str(here.today + AGAIN_AFTER), "role": "", "read": ""} | dict(sent or {}),
        done=here.request.query_params.get("done", ""),
    )


def _signing(desk: Desk, person: Person, locale: str, part: str, today: date) -> Signing:
    seen = desk.part(locale, part, today)
    writers, given = desk.eyes(locale, part, today)
    past = desk.history.signed(part, locale)
    earlier = [each for each in past if each.fingerprint != seen.fingerprint]
    told = told_in_file(desk, locale, part)
    return Signing(
        seen=seen,
        title=told.name if told and told.name else title_of(desk.index, locale, part),
        texts=desk.texts(locale, part),
        changed=desk.since_signed(locale, part),
        told=told,
        writers=tuple(sorted(writers)),
        given=given,
        earlier=earlier[-1] if earlier else None,
        roles={
            role: desk.refusals(person, locale, part, role, today)
            for role in sorted(person.signing_roles)
        },
    )


def _last_fingerprint(desk: Desk, locale: str, part: str) -> str:
    past = desk.history.signed(part, locale)
    return past[-1].fingerprint if past else ""


routes = [
    Route(PAGE, sign_page, methods=["GET"]),
    Route(PAGE, sign, methods=["POST"]),
]
