"""For administrators: who may sign, and as what."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Route

from bot.languages.signoff import ROLES
from bot.storage.staff.people import Account, Role, tidy_name
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import in_studio
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

PAGE = "/studio/signers"
NONE = "none"


@in_studio(Role.ADMINISTRATOR)
async def signers(here: AtDesk) -> Response:
    """Show in which roles each signer may sign."""
    return await _page(here)


@in_studio(Role.ADMINISTRATOR)
async def give(here: AtDesk) -> Response:
    """Let somebody sign in the ticked roles, and in no other."""
    name = tidy_name(await typed(here.request, "name"))
    if name not in {account.name for account in await _accounts(here)}:
        return await _page(here, 400, {"name": "unknown"})
    ticked = (await here.request.form()).getlist("role")
    roles = frozenset(role for role in ROLES if role in ticked)
    store = here.desk.store
    before = await here.ask(store.signing_roles, name)
    await here.ask(store.set_signing_roles, name, roles)
    await audit(here.request, "gave signing roles", name, _named(before), _named(roles))
    return go_to(f"{PAGE}?done=roles")


async def _page(here: AtDesk, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    people = await _accounts(here)
    known = {each.name: await here.ask(here.desk.store.signing_roles, each.name) for each in people}
    done = here.request.query_params.get("done", "")
    return render(
        here.request,
        "staff/studio/signers.html",
        status,
        errors=errors,
        people=people,
        known=known,
        signing_roles=ROLES,
        done=done,
    )


async def _accounts(here: AtDesk) -> list[Account]:
    """Return the open accounts of signers, by name."""
    staff = staff_of(here.request)
    found = await staff.ask(staff.store.accounts)
    return [each for each in found if Role.SIGNER in each.roles and not each.closed]


def _named(roles: frozenset[str]) -> str:
    return ", ".join(sorted(roles)) or NONE


routes = [
    Route(PAGE, signers, methods=["GET"]),
    Route(PAGE, give, methods=["POST"]),
]
