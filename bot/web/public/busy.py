"""What a visitor sees whose message has to wait: help first, then how to go on.

Danger in a message gets its card all the same, in whatever crowd, because phrases and buttons need
no assistant.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from bot.conversation.dialogue import ALARMING, heard_in, without_assistant
from bot.conversation.state import State
from bot.conversation.turn import Turn
from bot.errors import UnknownChoice
from bot.web.limits import Verdict
from bot.web.public.bubbles import view_of
from bot.web.public.help import who_helps
from bot.web.public.pages import fragment, page, part, same_page
from bot.web.public.site import Site
from bot.web.public.visitor import Posted, Visitor

RETRY_AFTER: Final = "30"  # seconds
NOTICES: Final = {
    Verdict.FULL: "busy.full",
    Verdict.PROVE: "busy.prove",
    Verdict.OVER: "busy.over",
}
STATUSES: Final = {Verdict.FULL: 503, Verdict.PROVE: 200, Verdict.OVER: 200}
SOLVER: Final = "proof.js"


@dataclass(frozen=True)
class Sum:
    """A sum in words, and the ticket that goes with its answer."""

    first: str
    second: str
    ticket: str


async def held(request: Request, site: Site, posted: Posted, verdict: Verdict) -> Response:
    """Answer a message that the assistant doesn't get now.

    Danger is heard at once. One answer is made at a time, and the others wait: so pages come
    between them at any time. Who would wait too long gets a page that others get too.
    """
    danger = _danger(site, posted)
    return await site.limits.hold(
        lambda: _answer(request, site, posted, verdict, danger),
        lambda: _quick(site, posted.visitor, danger),
    )


def _answer(
    request: Request, site: Site, posted: Posted, verdict: Verdict, danger: Turn | None
) -> Response:
    visitor, status = posted.visitor, STATUSES[verdict]
    shown = danger or Turn(visitor.locale.tag)
    turn = view_of(shown, site.content, visitor, site.clock(), (NOTICES[verdict],))
    is_fetched = request.headers.get("x-requested-with") == "fetch"
    if is_fetched and (danger or verdict is not Verdict.PROVE):
        answer = fragment(site, visitor, turn, status)
    elif verdict is Verdict.OVER:
        answer = page(site, visitor, "conversation.html", turn=turn, said=posted.text)
    else:
        context = _help(site, visitor) | _again(site, posted, verdict)
        shown_turn = replace(turn, notices=()) if danger else None
        answer = page(site, visitor, "busy.html", status, turn=shown_turn, **context)
    if status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _quick(site: Site, visitor: Visitor, danger: Turn | None) -> Response:
    """Return the help page for everybody in this danger: for when there is no time for more."""
    turn = view_of(danger, site.content, visitor, site.clock()) if danger else None
    context = _help(site, visitor) | _again(site, Posted(visitor), Verdict.FULL)
    answer = same_page(site, visitor, "busy.html", 503, danger, turn=turn, **context)
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _help(site: Site, visitor: Visitor) -> dict[str, Any]:
    """Return what the help page shows; most of the page's work, so it is done once a minute."""
    name = ("needs", visitor.locale.tag, visitor.country)
    needs = site.minute.get(
        site.clock(), name, lambda: part(site, visitor, "needs.html", **who_helps(site, visitor))
    )
    return {"needs": needs, "help_block": ()}


def _again(site: Site, posted: Posted, verdict: Verdict) -> dict[str, Any]:
    """Return what it takes to send the message again."""
    is_asked = verdict is Verdict.PROVE
    return {
        "notice": NOTICES[verdict],
        "text": posted.text,
        "choice": posted.choice,
        "challenge": json.dumps(site.limits.proofs.challenge()) if is_asked else "",
        "solver": f"/static/{SOLVER}",
        "sum": new_sum(site, posted.visitor) if is_asked else None,
    }


def new_sum(site: Site, visitor: Visitor) -> Sum:
    """Return a sum whose numbers are words of the visitor's language."""
    first, second, ticket = site.limits.sums.new()
    return Sum(_number(site, visitor, first), _number(site, visitor, second), ticket)


def _number(site: Site, visitor: Visitor, number: int) -> str:
    return site.content.words.text(visitor.locale.tag, f"busy.numbers.n{number}")


def _danger(site: Site, posted: Posted) -> Turn | None:
    """Return the turn for a danger that phrases or a button tell of, or None."""
    content, visitor = site.content, posted.visitor
    state = State(locale=visitor.locale.tag, country=visitor.country)
    heard = heard_in(content, posted.text)
    if heard.outcome in ALARMING:
        return without_assistant(content, state, posted.text, "", site.clock(), heard)
    if not posted.choice:
        return None
    try:
        turn = without_assistant(content, state, "", posted.choice, site.clock())
    except UnknownChoice:
        return None
    return turn if turn.outcome in ALARMING else None
