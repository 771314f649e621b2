"""Thresholds in a form, with what other ones would do to every known sentence."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BrokenContent, Conflict, NotReady
from bot.safety.policy import Policy, read_policy
from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.recognition import thresholds
from bot.studio.recognition.thresholds import FILE, Effect
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.editing import number
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.typed import typed

PAGE: Final = "/studio/recognition/thresholds"


@in_studio(*READERS)
async def page(at: AtDesk) -> Response:
    """Show the thresholds as they are."""
    return await _page(at, done=at.request.query_params.get("done", ""))


@in_studio(*READERS)
async def change(at: AtDesk) -> Response:
    """Try other thresholds, or save them, as an author."""
    now_there = await at.ask(_text, at.desk)
    names = [each.name for each in thresholds.read(now_there)]
    sent = {name: (await typed(at.request, name, 10)).strip().replace(",", ".") for name in names}
    is_tried = await typed(at.request, "do") == "try"
    if not is_tried and Role.AUTHOR not in at.person.roles:
        return await _page(at, sent, 403, "Only authors change thresholds.")
    try:
        text = thresholds.changed(now_there, sent)
        if is_tried:
            return await _page(at, sent, effects=await at.ask(_effects, at, text))
        base, now = await number(at, "base"), staff_of(at.request).clock()
        await at.ask(at.desk.save_file, at.person.account, FILE, text, base, now)
    except BrokenContent as error:
        return await _page(at, sent, 400, error.cure)
    except NotReady as error:
        return await _page(at, sent, 409, str(error))
    except Conflict:
        return await _page(at, sent, 409, "Somebody changed this file meanwhile; look again.")
    if text != now_there:
        await audit(at.request, "changed thresholds", FILE, f"version {base}")
    return go_to(f"{PAGE}?done=saved")


async def _page(
    at: AtDesk,
    sent: Mapping[str, str] | None = None,
    status: int = 200,
    refused: str = "",
    effects: list[Effect] | None = None,
    done: str = "",
) -> Response:
    rows = thresholds.read(await at.ask(_text, at.desk))
    return render(
        at.request,
        "staff/studio/recognition_thresholds.html",
        status,
        errors={"numbers": refused} if refused else {},
        rows=rows,
        sent=sent or {each.name: each.written for each in rows},
        effects=effects,
        base=await at.ask(at.desk.file_version, FILE),
        file=FILE,
        may_write=Role.AUTHOR in at.person.roles,
        done=done,
    )


def _text(desk: Desk) -> str:
    return (desk.root / FILE).read_text(encoding="utf-8")


def _effects(at: AtDesk, text: str) -> list[Effect]:
    return at.opened.room.effects(at.opened.trial.content(), _policy(text))


def _policy(text: str) -> Policy:
    """Return what the product would read.

    Raises:
        BrokenContent: It couldn't.
    """
    with tempfile.TemporaryDirectory(prefix="policy") as folder:
        path = Path(folder, "policy.yml")
        path.write_text(text, encoding="utf-8")
        return read_policy(path)


routes = [
    Route(PAGE, page, methods=["GET"]),
    Route(PAGE, change, methods=["POST"]),
]
