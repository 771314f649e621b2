"""Take a service away from visitors now, and look after one that somebody else took away."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BadBundle, BadSetting, BrokenContent, CannotSign, NotReady, UnknownText
from bot.storage.bundles import current_name
from bot.storage.staff.people import Role
from bot.studio.withdrawing import look_after, withdraw
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, problem
from bot.web.staff.site import staff_of
from bot.web.staff.studio.editing import number
from bot.web.staff.studio.entrance import in_studio
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.studio.services import PAGE, service_page, services_page
from bot.web.staff.typed import typed

SURE: Final = "Tick that visitors shall not see this service any more."


@in_studio(Role.SIGNER)
async def withdraw_now(here: AtDesk) -> Response:
    """Publish what visitors see without this service; nothing else changes for them."""
    service_id = await typed(here.request, "id")
    if await typed(here.request, "sure") != "yes":
        return await service_page(here, service_id, 400, {"sure": SURE})
    staff = staff_of(here.request)
    before, now = current_name(staff.settings.bundles), staff.clock()
    try:
        done = await here.ask(withdraw, staff.settings, here.desk, here.person, service_id, now)
    except (CannotSign, UnknownText, NotReady, BrokenContent, BadBundle) as error:
        await audit(here.request, "refused withdrawal", service_id, before, before)
        return await service_page(here, service_id, 409, {"sure": str(error)})
    except BadSetting:
        return problem(here.request, 503)
    await audit(here.request, "withdrew service", service_id, before, done.bundle)
    asked = {"done": "left" if done.left else "withdrawn"}
    return go_to(f"{PAGE}?{urlencode(asked)}")


@in_studio(Role.SIGNER)
async def looked_after(here: AtDesk) -> Response:
    """Say that somebody else has looked after it."""
    which, now = await number(here, "number"), staff_of(here.request).clock()
    try:
        service_id = await here.ask(look_after, here.desk, here.person, which, now)
    except (CannotSign, UnknownText) as error:
        return await services_page(here, 409, {"number": str(error)})
    await audit(here.request, "looked after withdrawal", service_id)
    return go_to(f"{PAGE}?done=looked")


routes = [
    Route(f"{PAGE}/withdraw", withdraw_now, methods=["POST"]),
    Route(f"{PAGE}/looked-after", looked_after, methods=["POST"]),
]
