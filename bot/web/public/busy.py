"""What a visitor sees whose message has to wait: help first, then how to go on.

Danger in a message gets its card all the same, because phrases and buttons need no assistant.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from bot.conversation.dialogue import without_assistant
from bot.conversation.state import State
from bot.conversation.turn import Turn
from bot.errors import UnknownChoice
from bot.referral.duties import duty_words
from bot.safety.topics import Outcome
from bot.web.limits import Verdict
from bot.web.public.bubbles import view_of
from bot.web.public.help_block import ON_ITS_OWN_PAGE
from bot.web.public.pages import fragment, page, part, same_page, services_for
from bot.web.public.site import Site
from bot.web.public.visitor import Posted, Visitor

RETRY_AFTER: Final = "30"  # seconds
ALARMING: Final = (Outcome.ROUTE, Outcome.ASK, Outcome.REFUSE)
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

    One is looked through at a time, and the others wait: so pages come between them at any time.
    Who would wait too long gets the whole help page at once instead of the one card.
    """

    def answer() -> Response:
        return _answer(request, site, posted, verdict, _danger(site, posted))

    return await site.limits.screen(answer, lambda: _quick(site, posted))


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


def _quick(site: Site, posted: Posted) -> Response:
    """Return the help page of everybody, made in advance: for when there is no time for more."""
    visitor = replace(posted.visitor, token="")
    context = _help(site, visitor) | _again(site, Posted(visitor), Verdict.FULL)
    answer = same_page(site, visitor, "busy.html", 503, turn=None, **context)
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _help(site: Site, visitor: Visitor) -> dict[str, Any]:
    """Return what the help page shows; most of the page's work, so it is done once a minute."""
    name = ("needs", visitor.locale.tag, visitor.country)
    needs = site.minute.get(site.clock(), name, lambda: _needs(site, visitor))
    return {"needs": needs, "help_block": ()}


def _needs(site: Site, visitor: Visitor) -> str:
    content, country = site.content, visitor.country
    return part(
        site,
        visitor,
        "needs.html",
        sections=services_for(site, visitor, ON_ITS_OWN_PAGE),
        duty=duty_words(content.duties, content.words, visitor.locale.tag, country),
        lacks_own=content.lacks_own(country),
    )


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
    visitor = posted.visitor
    state = State(locale=visitor.locale.tag, country=visitor.country)
    for text, choice in ((posted.text, ""), ("", posted.choice)):
        if text or choice:
            turn = _alone(site, state, text, choice)
            if turn is not None and turn.outcome in ALARMING:
                return turn
    return None


def _alone(site: Site, state: State, text: str, choice: str) -> Turn | None:
    try:
        return without_assistant(site.content, state, text, choice, site.clock())
    except UnknownChoice:
        return None
