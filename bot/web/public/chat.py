"""The first screen and the conversation: one address for every step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.conversation.choices import is_ours, label
from bot.conversation.dialogue import ALARMING, heard_in, without_assistant
from bot.conversation.state import State
from bot.conversation.turn import Turn
from bot.errors import AssistantUnavailable
from bot.masking.masking import mask
from bot.statistics.events import Event, to_text, week_of
from bot.web.limits import Entry, Verdict
from bot.web.public.assistant import Asked
from bot.web.public.bubbles import view_of
from bot.web.public.busy import held
from bot.web.public.pages import fragment, page, same_page
from bot.web.public.site import Site, site_of
from bot.web.public.visitor import (
    EMBEDDED,
    IN_CONVERSATION,
    Posted,
    Visitor,
    read_posted,
    read_visitor,
    visitor_from,
)

SUGGESTED = (
    "topic.worried_thoughts", "topic.past_behaviour", "topic.suicide_risk", "topic.imminent_risk",
    "topic.under_investigation", "services.helpline", "check_in.start", "topic.self_help",
)  # fmt: skip
DOORS = (
    "topic.worried_about_other", "topic.under_18", "topic.survivor", "topic.report",
    "topic.professional",
)  # fmt: skip
"""Ways in for those who are here for another reason."""


@dataclass(frozen=True)
class Reply:
    """What one sent form leads to; ``token`` is empty when no conversation has begun."""

    turn: Turn
    token: str
    notices: tuple[str, ...] = ()


async def first(request: Request) -> Response:
    """Show the first screen in the language that the browser proposes.

    In a partner's page it isn't counted: that page loads it for all, also for who never looks.
    """
    site = site_of(request)
    if request.method == "GET" and request.scope["path"] != EMBEDDED:
        site.gathering.note([to_text(Event(week_of(site.clock().date()), "showing", "first_page"))])
    return first_screen(site, visitor_from({}, request))


async def talk(request: Request) -> Response:
    """Answer one message or button: the whole page, or only the turn when a script asks."""
    site, posted = site_of(request), await read_posted(request)
    is_fetched = request.headers.get("x-requested-with") == "fetch"
    if _stays_at_the_beginning(posted) and not is_fetched:
        notices = () if posted.change else ("chat.empty",)
        return first_screen(site, posted.visitor, notices)
    verdict, place = await site.limits.admit(_entry(request, posted))
    if verdict is not Verdict.IN:
        return await held(request, site, posted, verdict)
    try:
        return await _answer(site, posted, is_fetched)
    finally:
        place.leave()


async def _answer(site: Site, posted: Posted, is_fetched: bool) -> Response:
    masked = mask(posted.text, site.content.personal, posted.visitor.country)
    posted = replace(posted, text=masked.text)
    sent = _one_of_both(site, posted)
    reply = await reply_to(site, sent)
    left_out = masked.is_changed and sent.text and not sent.change
    notices = (*reply.notices, *(("chat.personal_data",) if left_out else ()))
    visitor = replace(posted.visitor, token=reply.token)
    turn = view_of(reply.turn, site.content, visitor, site.clock(), notices, site.locales)
    if is_fetched:
        return fragment(site, visitor, turn)
    return page(site, visitor, "conversation.html", turn=turn, said=_said(site, posted))


async def forget(request: Request) -> Response:
    """Delete the conversation, and show the first screen again."""
    site, visitor = site_of(request), await read_visitor(request)
    if visitor.token:
        await site.assistant.forget(visitor.token)
    answer = first_screen(site, replace(visitor, token=""), ("chat.forgotten",))
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


def first_screen(site: Site, visitor: Visitor, notices: tuple[str, ...] = ()) -> Response:
    """Return the first screen, with something about the chat itself on top."""
    suggested, doors = (_labelled(site, visitor, ids) for ids in (SUGGESTED, DOORS))
    show = page if notices else same_page
    return show(site, visitor, "first.html", notices=notices, suggested=suggested, doors=doors)


async def reply_to(site: Site, posted: Posted) -> Reply:
    """Return the assistant's turn, or what we can say without it.

    An empty message and an unknown button don't reach it. After a change of language it shows the
    menu in the new one, and what it keeps in view.
    """
    lost = ("chat.expired",) if posted.was_lost else ()
    if posted.change and posted.visitor.token:
        return await _ask(site, replace(posted, text="", choice="menu"), lost)
    if posted.change:
        return Reply(_alone(site, posted, "menu"), posted.visitor.token)
    if not (posted.text or posted.choice):
        return Reply(_alone(site, posted, "menu"), posted.visitor.token, ("chat.empty", *lost))
    if posted.choice and not is_ours(posted.choice, site.content):
        return Reply(_alone(site, posted, "menu"), posted.visitor.token, lost)
    return await _ask(site, posted, lost + (("chat.too_long",) if posted.was_long else ()))


async def _ask(site: Site, posted: Posted, notices: tuple[str, ...]) -> Reply:
    visitor, token = posted.visitor, posted.visitor.token or site.limits.new_token()
    asked = Asked(posted.text, posted.choice, visitor.locale.tag, visitor.country)
    try:
        answered = await site.assistant.turn(token, asked)
    except AssistantUnavailable:
        turn = _alone(site, posted, posted.choice)
        return Reply(turn, visitor.token, ("chat.unavailable", *notices))
    site.gathering.note(answered.turn.counts)
    expired = ("chat.expired",) if visitor.token and not answered.known else ()
    return Reply(answered.turn, token, (*expired, *notices))


def _entry(request: Request, posted: Posted) -> Entry:
    """Return what counts for the limits; behind a proxy there is no address, and none is wanted."""
    return Entry(
        token=posted.visitor.token,
        address=request.client.host if request.client else "",
        proof=posted.proof,
        sum=posted.sum,
        has_scripts="x-requested-with" in request.headers,
    )


def _stays_at_the_beginning(posted: Posted) -> bool:
    if posted.visitor.token or posted.change == IN_CONVERSATION:
        return False
    return bool(posted.change) or not (posted.text or posted.choice)


def _alone(site: Site, posted: Posted, choice: str) -> Turn:
    """Answer without recognition and state; nothing of it is counted."""
    state = State(locale=posted.visitor.locale.tag, country=posted.visitor.country)
    return without_assistant(site.content, state, posted.text, choice, site.clock())


def _one_of_both(site: Site, posted: Posted) -> Posted:
    """Keep the pressed button, unless the text beside it tells of danger."""
    if not (posted.text and posted.choice):
        return posted
    if heard_in(site.content, posted.text).outcome in ALARMING:
        return replace(posted, choice="")
    return replace(posted, text="")


def _said(site: Site, posted: Posted) -> str:
    """Quote the visitor, for pages that can't keep a log."""
    if posted.change:
        return ""
    if posted.text or not is_ours(posted.choice, site.content):
        return posted.text
    return site.content.words.text(posted.visitor.locale.tag, label(posted.choice, site.content))


def _labelled(
    site: Site, visitor: Visitor, choices: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    words, tag = site.content.words, visitor.locale.tag
    ours = (choice for choice in choices if is_ours(choice, site.content))
    return tuple((choice, words.text(tag, label(choice, site.content))) for choice in ours)


routes = [
    Route("/", first, methods=["GET"]),
    Route("/", talk, methods=["POST"]),
    Route("/forget", forget, methods=["POST"]),
]
