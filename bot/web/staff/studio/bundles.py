"""Every bundle that was made, which one visitors see, and the way back to any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BadBundle, BadSetting
from bot.settings import Settings
from bot.storage.bundles import NAME, Manifest, all_bundles, current_name, manifest
from bot.storage.studio import StudioStore
from bot.storage.studio_records import Publication
from bot.studio.publishing import record, roll_back
from bot.web.staff.access import audit
from bot.web.staff.pages import problem, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.studio.publishing import BUNDLES, NO_ROLE, PUBLISHERS, after
from bot.web.staff.typed import typed


@dataclass(frozen=True)
class Listed:
    """One bundle.

    Attributes:
        made: What it says about itself, or None when that can't be read.
        shown: Each time that it was shown to visitors, the newest first.
    """

    name: str
    made: Manifest | None
    shown: list[Publication]
    is_current: bool


@in_studio(*READERS)
async def bundles_page(here: AtDesk) -> Response:
    """Show every bundle, the newest first."""
    return await _page(here)


@in_studio(*PUBLISHERS)
async def back(here: AtDesk) -> Response:
    """Show visitors an earlier bundle again."""
    staff, name = staff_of(here.request), await typed(here.request, "name")
    before, who = current_name(staff.settings.bundles), here.person.account
    if not here.person.may_publish:
        return await _page(here, 403, {"name": NO_ROLE})
    if not NAME.fullmatch(name):
        return await _page(here, 409, {"name": "There is no bundle of this name."})
    try:
        done = await here.ask(roll_back, staff.settings, here.desk.store, name, who, staff.clock())
    except BadBundle as error:
        await audit(here.request, "refused bundle", name, before, before)
        return await _page(here, 409, {"name": str(error)})
    except BadSetting:
        return problem(here.request, 503)
    await audit(here.request, "went back to bundle", name, before, name)
    return after(here, name, "back" if done.is_recorded else "")


async def _page(
    here: AtDesk, status: int = 200, errors: Mapping[str, str] | None = None
) -> Response:
    settings = staff_of(here.request).settings
    return render(
        here.request,
        "staff/studio/bundles.html",
        status,
        errors=errors,
        bundles=await here.ask(_listed, settings, here.desk.store),
        may_publish=here.person.may_publish,
        seconds=settings.take_over_seconds,
        done=here.request.query_params.get("done", ""),
    )


def _listed(settings: Settings, store: StudioStore) -> list[Listed]:
    record(settings, store)  # what was published while the database was gone
    current, shown = current_name(settings.bundles), store.publications()
    return [
        Listed(
            path.name,
            _manifest(settings, path.name),
            [each for each in shown if each.bundle == path.name],
            path.name == current,
        )
        for path in all_bundles(settings.bundles)
    ]


def _manifest(settings: Settings, name: str) -> Manifest | None:
    try:
        return manifest(settings.bundles / name)
    except BadBundle:
        return None


routes = [
    Route(BUNDLES, bundles_page, methods=["GET"]),
    Route(BUNDLES, back, methods=["POST"]),
]
